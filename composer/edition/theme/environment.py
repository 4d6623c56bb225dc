"""Jinja renders the templates of a theme: found in several folders, sandboxed, strict, errors with file and line.

Enters: template folders in order of precedence, and the plain names and filters of one edition. Leaves: rendered
text, or a :class:`~composer.errors.TemplateError`. Never: an author's text as a template, the clock.

Each edition has an environment of its own, so its names and filters reach macros too and no two editions share
state; what is shared is the compiled code of the templates.
"""

from __future__ import annotations

import os
import stat
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar, NamedTuple

import jinja2
from jinja2.loaders import split_template_path

from composer.edition.theme.block_cache import FileVersion, FilterCalls, rendered_once
from composer.edition.theme.budget import NotAllowedError, TooMuchError
from composer.edition.theme.compiled import TemplateKey, keep, recall
from composer.edition.theme.frame import Frame
from composer.edition.theme.origins import Origins
from composer.edition.theme.sandbox import Sandbox
from composer.edition.theme.sourcemap import LineMarks
from composer.errors import NewsletterError, Position, Problem, TemplateError
from composer.issue.inside import is_of_the_house, unusable


class _TemplateFile(NamedTuple):
    path: str
    stat: os.stat_result
    folder: str
    is_ours: bool

    @property
    def version(self) -> FileVersion:
        return self.path, self.stat.st_mtime_ns, self.stat.st_size


class _Files(jinja2.BaseLoader):
    """Templates from the first folder that has them, compiled once for as long as the file stays the same.

    An environment lives for one edition only; what takes time, reading and compiling, outlives it here.
    """

    _compiled: ClassVar[OrderedDict[TemplateKey, CodeType]] = OrderedDict()
    _new: ClassVar[dict[TemplateKey, CodeType]] = {}  # of the shipped ones, since they were kept last

    def __init__(self, folders: Sequence[Path], *, noted: bool) -> None:
        self._folders = tuple((str(folder), is_of_the_house(folder)) for folder in folders)
        # Code that leaves notes differs.
        self._noted = noted
        self._found: dict[str, _TemplateFile | None] = {}

    def load(
        self, environment: jinja2.Environment, name: str, globals: MutableMapping[str, Any] | None = None
    ) -> jinja2.Template:
        found = self._find(name)
        if found is None:
            raise jinja2.TemplateNotFound(name)
        is_known = found.is_ours and stat.S_ISREG(found.stat.st_mode)
        wrong = None if is_known else unusable(Path(found.path), Path(found.folder))
        if wrong is None and found.stat.st_size > _MAX_SIZE_BYTES:
            wrong = Problem(Position(Path(found.path), 1, 1), f"a template has at most {_MAX_SIZE_BYTES:,} bytes")
        if wrong is not None:
            raise TemplateError([wrong])
        return environment.template_class.from_code(environment, self._code(environment, name, found), globals or {})

    def version(self, name: str) -> FileVersion | None:
        """Tell which file a template is in this edition, and which version of it; None if there is none."""
        found = self._find(name)
        return None if found is None else found.version

    def _find(self, name: str) -> _TemplateFile | None:
        """Find a template once for the edition, in the first folder that has it."""
        if name in self._found:
            return self._found[name]
        try:
            below = "/".join(split_template_path(name))
        except jinja2.TemplateNotFound:  # a name that leads out of the folders
            below = ""
        found = None
        for folder, is_ours in self._folders if below else ():
            try:
                found = _TemplateFile(f"{folder}/{below}", os.stat(f"{folder}/{below}"), folder, is_ours)
                break
            except OSError:
                continue
        self._found[name] = found
        return found

    def _code(self, environment: jinja2.Environment, name: str, found: _TemplateFile) -> CodeType:
        key = (*found.version, self._noted)
        code = self._compiled.get(key)
        if code is None:
            code = environment.compile(Path(found.path).read_text(encoding="utf-8-sig"), name, found.path)
            self._compiled[key] = code
            if found.is_ours:
                self._new[key] = code
            if len(self._compiled) > _KEPT_TEMPLATES:
                self._compiled.popitem(last=False)
        return code

    @classmethod
    def recall(cls) -> None:
        for key, code in recall().items():
            cls._compiled.setdefault(key, code)

    @classmethod
    def keep(cls) -> None:
        if cls._new:
            new, cls._new = cls._new, {}
            keep({**_still_there(recall()), **new})


def recall_compiled() -> None:
    """Take in the shipped templates as they were compiled at an earlier start, so that the first mail comes sooner."""
    _Files.recall()


def keep_compiled() -> None:
    """Keep what has been compiled of the shipped templates for the next start."""
    _Files.keep()


