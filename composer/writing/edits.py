"""What an author does in the studio, as one edit of one file: what the file is to say afterwards.

Enters: JSON, and what a file says. Leaves: an Edit, and what the file is to say once it is made. How that is written
is the affair of ``editing.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter, ValidationError

from composer.errors import EditRefused
from composer.writing.values import JsonValue, as_read, at_path, moved, named, replaced, with_entry, without

Path = Annotated[tuple[StrictInt | StrictStr, ...], Field(max_length=30)]


class _Edit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SetField(_Edit):
    """Give the value at ``path`` another one; a mapping or a list is made where there is none. null takes a key out."""

    edit: Literal["set"] = "set"
    path: Path = Field(min_length=1)
    value: Any

    def intended(self, values: JsonValue) -> JsonValue:
        """Return the values with the new one in its place."""
        if self.value is not None:
            return replaced(values, self.path, as_read(self.value))
        if at_path(values, self.path, self) is self:
            return values
        if isinstance(self.path[-1], int):
            raise EditRefused(f"{named(self.path)} cannot be nothing; remove the entry")
        return without(values, self.path)


class RemoveField(_Edit):
    """Take a key, an entry or a block out."""

    edit: Literal["remove"] = "remove"
    path: Path = Field(min_length=1)

    def intended(self, values: JsonValue) -> JsonValue:
        """Return the values without it."""
        return without(values, self.path)


class AddEntry(_Edit):
    """Put an entry into the list at ``path`` so that it has place ``index``; a block into ``["blocks"]``."""

    edit: Literal["add"] = "add"
    path: Path = Field(min_length=1)
    index: StrictInt = Field(ge=0)
    value: Any

    def intended(self, values: JsonValue) -> JsonValue:
        """Return the values with the entry."""
        return with_entry(values, self.path, self.index, as_read(self.value))


class MoveEntry(_Edit):
    """Move an entry or a block to place ``to`` of its list, counted without itself."""

    edit: Literal["move"] = "move"
    path: Path = Field(min_length=2)
    to: StrictInt = Field(ge=0)

    def intended(self, values: JsonValue) -> JsonValue:
        """Return the values in the new order."""
        return moved(values, self.path, self.to)


class DuplicateEntry(_Edit):
    """Put an entry or a block in once more, behind itself. Its id and the uids in it get a number."""

    edit: Literal["duplicate"] = "duplicate"
    path: Path = Field(min_length=2)

    def intended(self, values: JsonValue) -> JsonValue:
        """Return the values with the copy."""
        *outer, index = self.path
        if not isinstance(index, int):
            raise EditRefused(f"{named(self.path)} is no entry of a list")
        entry = at_path(values, self.path, self)
        if entry is self:
            raise EditRefused(f"there is nothing at {named(self.path)}")
        return with_entry(values, tuple(outer), index + 1, _renamed(entry, _names_in(values)))


class SetText(_Edit):
    """Put another text in the place of the whole source: all that a file with a mistake in its YAML takes."""

    edit: Literal["text"] = "text"
    text: StrictStr


FieldEdit = SetField | RemoveField | AddEntry | MoveEntry | DuplicateEntry
"""An edit of something that has a path; ``intended`` says what the file is to say then, or raises EditRefused."""

Edit = FieldEdit | SetText
_ADAPTER: TypeAdapter[Edit] = TypeAdapter(Annotated[Edit, Field(discriminator="edit")])
_NAMES = ("id", "uid")


def edit_from_json(value: JsonValue) -> Edit:
    """Read an edit from what ``json.loads`` gave. Raises EditRefused if it is none."""
    try:
        return _ADAPTER.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise EditRefused(f"this is no edit: {where}: {first['msg']}".replace(": :", ":")) from error


def add_block(index: int, kind: str, values: Mapping[str, JsonValue]) -> AddEntry:
    """Make the edit that puts a new block of a kind into an issue."""
    return AddEntry(path=("blocks",), index=index, value={"block": kind, **values})


def _names_in(values: JsonValue) -> set[str]:
    """Collect the ids and uids that are taken."""
    found: set[str] = set()
    waiting = [values]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found |= {str(value[key]) for key in _NAMES if isinstance(value.get(key), str)}
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found


def _renamed(value: JsonValue, taken: set[str]) -> JsonValue:
    if isinstance(value, list):
        return [_renamed(inner, taken) for inner in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _renamed(inner, taken) for key, inner in value.items()}
    for key in _NAMES:
        if isinstance(name := value.get(key), str) and name:
            copy[key] = free_name(name, taken)
            taken.add(copy[key])
    return copy


def free_name(name: str, taken: set[str]) -> str:
    """Put the first number behind a name that makes it one that is not taken: nice-2, nice-3."""
    number = 2
    while f"{name[:56]}-{number}" in taken:
        number += 1
    return f"{name[:56]}-{number}"
