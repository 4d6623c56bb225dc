"""Blocks of a project's own: a folder ``templates/blocks/<name>/`` makes one.

Enters: template folders. Leaves: a model for each block that is not of the house, by its name. Without ``fields.yaml``
the block may have any keys; those that all blocks use alike (``title``, ``body``, ``picture``, ``link`` …) are checked
as always. With it, the block has these keys and no others::

    title: {type: line, required: true, description: The name of the walk.}
    body: {type: markdown, without: [headings, rules]}
    level: {type: choice, choices: [easy, steep], default: easy}
    photo: {type: picture, shape: square}
    stops:
      type: list
      required: true
      fields:
        name: {type: line, required: true}
        time: time

TemplateError tells what is wrong in a ``fields.yaml``, with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Union, get_args

from pydantic import ConfigDict, Field, create_model, model_validator

from composer.errors import Position, Problem, TemplateError
from composer.issue.blocks import (
    BLOCKS,
    FIELD_PATTERN,
    ID_PATTERN,
    Clock,
    Day,
    Item,
    Line,
    Link,
    Markdown,
    Model,
    Picture,
    TextKind,
    Url,
)
from composer.issue.blocks.values import MarkdownPart, PlaceShape, Without
from composer.issue.inside import unusable
from composer.issue.model import Content, Newsletter
from composer.issue.nearest import advice
from composer.issue.tree import Entry, Node
from composer.issue.yaml.read import read_yaml

OwnBlocks = Mapping[str, type[Item]]

NO_OWN_BLOCKS: OwnBlocks = MappingProxyType({})

_TYPES: Mapping[str, Any] = {
    "line": Line,
    "markdown": Markdown,
    "url": Url,
    "picture": Picture,
    "link": Link,
    "day": Day,
    "time": Clock,
    "number": int,
    "yes_no": bool,
}
_KINDS = (*_TYPES, "choice", "list")
_TYPES_HINT = f"types: {', '.join(_KINDS)}"
_KEYS = ("type", "required", "description", "choices", "default", "fields", "shape", "without")
_SHAPES, _PARTS = tuple(map(str, PlaceShape)), tuple(map(str, MarkdownPart))
_TAKEN = frozenset({*Item.model_fields, "block", *dir(Model)})


class Free(Model):
    """A part of a block that may have any keys."""

    model_config = ConfigDict(frozen=True, extra="allow")

    @classmethod
    def text_kind(cls, key: str) -> TextKind:
        """Find the kind by the field's type; of a key of the author's own, that of the house's keys of this name."""
        return super().text_kind(key) if key in cls.model_fields else _kinds_by_key().get(key, TextKind.LINE)

    @model_validator(mode="before")
    @classmethod
    def _parts(cls, written: Any) -> Any:
        if not isinstance(written, dict):
            return written
        return {key: value if key in cls.model_fields else _free(value) for key, value in written.items()}


