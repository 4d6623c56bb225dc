"""What the models say of a place in a file: which keys it may have, in which order, and where texts are Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from composer.issue.blocks import Item, Model, TextKind
from composer.issue.model import Newsletter
from composer.issue.own_blocks import NO_OWN_BLOCKS, OwnBlocks, content_model
from composer.issue.problems import model_around
from composer.issue.source import KeyPath
from composer.writing.values import JsonValue, at_path


class _ThemeTokens(Model):
    """Lines of name: value, whatever the names are: which tokens there may be is a matter of the themes."""

    model_config = ConfigDict(frozen=True, extra="allow")


@dataclass(frozen=True, slots=True)
class Shape:
    """Knows the model that a file is read as."""

    model: type[Model]

    @classmethod
    def of_issue(cls, own_blocks: OwnBlocks = NO_OWN_BLOCKS) -> Shape:
        """Make the shape of an issue's file, with the blocks that a project has of its own."""
        return cls(content_model(own_blocks))

    @classmethod
    def of_newsletter(cls) -> Shape:
        """Make the shape of ``newsletter.yaml``."""
        return cls(Newsletter)

    @classmethod
    def of_theme(cls) -> Shape:
        """Make the shape of a ``theme.yaml``."""
        return cls(_ThemeTokens)

    @property
    def kinds(self) -> Mapping[str, type[Item]]:
        """Return the model of each kind of block; a newsletter and a theme have none."""
        kinds: Mapping[str, type[Item]] = getattr(self.model, "kinds", {})
        return kinds

    def keys(self, path: KeyPath, values: JsonValue) -> Sequence[str]:
        """List the keys that the mapping at ``path`` may have, in the order in which they are usually written."""
        around = self._around((*path, "?"), values)
        names = list(around.model_fields)
        # What a block is comes first, and then its name.
        return sorted(names, key=lambda name: {"block": 0, "id": 1}.get(name, 2)) if "block" in names else names

    def is_prose(self, path: KeyPath, values: JsonValue) -> bool:
        """Tell whether the text at ``path`` is Markdown or MJML, which is written line by line."""
        around = self._around(path, values)
        key = next((key for key in reversed(path) if isinstance(key, str)), "")
        if not issubclass(around, Model) or key not in around.model_fields:
            return key == "body"
        return around.text_kind(key) in (TextKind.MARKDOWN, TextKind.MJML)

    def _around(self, path: KeyPath, values: JsonValue) -> type[BaseModel]:
        location: tuple[int | str, ...] = path
        if len(path) > 2 and path[0] == "blocks":
            kind = at_path(values, (*path[:2], "block"))
            location = (*path[:2], str(kind), *path[2:])
        return model_around(self.model, location)