def _still_there(compiled: Mapping[TemplateKey, CodeType]) -> dict[TemplateKey, CodeType]:
    """Leave out the code of templates that have changed since."""
    kept: dict[TemplateKey, CodeType] = {}
    for key, code in compiled.items():
        try:
            found = os.stat(key[0])
        except OSError:
            continue
        if (found.st_mtime_ns, found.st_size) == key[1:3]:
            kept[key] = code
    return kept


_MAX_SIZE_BYTES = 500_000


_KEPT_TEMPLATES = 1000
"""Those of several projects, and old versions of what is being worked on."""


def find_template(folders: Sequence[Path], name: str) -> Path:
    """Find the file that is used for a template's name: that of the first folder that has it."""
    return next((folder / name for folder in folders if has_template(folder, name)), folders[0] / name)


def has_template(folder: Path, name: str) -> bool:
    """Tell whether the folder has a template of that name. Asked for every block of a page, so without a new Path."""
    return os.path.isfile(f"{folder}/{name}")


def _is_markup(name: str | None) -> bool:
    return name is not None and not name.endswith((".txt.j2", ".css"))


class Templates:
    """The templates of one edition, with the names and filters that they see.

    ``noted`` templates leave notes of their lines in what they render (``sourcemap.py``). ``calls`` note what is asked
    of the filters, where that is wanted (``block_cache.py``). With ``origins``, what is printed says which field it is
    of.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        names: Mapping[str, Any],
        filters: Mapping[str, Callable[..., Any]],
        noted: bool = False,
        calls: FilterCalls | None = None,
        origins: Origins | None = None,
    ) -> None:
        self.noted = noted
        self.calls = calls
        self._folders = tuple(folders)
        files = _Files(folders, noted=noted)
        self._environment = Sandbox(
            names=names,
            own_filters=filters,
            origins=origins,
            loader=files,
            autoescape=_is_markup,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=[LineMarks] if noted else [],
        )
        if calls:
            calls.budget, calls.looked_for = self._environment.budget, self._environment.looked_for
            calls.version = files.version

    def render(self, name: str, **context: Any) -> str:
        """Render the template ``name`` with ``context``. TemplateError, with the line that failed."""
        budget = self._environment.budget
        budget.begin()
        try:
            return self._environment.get_template(name).render(context)
        except NewsletterError:
            raise
        except Exception as error:
            # Whatever a template's expression raises is the template's fault: its operands come from there.
            raise TemplateError([self._explain(error, name)]) from error
        finally:
            budget.end()

    def render_around(self, name: str, frame: Frame, key: bytes, **context: Any) -> str:
        """Render the layout ``name`` around the blocks in ``frame``, or find what it gave before for this key.

        Raises as ``render`` does.
        """
        calls, budget = self.calls, self._environment.budget
        assert calls is not None
        self._environment.frame = frame
        try:
            text = rendered_once(
                key,
                calls,
                lambda: frame.drawn(lambda: self.render(name, blocks=frame.blocks, **context), budget),
                beside=frame,
            )
        finally:
            self._environment.frame = None
        budget.begin()
        try:
            budget.spend(frame.steps(text))
        except TooMuchError as error:
            raise TemplateError([self._explain(error, name)]) from error
        finally:
            budget.end()
        return frame.filled(text)

    def _explain(self, error: Exception, name: str) -> Problem:
        if isinstance(error, jinja2.TemplateSyntaxError):
            file = error.filename or find_template(self._folders, error.name or name)
            return Problem(Position(Path(file), error.lineno, 1), error.message or "syntax error")
        place = self._line_in_a_template(error) or Position(find_template(self._folders, name), 1, 1)
        if isinstance(error, jinja2.TemplatesNotFound | jinja2.TemplateNotFound):
            missing = error.name or name
            return Problem(
                place, f"there is no template {missing!r}", f"looked in {', '.join(map(str, self._folders))}"
            )
        if isinstance(error, jinja2.UndefinedError):
            return Problem(place, str(error), "docs/templates.md lists the names that templates see")
        if isinstance(error, NotAllowedError | TooMuchError):
            return Problem(place, str(error), "docs/templates.md says what templates may do, and how much")
        if isinstance(error, RecursionError):
            return Problem(place, "this calls itself without an end", "give the macro or the include an end")
        return Problem(place, f"{type(error).__name__}: {error}".rstrip(": "), "is each filter given what it takes?")

    def _line_in_a_template(self, error: Exception) -> Position | None:
        """Find the innermost line of a template in the traceback: Jinja puts templates' own lines there."""
        places = [
            Position(Path(frame.filename), frame.lineno or 1, 1)
            for frame in traceback.extract_tb(error.__traceback__)
            if any(Path(frame.filename).is_relative_to(folder) for folder in self._folders)
        ]
        return places[-1] if places else None
