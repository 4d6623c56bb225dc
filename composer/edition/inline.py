"""Prose CSS → style attributes, by premailer. The only module that names premailer and cssutils.

Enters: a finished HTML document, and the CSS to inline. Leaves: the same document with that CSS in ``style``
attributes and nothing else touched: the doctype, MJML's own styles, media queries, ``!important``, conditional
comments and the widths that Outlook needs stay as they are. Never: a fetch of anything.

The recipe, each part against a measured damage (docs/architecture.md): the CSS goes in by ``css_text``; every
style tag of the document is marked to be ignored, or premailer would follow ``@import`` over the network and
inline MJML's resets everywhere; no attributes are made from styles; the doctype is put back.
"""

from __future__ import annotations

import logging
from functools import cache, lru_cache
from typing import Any

_IGNORE = ' data-premailer="ignore"'
_DOCTYPE = "<!doctype html>"


def inline_css(html: str, *, css: str) -> str:
    """``html`` with ``css`` in the style attributes of the elements that it selects. ValueError for broken CSS."""
    if "@import" in css:
        raise ValueError("@import is not followed: nothing is fetched; copy the rules into this file")
    document = html.removeprefix(_DOCTYPE).replace("<style", f"<style{_IGNORE}")
    inlined: str = _premailer()(
        document,
        css_text=css,
        # The one sheet is ours; a rule that cannot be inlined (:hover, @media) belongs into head.css.
        disable_leftover_css=True,
        disable_validation=True,
        disable_link_rewrites=True,
        disable_basic_attributes=["align", "valign", "bgcolor", "width", "height"],
        align_floating_images=False,
        strip_important=False,
        remove_unset_properties=False,
        allow_network=False,
    ).transform(pretty_print=False)
    return _DOCTYPE + inlined.replace(_IGNORE, "")


@cache
def _premailer() -> Any:
    """Imported at the first use: premailer brings an HTTP client along, which costs a fifth of a second."""
    import cssutils
    from premailer import Premailer

    complaints = _Complaints()
    cssutils.log.setLog(complaints.logger())
    cssutils.log.setLevel(logging.ERROR)

    class RememberingPremailer(Premailer):  # type: ignore[misc]
        """Keeps the rules of a stylesheet: premailer keeps its parse only, and the rest is most of the time."""

        @staticmethod
        @lru_cache(maxsize=16)
        def _rules(css: str, index: int) -> tuple[list[Any], list[Any]]:
            plain = Premailer("", disable_validation=True, strip_important=False, cache_css_parsing=False)
            complaints.messages.clear()
            rules: tuple[list[Any], list[Any]] = plain._parse_style_rules(css, index)
            if complaints.messages:
                raise ValueError("; ".join(complaints.messages))
            return rules

        def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
            return self._rules(css_body, ruleset_index)

    return RememberingPremailer


class _Complaints(logging.Handler):
    """What cssutils says about a stylesheet, instead of printing it."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def logger(self) -> logging.Logger:
        logger = logging.Logger("cssutils")
        logger.addHandler(self)
        return logger

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
