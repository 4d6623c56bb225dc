"""Tables: by which element, attribute or value a feature of caniemail's is used in HTML."""

from __future__ import annotations

from collections.abc import Mapping


def _names(text: str) -> tuple[str, ...]:
    """Read names that stand with blanks between them."""
    return tuple(text.split())


_OF_THEIR_NAME = _names(
    "abbr acronym address audio base bdi blockquote body code del dfn dialog div form hr img link marquee "
    "meter object p picture pre progress rp rt ruby select small span strike strong style svg table textarea "
    "video wbr"
)
"""Elements whose feature is called ``html-`` and their name."""

ELEMENTS: Mapping[str, str] = {
    **{name: f"html-{name}" for name in _OF_THEIR_NAME},
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "html-h1-h6"),
    **dict.fromkeys(("ul", "ol", "li", "dl", "dt", "dd"), "html-lists"),
    **dict.fromkeys(("map", "area"), "html-image-maps"),
    **dict.fromkeys(
        (
            *("article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark", "nav"),
            *("section", "summary", "time"),
        ),
        "html-semantics",
    ),
}

ATTRIBUTES: Mapping[str, str] = {
    **{
        name: f"html-{name}"
        for name in (
            *("align", "aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "aria-live", "background"),
            *("cellpadding", "cellspacing", "dir", "height", "hidden", "lang", "popover", "required", "role"),
            *("target", "valign", "width"),
        )
    },
    "inert": "css-inert-attribute",
    "loading": "html-loading-attribute",
    "popovertarget": "html-popover",
    "sizes": "html-srcset",
    "srcset": "html-srcset",
    "usemap": "html-image-maps",
}
"""Attributes that are a feature whatever they say; empty ones too."""

ONLY_ON: Mapping[str, frozenset[str]] = {
    "loading": frozenset({"img", "iframe"}),
    "required": frozenset({"input", "select", "textarea"}),
    "sizes": frozenset({"img", "source"}),
    "srcset": frozenset({"img", "source"}),
    "target": frozenset({"a", "area", "base", "form"}),
    "usemap": frozenset({"img", "object"}),
    "background": frozenset({"body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"}),
}
"""Attributes that mean something, or something else, on these elements alone."""

IN_DRAWINGS = frozenset(
    {"aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "aria-live", "role", "lang"}
)
"""Attributes that mean in an SVG what they mean in HTML; its width, height and others are its own."""

INPUTS: Mapping[str, str] = {
    name: f"html-input-{name}" for name in ("checkbox", "hidden", "radio", "reset", "submit", "text")
}
OTHER_INPUTS = frozenset(
    _names("button color date datetime-local email file image month number password range search tel time url week")
)
"""Types of ``<input>`` that are no feature; every other word is ``text`` (HTML, 4.10.5)."""

BUTTONS: Mapping[str, str] = {"reset": "html-button-reset", "submit": "html-button-submit"}
OTHER_BUTTONS = frozenset({"button"})
"""Types of ``<button>`` that are no feature; every other word is ``submit`` (HTML, 4.10.6)."""
COMMANDS = frozenset({"command", "commandfor"})
"""With one of these a ``<button>`` without a type does that, and submits nothing."""

PICTURES: Mapping[str, tuple[str, ...]] = {
    "img": ("src", "srcset", "lowsrc"),
    "source": ("srcset",),
    "input": ("src",),
    "video": ("poster",),
    "embed": ("src",),
    "image": ("href", "xlink:href"),
    "body": ("background",),
    "table": ("background",),
    "tr": ("background",),
    "td": ("background",),
    "th": ("background",),
    "v:fill": ("src",),
    "v:image": ("src",),
    "v:imagedata": ("src",),
    "mj-image": ("src", "srcset"),
    "mj-section": ("background-url",),
    "mj-wrapper": ("background-url",),
    "mj-hero": ("background-url",),
    "mj-carousel-image": ("src", "thumbnails-src"),
    "mj-social-element": ("src",),
    "mj-navbar": ("ico-open",),
}
"""Where the address of a picture stands."""

ANCHOR = "html-anchor-links"
MAILTO = "html-mailto-links"
DOCTYPE = "html-doctype"
COMMENT = "html-comments"
COLOUR_SCHEME = "html-meta-color-scheme"
AMP = "amp"
AMP_MARKS = frozenset({"⚡4email", "⚡\ufe0f4email", "amp4email"})
NOT_OF_A_PAGE: Mapping[str, str] = {
    "bimi": "a sender's mark is asked for at the sender's domain (a TXT record), and stands in no mail",
}
"""Features of caniemail's that no page can use, each with its reason."""
