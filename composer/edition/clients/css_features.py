"""Tables: by which property, value, function, unit, selector or at-rule a feature of caniemail's is used in CSS.

A feature that is named as a property is that property and its longhands, unless those are features themselves; a
shorthand that merely contains it is another feature (``background: red`` uses css-background alone). Which longhands a
feature covers is what its page at caniemail.com says.
"""

from __future__ import annotations

from collections.abc import Mapping


def _names(text: str) -> tuple[str, ...]:
    """Read names that stand with blanks between them."""
    return tuple(text.split())


_OF_THEIR_NAME = _names(
    "accent-color align-items animation aspect-ratio backdrop-filter background background-blend-mode "
    "background-clip background-color background-image background-origin background-position "
    "background-repeat background-size border border-collapse border-image border-radius border-spacing "
    "box-shadow box-sizing caption-side clear clip-path color-scheme column-count cursor direction display "
    "empty-cells filter float font font-kerning font-size font-size-adjust font-stretch font-weight gap "
    "height hyphenate-character hyphenate-limit-chars hyphens inline-size inset justify-content "
    "letter-spacing line-height list-style list-style-image list-style-position list-style-type margin "
    "mask-image max-block-size max-height max-inline-size max-width min-block-size min-height "
    "min-inline-size min-width mix-blend-mode object-fit object-position opacity orphans outline "
    "outline-offset overflow overflow-wrap padding position resize scroll-snap shape-margin shape-outside "
    "tab-size table-layout text-align text-align-last text-decoration text-decoration-color "
    "text-decoration-line text-decoration-skip-ink text-decoration-style text-decoration-thickness "
    "text-emphasis text-emphasis-position text-indent text-justify text-orientation text-overflow "
    "text-shadow text-transform text-underline-offset text-underline-position text-wrap transform transition "
    "user-select vertical-align visibility white-space white-space-collapse widows width word-break "
    "word-spacing word-wrap writing-mode z-index"
)
"""Properties whose feature is called ``css-`` and their name."""

_SIDES = ("top", "right", "bottom", "left")
_LOOKS = ("color", "style", "width")
_FLOWS = ("inline", "block")
_ENDS = ("start", "end")

_COVERED: Mapping[str, tuple[str, ...]] = {
    "css-animation": tuple(
        f"animation-{part}"
        for part in _names("delay direction duration fill-mode iteration-count name play-state timing-function")
    ),
    "css-background-position": ("background-position-x", "background-position-y"),
    "css-background-repeat": ("background-repeat-x", "background-repeat-y"),
    "css-block-inline-size": ("block-size", "inline-size"),
    "css-border": (
        *(f"border-{look}" for look in _LOOKS),
        *(f"border-{side}" for side in _SIDES),
        *(f"border-{side}-{look}" for side in _SIDES for look in _LOOKS),
    ),
    "css-border-image": tuple(f"border-image-{part}" for part in ["outset", "repeat", "slice", "source", "width"]),
    "css-border-inline-block": tuple(f"border-{flow}" for flow in _FLOWS),
    "css-border-inline-block-individual": (
        *(f"border-{flow}-{look}" for flow in _FLOWS for look in _LOOKS),
        *(f"border-{flow}-{end}" for flow in _FLOWS for end in _ENDS),
    ),
    "css-border-inline-block-longhand": tuple(
        f"border-{flow}-{end}-{look}" for flow in _FLOWS for end in _ENDS for look in _LOOKS
    ),
    "css-border-radius": tuple(
        f"border-{row}-{side}-radius" for row in ("top", "bottom") for side in ("left", "right")
    ),
    "css-border-radius-logical": tuple(f"border-{row}-{side}-radius" for row in _ENDS for side in _ENDS),
    "css-column-layout-properties": (
        *("columns", "column-count", "column-fill", "column-span", "column-width", "column-rule"),
        *(f"column-rule-{look}" for look in _LOOKS),
    ),
    "css-gap": ("column-gap", "row-gap", "grid-gap", "grid-column-gap", "grid-row-gap"),
    "css-grid-template": (*("grid-template", "grid-template-areas", "grid-template-columns", "grid-template-rows"),),
    "css-inset": (
        *(f"inset-{flow}" for flow in _FLOWS),
        *(f"inset-{flow}-{end}" for flow in _FLOWS for end in _ENDS),
    ),
    "css-left-right-top-bottom": _SIDES,
    "css-margin": tuple(f"margin-{side}" for side in _SIDES),
    "css-margin-block-start-end": ("margin-block-start", "margin-block-end"),
    "css-margin-inline-block": ("margin-inline", "margin-block"),
    "css-margin-inline-start-end": ("margin-inline-start", "margin-inline-end"),
    "css-outline": tuple(f"outline-{look}" for look in _LOOKS),
    "css-overflow": ("overflow-x", "overflow-y", "overflow-block", "overflow-inline"),
    "css-padding": tuple(f"padding-{side}" for side in _SIDES),
    "css-padding-block-start-end": ("padding-block-start", "padding-block-end"),
    "css-padding-inline-block": ("padding-inline", "padding-block"),
    "css-padding-inline-start-end": ("padding-inline-start", "padding-inline-end"),
    "css-scroll-snap": tuple(f"scroll-snap-{part}" for part in ["align", "coordinate", "destination", "stop", "type"]),
    "css-text-emphasis": ("text-emphasis-color", "text-emphasis-style"),
    "css-text-wrap": ("text-wrap-mode", "text-wrap-style"),
    "css-transition": tuple(
        f"transition-{part}" for part in ["behavior", "delay", "duration", "property", "timing-function"]
    ),
}
"""Features that cover properties of other names."""