class _FreeBlock(Free, Item):
    """A block that may have any keys, of which some mean the same in every block."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kicker: Line | None = None
    title: Line | None = None
    intro: Markdown | None = None
    body: Markdown | None = None
    picture: Picture | None = None
    link: Link | None = None
    url: Url | None = None


def _free(value: Any) -> Any:
    if isinstance(value, dict):
        return Free.model_validate(value)
    return tuple(_free(item) for item in value) if isinstance(value, list) else value


@cache
def _kinds_by_key() -> Mapping[str, TextKind]:
    """Collect by key what kind of text our own models keep under it; keys of plain lines are left out.

    A key means the same in all of them, so a project's own block can be read by its keys.
    """
    kinds: dict[str, TextKind] = {}
    waiting: list[Any] = [Newsletter, Content]
    for annotation in waiting:
        if isinstance(annotation, type) and issubclass(annotation, Model):
            found = {key: annotation.text_kind(key) for key in annotation.model_fields}
            kinds |= {key: kind for key, kind in found.items() if kind is not TextKind.LINE}
            waiting += [field.annotation for field in annotation.model_fields.values()]
        waiting += [part for part in get_args(annotation) if part not in waiting]
    return MappingProxyType(kinds)


def own_blocks(templates: Sequence[Path]) -> OwnBlocks:
    """Find the blocks that template folders add, by name; the first folder that has one makes it."""
    found: dict[str, type[Item]] = {}
    for folder in templates:
        for block in sorted((folder / "blocks").glob("*/block.mjml.j2")):
            kind = block.parent.name
            if kind in BLOCKS or kind in found or not re.fullmatch(ID_PATTERN, kind):
                continue
            file = block.with_name("fields.yaml")
            wrong = [each for each in (unusable(block, folder), unusable(file, folder)) if each is not None]
            if wrong:
                raise TemplateError(wrong)
            found[kind] = _checked(kind, file, file.read_bytes()) if file.is_file() else _any_keys(kind)
    return found


def content_model(own: OwnBlocks) -> type[Content]:
    """Make the model of an issue.yaml that may have these blocks too."""
    return _content_model(tuple(own.items())) if own else Content


@lru_cache(maxsize=16)
def _content_model(own: tuple[tuple[str, type[Item]], ...]) -> type[Content]:
    kinds = {**BLOCKS, **dict(own)}
    block: Any = Annotated[Union[tuple(kinds.values())], Field(discriminator="block")]  # noqa: UP007  made at run time
    described = Content.model_fields["blocks"].description
    blocks: Any = (tuple[block, ...], Field(min_length=1, description=described))
    model = create_model("Content", __base__=Content, blocks=blocks)
    model.kinds = MappingProxyType(kinds)
    return model


@lru_cache(maxsize=64)
def _any_keys(kind: str) -> type[Item]:
    return create_model(_class_name(kind), __base__=_FreeBlock, block=(_literal(kind), ...))


@lru_cache(maxsize=64)
def _checked(kind: str, file: Path, data: bytes) -> type[Item]:
    tree, problems = read_yaml(data, file=file)
    reader = _FieldsReader(problems)
    fields = reader.fields(tree, Position(file, 1, 1)) if tree is not None else {}
    if problems:
        raise TemplateError(problems)
    return create_model(_class_name(kind), __base__=Item, block=(_literal(kind), ...), **_definitions(fields))


def _class_name(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("-")) + "Block"


def _literal(*words: str) -> Any:
    return Literal[words]


@dataclass(frozen=True, slots=True)
class _OwnField:
    """A key of a block. ``kind`` is one of ``_KINDS``; ``fields`` are those of a list's entries.

    ``shape`` is what the template cuts a picture to, so that the author sees where its focus is; ``without`` is what
    the template has no look for in a text in Markdown.
    """

    kind: str
    required: bool = False
    description: str = ""
    choices: tuple[str, ...] = ()
    default: str | None = None
    fields: Mapping[str, _OwnField] = field(default_factory=dict)
    shape: PlaceShape | None = None
    without: frozenset[MarkdownPart] = frozenset()

    def annotation(self) -> Any:
        if self.kind == "choice":
            return _literal(*self.choices)
        if self.kind == "list":
            entry = create_model("Entry", __base__=Model, **_definitions(self.fields))
            return tuple[entry, ...]
        if self.shape:
            return Annotated[Picture, self.shape]
        if self.without:
            return Annotated[Markdown, Without(self.without)]
        return _TYPES[self.kind]


def _definitions(fields: Mapping[str, _OwnField]) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    for name, own in fields.items():
        words = own.description or None
        if own.kind == "list":
            empty: Any = Field(min_length=1, description=words) if own.required else Field((), description=words)
            definitions[name] = (own.annotation(), empty)
        elif own.required:
            definitions[name] = (own.annotation(), Field(description=words))
        else:
            definitions[name] = (own.annotation() | None, Field(own.default, description=words))
    return definitions


class _WrongFieldError(Exception):
    """A field of a ``fields.yaml`` that cannot be read."""

    def __init__(self, position: Position, message: str, hint: str) -> None:
        super().__init__(message)
        self.problem = Problem(position, message, hint)


class _FieldsReader:
    """Reads a ``fields.yaml``; ``problems`` collects what is wrong in it."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems

    def fields(self, node: Node | None, place: Position) -> Mapping[str, _OwnField]:
        """Read the fields, and return them by name."""
        fields: dict[str, _OwnField] = {}
        try:
            if node is None or not isinstance(node.content, dict):
                raise _WrongFieldError(node.position if node else place, "must be lines of name: type", _TYPES_HINT)
            for name, entry in node.content.items():
                try:
                    fields[name] = self._field(name, entry)
                except _WrongFieldError as wrong:
                    self._problems.append(wrong.problem)
        except _WrongFieldError as wrong:
            self._problems.append(wrong.problem)
        return fields

    def _field(self, name: str, entry: Entry) -> _OwnField:
        if not re.fullmatch(FIELD_PATTERN, name) or name in _TAKEN:
            hint = "every block has it already" if name in Item.model_fields else "use another word of small letters"
            raise _WrongFieldError(entry.position, f"a field cannot be called {name!r}", hint)
        content = entry.node.content
        if isinstance(content, str):
            content = {"type": entry}
        if not isinstance(content, dict):
            raise _WrongFieldError(entry.node.position, f"{name} does not say its type", _TYPES_HINT)
        for key, part in content.items():
            if key not in _KEYS:
                hint = advice(key, _KEYS, f"keys: {', '.join(_KEYS)}")
                raise _WrongFieldError(part.position, f"unknown key {key!r}", hint)
        kind = _word(content, "type")
        if kind not in _KINDS:
            where = content["type"].node.position if "type" in content else entry.position
            raise _WrongFieldError(where, f"there is no type {kind!r}", advice(kind, _KINDS, _TYPES_HINT))
        return self._of_kind(kind, content, entry.position)

    def _of_kind(self, kind: str, content: Mapping[str, Entry], place: Position) -> _OwnField:
        fields: Mapping[str, _OwnField] = {}
        if kind == "list":
            fields = self.fields(content["fields"].node if "fields" in content else None, place)
        choices = tuple(_words(content, "choices"))
        if kind == "choice" and not choices:
            raise _WrongFieldError(place, "a choice needs its choices", "write choices: [one, two]")
        default = _word(content, "default") or None
        if default is not None and kind == "choice" and default not in choices:
            where = content["default"].node.position
            raise _WrongFieldError(where, f"{default!r} is none of the choices", f"choices: {', '.join(choices)}")
        required = _word(content, "required").lower() in ("true", "yes")
        shape, without = self._shape(kind, content), self._without(kind, content)
        return _OwnField(kind, required, _word(content, "description"), choices, default, fields, shape, without)

    def _shape(self, kind: str, content: Mapping[str, Entry]) -> PlaceShape | None:
        if "shape" not in content:
            return None
        shape, where = _word(content, "shape"), content["shape"].node.position
        if kind != "picture":
            raise _WrongFieldError(content["shape"].position, f"a {kind} has no shape", "only a picture is cut to one")
        if shape not in _SHAPES:
            hint = advice(shape, _SHAPES, f"shapes: {', '.join(_SHAPES)}")
            raise _WrongFieldError(where, f"there is no shape {shape!r}", hint)
        return PlaceShape(shape)

    def _without(self, kind: str, content: Mapping[str, Entry]) -> frozenset[MarkdownPart]:
        parts = frozenset(_words(content, "without"))
        if "without" not in content:
            return frozenset()
        place, hint = content["without"].node.position, f"parts: {', '.join(_PARTS)}"
        if kind != "markdown":
            raise _WrongFieldError(place, f"a {kind} has no parts", "only a text in Markdown is without some")
        if not parts or not parts <= {*_PARTS}:
            wrong = next(iter(sorted(parts - {*_PARTS})), "")
            raise _WrongFieldError(place, f"there is no part {wrong!r}" if wrong else "without what?", hint)
        return frozenset(map(MarkdownPart, parts))


def _word(content: Mapping[str, Entry], key: str) -> str:
    found = content[key].node.content if key in content else ""
    return found if isinstance(found, str) else ""


def _words(content: Mapping[str, Entry], key: str) -> Iterator[str]:
    found = content[key].node.content if key in content else []
    for item in found if isinstance(found, list) else []:
        if isinstance(item.content, str):
            yield item.content
