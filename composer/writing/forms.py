"""Each block has a form, as have an issue and the newsletter: their fields in order, as JSON.

Enters: the models that judge what is written (``issue/blocks``), and a project's own (``fields.yaml``). Leaves: Forms.
Labels are in ``labels.py``; help, limits and choices are the models' own, so that a form never asks for what the loader
refuses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from composer.checks.stand_ins import to_do
from composer.issue.blocks import BLOCKS, Item, TextKind, values
from composer.issue.model import Content, Newsletter, Token
from composer.issue.own_blocks import NO_OWN_BLOCKS, OwnBlocks
from composer.writing.labels import BLOCK_GROUPS, block_label, choice_label, field_label
from composer.writing.values import JsonValue

Kind = Literal[
    "line", "markdown", "code", "url", "file", "date", "time", "zone", "language", "choice", "number", "yes_no",
    "focus", "condition", "name", "words", "token", "link", "picture", "group", "list", "map", "any",
]  # fmt: skip
"""What a field is filled in with. ``list`` has one ``entry``, ``link``, ``picture`` and ``group`` have ``fields``."""

_RARE = ("id", "show_if", "uid", "focus", "credit", "subject_test", "list_id", "archive")
_MAX_NESTING = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a choice may have, and what it is called."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form. ``minimum`` and ``maximum`` are those of a number, or of the entries of a list.

    ``shape`` is what a picture is cut to ("square", "round"); ``without`` is what a text in Markdown has none of
    ("headings", "rules" …); ``is_rare`` says that it may be folded away;
    ``default`` is what holds when the field is left empty.
    """

    name: str
    label: str
    kind: Kind
    help: str = ""
    required: bool = False
    is_rare: bool = False
    default: JsonValue = None
    choices: tuple[Choice, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    shape: str | None = None
    without: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()
    entry: FormField | None = None


@dataclass(frozen=True, slots=True)
class EditForm:
    """The fields of a block (``kind`` says which), of an issue ("issue") or of the newsletter ("newsletter")."""

    kind: str
    label: str
    help: str
    group: str = ""
    fields: tuple[FormField, ...] = ()
    is_own: bool = False

    def as_json(self) -> dict[str, Any]:
        """Make JSON of it: keys that say nothing are left out, but for its help and its fields."""
        return {"help": "", "fields": [], **_without_nothing(asdict(self))}


def block_forms(own: OwnBlocks = NO_OWN_BLOCKS) -> Sequence[EditForm]:
    """Make the forms of all blocks, in the order of the palette; a project's own come last."""
    groups = {kind: group for group, kinds in BLOCK_GROUPS.items() for kind in kinds}
    order = [*groups, *(kind for kind in BLOCKS if kind not in groups)]
    house = [_block_form(kind, BLOCKS[kind], groups.get(kind, "")) for kind in order]
    return [*house, *(_block_form(kind, model, "Your own", is_own=True) for kind, model in own.items())]


def block_form(kind: str, own: OwnBlocks = NO_OWN_BLOCKS) -> EditForm | None:
    """Find the form of one kind of block; None if there is no such block."""
    return next((form for form in block_forms(own) if form.kind == kind), None)


def issue_form() -> EditForm:
    """Make the form of what an issue says besides its blocks."""
    fields = tuple(one for one in _fields(Content) if one.name not in ("blocks", "language"))
    return EditForm("issue", "Issue", "What holds for the whole issue.", fields=fields)


def newsletter_form() -> EditForm:
    """Make the form of ``newsletter.yaml``."""
    return EditForm("newsletter", "Publication", "What holds for every issue.", fields=_fields(Newsletter))


def starting_values(
    form: EditForm, *, today: dt.date, like: Mapping[str, JsonValue] | None = None
) -> dict[str, JsonValue]:
    """Make what a new block begins with: something in each field that must not be empty.

    Texts say TODO, links lead to example.org and pictures have no file yet: nothing is sent before each is filled in.
    ``like`` are the values of a block of this kind whose shape it takes over: the optional fields that are filled in
    there, as many entries, the same choices; none of its words. A masthead and a footer take over nothing: what they
    leave out is the newsletter's.
    """
    begun = {"block": form.kind} if form.kind not in ("issue", "newsletter") else {}
    return begun | _starting(form.fields, today, None if form.kind in _FRAME else like)


_FRAME = ("masthead", "footer")
_FACTS: frozenset[Kind] = frozenset(
    {"date", "time", "zone", "language", "number", "name", "focus", "condition", "token", "words", "map", "any"}
)
"""What can say no TODO: made up, it would be sent, so none of it is filled in that may be left out."""


def _starting(fields: Sequence[FormField], today: dt.date, like: JsonValue) -> dict[str, JsonValue]:
    given = like if isinstance(like, dict) else {}
    begun = (one for one in fields if one.required or (one.name in given and one.kind not in _FACTS))
    return {one.name: _start(one, today, like=given.get(one.name)) for one in begun}


def _start(one: FormField, today: dt.date, label: str = "", *, like: JsonValue = None) -> JsonValue:
    label = one.label or label
    if one.kind == "list":
        assert one.entry is not None
        entries: Sequence[JsonValue] = like if isinstance(like, list) and like else [None] * (one.minimum or 1)
        return [_start(one.entry, today, label, like=each) for each in entries]
    if one.fields:
        return _starting(one.fields, today, like)
    if one.kind in ("choice", "yes_no") and like is not None:
        return like
    fixed: Mapping[Kind, JsonValue] = {
        "date": today.isoformat(),
        "time": "10:00",
        "number": one.minimum or 1,
        "yes_no": False,
        "url": "https://example.org/",
        "file": "",
        "choice": one.choices[0].value if one.choices else "",
        "code": "<mj-section><mj-column><mj-text>" + to_do("text") + "</mj-text></mj-column></mj-section>",
    }
    return fixed.get(one.kind, to_do(label))


@lru_cache(maxsize=128)
def _block_form(kind: str, model: type[Item], group: str, *, is_own: bool = False) -> EditForm:
    fields = [one for one in _fields(model) if one.name != "block"]
    ordered = sorted(fields, key=lambda one: one.name in ("id", "show_if"))  # what every block has comes last
    words = "" if is_own else (model.__doc__ or "").strip().split("\n")[0]
    return EditForm(kind, block_label(kind), words, group, tuple(ordered), is_own)


def _fields(model: type[BaseModel], depth: int = 0) -> tuple[FormField, ...]:
    fields = (_field(name, info, model, depth) for name, info in model.model_fields.items())
    # Sessions may have sessions of their own: the form ends where the loader does.
    return tuple(one for one in fields if not (one.entry and one.entry.kind == "group" and not one.entry.fields))


def _field(name: str, info: FieldInfo, model: type[BaseModel], depth: int) -> FormField:
    annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    default = None if info.default in (PydanticUndefined, (), None) or info.is_required() else info.default
    made = _of_type(annotation, name, model.__name__, depth)
    return replace(
        made,
        label=field_label(model.__name__, name),
        help=info.description or "",
        required=info.is_required(),
        is_rare=name in _RARE,
        default=list(default) if isinstance(default, tuple) else default,
    )


def _of_type(annotation: Any, name: str, model: str, depth: int) -> FormField:
    """Make a field by its type: its kind, its limits and what is in it."""
    base, marks = _peeled(annotation)
    label = field_label(model, name)
    limits = dict(_limits(marks))
    if get_origin(base) is Literal:
        choices = tuple(Choice(value, choice_label(value)) for value in get_args(base))
        return FormField(name, label, "choice", choices=choices)
    if get_origin(base) is tuple:
        counts = {"minimum": limits.get("min_length"), "maximum": limits.get("max_length")}
        entry = _of_type(get_args(base)[0], name, model, depth)
        return FormField(name, label, "list", entry=replace(entry, label=""), **counts)  # type: ignore[arg-type]
    if isinstance(base, type) and issubclass(base, BaseModel):
        kind: Kind = next((kind for known, kind in _OF_MODELS if issubclass(base, known)), "group")
        inner = _fields(base, depth + 1) if depth <= _MAX_NESTING else ()
        shape = next((str(mark) for mark in marks if isinstance(mark, values.PlaceShape)), None)
        return FormField(name, label, kind, fields=inner, shape=shape)
    if get_origin(base) is not None and issubclass(get_origin(base), Mapping):
        return FormField(name, label, "map", entry=_of_type(get_args(base)[1], name, model, depth))
    bounds = {"minimum": limits.get("ge"), "maximum": limits.get("le")}
    kind = _kind(base, marks, name)
    length, pattern = limits.get("max_length"), limits.get("pattern")
    shown = pattern if pattern != values.LINE_PATTERN else None
    without = next((tuple(sorted(mark.parts)) for mark in reversed(marks) if isinstance(mark, values.Without)), ())
    return FormField(name, label, kind, max_length=length, pattern=shown, without=without, **bounds)  # type: ignore[arg-type]


_OF_MODELS: tuple[tuple[type[BaseModel], Kind], ...] = ((values.Picture, "picture"), (values.Link, "link"))


def _peeled(annotation: Any) -> tuple[Any, list[Any]]:
    """Take ``| None`` and the marks of Annotated off a type."""
    marks: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *found = get_args(annotation)
            marks = [*found, *marks]
        elif get_origin(annotation) in (Union, UnionType):
            inner = [part for part in get_args(annotation) if part is not NoneType]
            if len(inner) != 1:
                return annotation, marks
            annotation = inner[0]
        else:
            return annotation, marks


def _limits(marks: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for mark in marks:
        for name in ("min_length", "max_length", "pattern", "ge", "le"):
            if (value := getattr(mark, name, None)) is not None:
                yield name, value


_ALIASES: Sequence[tuple[Any, Kind]] = (
    (values.Zone, "zone"),
    (values.LanguageCode, "language"),
    (values.FileName, "file"),
    (values.Focus, "focus"),
    (values.Id, "name"),
    (Token, "token"),
)
_OF_TEXTS: Mapping[TextKind, Kind] = {
    TextKind.MARKDOWN: "markdown",
    TextKind.MJML: "code",
    TextKind.URL: "url",
}


def _kind(base: Any, marks: Sequence[Any], name: str) -> Kind:
    if name == "show_if":
        return "condition"
    for alias, kind in _ALIASES:
        known_base, *known = get_args(alias)
        if base == known_base and list(marks[: len(known)]) == known:
            return kind
    of_types: Mapping[Any, Kind] = {dt.date: "date", dt.time: "time", bool: "yes_no", int: "number", float: "number"}
    if base in of_types:
        return of_types[base]
    text = next((mark for mark in reversed(marks) if isinstance(mark, TextKind)), None)
    if text is not None and text in _OF_TEXTS:
        return _OF_TEXTS[text]
    return "words" if text is TextKind.FOR_PROGRAMS else "line" if base is str else "any"


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        said = {key: inner for key, inner in value.items() if inner is not False and inner not in (None, "", (), [])}
        return {key: _without_nothing(inner) for key, inner in said.items()}
    return [_without_nothing(inner) for inner in value] if isinstance(value, list | tuple) else value