def _by_property() -> Mapping[str, tuple[str, ...]]:
    found = {name: (f"css-{name}",) for name in _OF_THEIR_NAME}
    for feature, names in _COVERED.items():
        for name in names:
            found[name] = (*found.get(name, ()), feature)
    return found


PROPERTIES = _by_property()
"""The features that a declaration of a property uses, whatever its value; without the prefix of a browser."""

MULTICOLUMN = frozenset({"columns", "column-count", "column-width"})
"""What makes columns: only beside one of them is ``column-gap`` a property of columns, and not of flex or grid."""

KEYWORDS: Mapping[str, Mapping[str, str]] = {
    "display": {
        "none": "css-display-none",
        "flex": "css-display-flex",
        "inline-flex": "css-display-flex",
        "flexbox": "css-display-flex",
        "inline-flexbox": "css-display-flex",
        "grid": "css-display-grid",
        "inline-grid": "css-display-grid",
    },
    "flex-direction": {"column": "css-flex-direction", "column-reverse": "css-flex-direction"},
    "flex-flow": {
        "column": "css-flex-direction",
        "column-reverse": "css-flex-direction",
        "wrap": "css-flex-wrap",
        "wrap-reverse": "css-flex-wrap",
    },
    "flex-wrap": {"wrap": "css-flex-wrap", "wrap-reverse": "css-flex-wrap"},
}
"""Words in the value of one property."""

_FONTS = dict.fromkeys(("system-ui", "ui-serif", "ui-sans-serif", "ui-rounded", "ui-monospace"), "css-sytem-ui")
FONT_KEYWORDS: Mapping[str, Mapping[str, str]] = {"font-family": _FONTS, "font": _FONTS}

SIZE_KEYWORDS = dict.fromkeys(("fit-content", "min-content", "max-content"), "css-intrinsic-size")
"""Words, or functions, that are a size in any property."""

NAMED_FREELY = frozenset(
    {"animation", "animation-name", "font-family", "font", "grid-area", "content", "counter-reset"}
)
"""Properties whose words may be names that somebody gave."""

FUNCTIONS: Mapping[str, str] = {
    "calc": "css-unit-calc",
    "min": "css-function-min",
    "max": "css-function-max",
    "clamp": "css-function-clamp",
    "light-dark": "css-function-light-dark",
    "var": "css-variables",
    "linear-gradient": "css-linear-gradient",
    "repeating-linear-gradient": "css-linear-gradient",
    "radial-gradient": "css-radial-gradient",
    "repeating-radial-gradient": "css-radial-gradient",
    "conic-gradient": "css-conic-gradient",
    "repeating-conic-gradient": "css-conic-gradient",
    "rgb": "css-rgb",
    "rgba": "css-rgba",
    **dict.fromkeys(("lch", "oklch", "lab", "oklab"), "css-modern-color"),
    **SIZE_KEYWORDS,
}

UNITS = {unit: f"css-unit-{unit}" for unit in _names("ch cm em ex in mm pc pt px rem vh vmax vmin vw")}
PERCENT = "css-unit-percent"
INITIAL = "css-unit-initial"

AT_RULES: Mapping[str, str] = {
    "font-face": "css-at-font-face",
    "import": "css-at-import",
    "keyframes": "css-at-keyframes",
    "media": "css-at-media",
    "supports": "css-at-supports",
}

MEDIA: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("-webkit-device-pixel-ratio", "-webkit-min-device-pixel-ratio", "-webkit-max-device-pixel-ratio"),
            *("-moz-device-pixel-ratio", "min--moz-device-pixel-ratio", "max--moz-device-pixel-ratio"),
            *("-o-device-pixel-ratio", "-o-min-device-pixel-ratio", "-o-max-device-pixel-ratio"),
            *("device-pixel-ratio", "min-device-pixel-ratio", "max-device-pixel-ratio"),
        ),
        "css-at-media-device-pixel-ratio",
    ),
    "hover": "css-at-media-hover",
    "any-hover": "css-at-media-hover",
    "orientation": "css-at-media-orientation",
    "prefers-color-scheme": "css-at-media-prefers-color-scheme",
    "prefers-reduced-motion": "css-at-media-prefers-reduced-motion",
}
"""What a media query asks for."""

PSEUDO_CLASSES = {
    name: f"css-pseudo-class-{name}"
    for name in _names(
        "active checked default first-child first-of-type focus focus-visible focus-within has hover lang "
        "last-child last-of-type link not nth-child nth-last-child nth-last-of-type nth-of-type only-child "
        "only-of-type target visited"
    )
}
PSEUDO_ELEMENTS = {
    **{
        name: f"css-pseudo-element-{name}" for name in _names("after before first-letter first-line marker placeholder")
    },
    **dict.fromkeys(
        ("-webkit-input-placeholder", "-moz-placeholder", "-ms-input-placeholder"), "css-pseudo-element-placeholder"
    ),
}
OLD_PSEUDO_ELEMENTS = ("after", "before", "first-letter", "first-line", "-moz-placeholder", "-ms-input-placeholder")
"""Those that may be written with one colon (Selectors 4, 3.6), and what browsers had before ``::placeholder``."""

CLASS = "css-selector-class"
ID = "css-selector-id"
TYPE = "css-selector-type"
UNIVERSAL = "css-selector-universal"
ATTRIBUTE = "css-selector-attribute"
CHAINING = "css-selector-chaining"
GROUPING = "css-selector-grouping"
DESCENDANT = "css-selector-descendant"
COMBINATORS: Mapping[str, str] = {
    ">": "css-selector-child",
    "+": "css-selector-adjacent-sibling",
    "~": "css-selector-general-sibling",
}
COMMENT = "css-comments"
IMPORTANT = "css-important"
VARIABLES = "css-variables"
NESTING = "css-nesting"
COLUMN_LAYOUT = "css-column-layout-properties"
