"""The environment in which templates run: they read plain values, call what is allowed, and can do nothing but draw.

A template may come from a stranger: with a project, a theme, or a change that somebody offers. So it gets values
without a way back into the program (``records.py``), what it may use is listed (``allowed_values.py``,
``allowed_filters.py``), and how much it may do is counted (``budget.py``). Jinja's compiler is told of all three:
attributes, items, calls and operators go through the environment, and what Jinja would do by itself (loops, ``~``,
comparisons, slices, lists) is led through filters whose names no template can write, and which no filter asks for by
its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import (
    BlockReference,
    Context,
    LoopContext,
    Macro,
    TemplateReference,
    Undefined,
    markup_join,
    str_join,
)
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Joiner, missing, pass_context
from markupsafe import Markup

from composer.edition.theme.allowed_filters import FILTERS, TESTS, own_filter
from composer.edition.theme.allowed_values import ATTRIBUTES, FUNCTIONS, Function, Names, method
from composer.edition.theme.budget import (
    CONTAINERS,
    LETTERS_A_STEP,
    Budget,
    NotAllowedError,
    TooMuchError,
    checked_items,
    checked_number,
    checked_size,
)
from composer.edition.theme.counted_syntax import HELD, JOINED, LOOKED_AT, ROUNDS, SPENT, counted_template
from composer.edition.theme.frame import Frame, FramedBlock
from composer.edition.theme.neighbours import NeighbourRecord
from composer.edition.theme.origins import Origins
from composer.edition.theme.records import Record, RenderedBlock, values_of
from composer.edition.theme.text_forms import percent
from composer.issue.nearest import nearest

_SEQUENCES = frozenset({str, Markup, *CONTAINERS})
_STEPS_OF_A_CALL = 10
_STEPS_OF_AN_INCLUDE = 30
_MAX_POWER = 64


class Unknown(jinja2.StrictUndefined):
    """A name that is not there: an error as soon as it is used, with the nearest name that is."""

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint or self._undefined_obj is missing or not isinstance(self._undefined_name, str):
            return super()._undefined_message
        there = values_of(self._undefined_obj) if isinstance(self._undefined_obj, Record) else ()
        return f"there is no {self._undefined_name!r} here; {nearest(self._undefined_name, there)}".rstrip("; ")


class _Template(jinja2.Template):
    """A template whose module, where it is imported, is its macros and no text."""

    environment: Sandbox

    def make_module(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None
    ) -> TemplateModule:
        module = super().make_module(vars, shared, locals)
        module._body_stream = []
        return module


class Sandbox(SandboxedEnvironment):
    """Jinja's environment with nothing in it but what is allowed. ``names`` are what all templates see.

    ``looked_for`` gathers the names of the templates that it was asked for, also of those that are not there. ``frame``
    has the blocks, while a layout is rendered around them.
    """

    template_class = _Template
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(
        self,
        *,
        names: Mapping[str, Any],
        own_filters: Mapping[str, Callable[..., Any]],
        origins: Origins | None = None,
        **options: Any,
    ) -> None:
        self.budget = budget = Budget()
        self.looked_for: set[str] = set()
        self.frame: Frame | None = None
        self.own_filters = own_filters
        printed = _printed if origins is None else _printing_origins(origins)
        super().__init__(undefined=Unknown, optimized=False, finalize=printed, **options)
        self.concat = self._concat  # type: ignore[method-assign]  # as Jinja means it to be replaced
        self.globals = {**FUNCTIONS, **names}
        self.tests = cast("dict[str, Any]", dict(TESTS))
        made: dict[str, Any] = {
            **FILTERS,
            **{name: own_filter(name) for name in own_filters},
            ROUNDS: self._rounds,
            HELD: budget.holds,
            JOINED: self._joined,
            LOOKED_AT: self._looked_at,
            SPENT: budget.spend,
        }
        self.filters = made

    # --- what is read ---------------------------------------------------------------------------------------

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read a value by its name, as ``block.title``; what is not there is an Undefined."""
        if type(obj) is Record:
            value = obj._values.get(attribute, missing)
            return self.undefined(obj=obj, name=attribute) if value is missing else value
        return self._read(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Read a value by an index or a key, as ``row[0]``; what is not there is an Undefined."""
        kind = type(obj)
        if kind is Record:
            return self.getattr(obj, argument) if isinstance(argument, str) else self.undefined(obj=obj, name=argument)
        if kind in _SEQUENCES or isinstance(obj, tuple | TemplateReference):
            try:
                return obj[argument]
            except (TypeError, LookupError):
                pass
        return self._read(obj, argument) if isinstance(argument, str) else self.undefined(obj=obj, name=argument)

    def _read(self, obj: Any, name: str) -> Any:
        kind = type(obj)
        if kind is NeighbourRecord:
            value = obj.part(name, missing)
            return self.undefined(obj=obj, name=name) if value is missing else value
        if kind is TemplateModule:
            return self._of_module(obj, name)
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()
        if name in ATTRIBUTES.get(kind, ()):
            return getattr(obj, name)
        found = method(self.budget, obj, name)
        if found is not None:
            return found
        if kind is dict or kind is MappingProxyType:
            return obj[name] if name in obj else self.undefined(obj=obj, name=name)
        if not name.startswith("_"):
            if kind is Names and (value := getattr(obj, name, missing)) is not missing:
                return value
            if kind is TemplateReference:
                return obj[name]
        return self.undefined(f"a template cannot read {name!r} of {_called(obj)}", obj=obj, name=name)

    def _of_module(self, module: TemplateModule, name: str) -> Any:
        """Read what an imported template defines."""
        value = vars(module).get(name, missing) if not name.startswith("_") else missing
        if value is missing:
            return self.undefined(f"a template cannot read {name!r} of {_called(module)}", obj=module, name=name)
        return value

    # --- what is called -------------------------------------------------------------------------------------

    def call(__self, __context: Context, __obj: Any, *arguments: Any, **named: Any) -> Any:  # noqa: N805  as Jinja has it
        """Call a macro, a function or a method. NotAllowedError for anything else."""
        budget, kind = __self.budget, type(__obj)
        budget.spend(_STEPS_OF_A_CALL)
        # What Jinja tells of the place of a call is for functions that ask for the context, and none of ours does.
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        if not CONTAINERS.isdisjoint(map(type, (*arguments, *named.values()))):
            budget.holds((*arguments, *named.values()))
        if kind is Macro:
            # As the context calls it, which looks first for what it may want to be told.
            return __obj(__context.eval_ctx, *arguments, **named)
        if kind is Function:
            return budget.holds(__obj(*arguments, **named))
        if kind is LoopContext and arguments:
            budget.handle(arguments[0])
        if kind in _CALLED or isinstance(__obj, Undefined):
            return __context.call(__obj, *arguments, **named)
        raise NotAllowedError(f"a template cannot call {_called(__obj)}")

    def call_filter(self, name: str, value: Any, *arguments: Any, **named: Any) -> Any:
        """Ask a filter by its name, as ``map`` and its like do: the environment's own are not among them."""
        if name in _COUNTING:
            raise jinja2.TemplateRuntimeError(f"No filter named {name!r}.")
        return super().call_filter(name, value, *arguments, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002  Jinja gives it
        """Do what an operator says, with what it makes bounded."""
        if type(left) in _NUMBERS and type(right) in _NUMBERS:
            if operator == "**" and abs(right) > _MAX_POWER:
                raise TooMuchError(f"a power is at most {_MAX_POWER}")
            checked_number(left)
            checked_number(right)
            return checked_number(self.binop_table[operator](left, right))
        self.budget.spend(1)
        self.budget.handle(left)
        self.budget.handle(right)
        if operator == "%" and isinstance(left, str):
            return percent(left, right)
        if operator == "*" and isinstance(left, _REPEATED) and isinstance(right, int):
            _check_repeated(left, right)
        elif operator == "*" and isinstance(right, _REPEATED) and isinstance(left, int):
            _check_repeated(right, left)
        elif operator == "+" and isinstance(left, _REPEATED) and isinstance(right, _REPEATED):
            _check_repeated(left, 1, len(right))
        elif not isinstance(left, _OPERANDS) or not isinstance(right, _OPERANDS):
            raise NotAllowedError(f"{_called(left)} and {_called(right)} cannot be put together by {operator}")
        return self.budget.holds(self.binop_table[operator](left, right))

    # --- what is counted ------------------------------------------------------------------------------------

    def _rounds(self, entries: Any, weight: int) -> Any:
        """Count a loop's rounds, each as heavy as what stands in the loop: at once if their number is known."""
        if type(entries) in _SEQUENCES:
            self.budget.spend(len(entries) * weight)
            return entries
        return self._each_round(entries, weight)

    def _each_round(self, entries: Iterable[Any], weight: int) -> Iterator[Any]:
        for entry in entries:
            self.budget.spend(weight)
            yield entry

    @jinja2.pass_eval_context
    def _joined(self, context: Any, parts: list[Any]) -> str:
        self.budget.spend(1)
        for part in parts:
            self.budget.handle(part)
        checked_size(sum(len(part) for part in parts if isinstance(part, str)))
        joined: str = self.budget.holds(markup_join(parts) if context.autoescape else str_join(parts))
        return joined

    def _looked_at(self, value: Any) -> Any:
        self.budget.handle(value)
        return value

    def _concat(self, parts: Iterable[str]) -> str:
        if self.frame is not None:
            written = self.frame.gathered(parts)
        else:
            written = parts if type(parts) is list else list(parts)
        self.budget.spend(sum(map(len, written)) // LETTERS_A_STEP)
        return "".join(written)

    def _load_template(self, name: Any, globals: Any) -> Any:
        self.budget.spend(_STEPS_OF_AN_INCLUDE)
        if not isinstance(name, str) or name in self.looked_for:
            return super()._load_template(name, globals)
        self.looked_for.add(name)
        template = super()._load_template(name, globals)
        # Each block that imports it makes its macros anew, so that it is noted for each what they are made of.
        template._module = None
        return template

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return counted_template(super()._parse(source, name, filename))


_COUNTING = frozenset({ROUNDS, HELD, JOINED, LOOKED_AT, SPENT})
_NUMBERS = frozenset({int, float, bool})
_REPEATED = (str, tuple, list)
_OPERANDS = (str, tuple, list, int, float, dt.date, dt.time, dt.timedelta, Undefined)
_CALLED = frozenset({LoopContext, BlockReference, Joiner})


@pass_context
def _printed(context: Context, value: Any) -> Any:
    """Count a value's letters before they are escaped and put beside the others."""
    kind = type(value)
    if kind is str or kind is Markup:
        budget: Budget = context.environment.budget  # type: ignore[attr-defined]
        budget.left -= len(value) // LETTERS_A_STEP
        if budget.left < 0:
            budget.spend(0)
    elif kind is FramedBlock:
        value = value.printed()
        context.environment.budget.handle(value)  # type: ignore[attr-defined]
    elif kind is RenderedBlock:
        context.environment.budget.handle(value.rendered)  # type: ignore[attr-defined]
    elif kind in CONTAINERS:
        value = str(context.environment.budget.holds(value))  # type: ignore[attr-defined]
        context.environment.budget.handle(value)  # type: ignore[attr-defined]
    return value


def _printing_origins(origins: Origins) -> Callable[..., Any]:
    @pass_context
    def printed(context: Context, value: Any) -> Any:
        return origins.printed(_printed(context, value))

    return printed


def _check_repeated(value: Any, times: int, more: int = 0) -> None:
    size = len(value) * max(times, 0) + more
    checked_size(size) if isinstance(value, str) else checked_items(size)


def _called(value: Any) -> str:
    """Name a value by what it is to a designer."""
    words = {str: "a text", Markup: "a text", int: "a number", float: "a number", tuple: "a list", list: "a list"}
    return words.get(type(value)) or f"a {type(value).__name__}"
