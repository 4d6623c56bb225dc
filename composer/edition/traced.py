"""A mail is rendered once more with the field of the issue that each piece of it came from: a click leads there.

Enters: what rendering takes. Leaves: the mail's HTML with the comments and attributes of ``theme/origins.py``, for the
studio's eyes only. Nothing of it is kept for the next rendering, because its templates print marks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from composer.edition.draft import EditionDraft
from composer.edition.rendering import Rendering
from composer.edition.theme.environment import Templates
from composer.edition.theme.origins import Origins
from composer.issue.blocks import Item


class TracedRendering(Rendering):
    """Renders a draft so that what is printed of its blocks says which field it is of."""

    def __init__(self, draft: EditionDraft, folders: Sequence[Path]) -> None:
        self._origins = Origins("f" + draft.marks.prefix[1:])
        self._traced: dict[int, Any] = {}
        super().__init__(draft, folders)

    def _templates(
        self, filters: Mapping[str, Callable[..., Any]], *, noted: bool = False, plain: bool = False
    ) -> Templates:
        if noted or plain:
            return super()._templates(filters, noted=noted, plain=plain)
        followed = self._origins.following(filters)
        return Templates(self._folders, names=self._html_names, filters=followed, origins=self._origins)

    def _plain(self, block: Item | None) -> Any:
        blocks = self._draft.content.blocks
        place = next((index for index, one in enumerate(blocks) if one is block), None)
        if place is None:
            return super()._plain(block)
        if place not in self._traced:
            self._traced[place] = self._origins.traced(super()._plain(block), ("blocks", place))
        return self._traced[place]

    def _rendered_once(self, templates: Templates, name: str, **seen: object) -> str:
        return templates.render(name, **seen)

    def _finish(self, html: str, *, preheader: str = "") -> str:
        return super()._finish(self._origins.written(html), preheader=preheader)
