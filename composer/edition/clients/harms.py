"""What harms a mail in a program that does not understand a feature; most features it merely makes plainer.

Enters: Uses. Leaves: those that do harm there, each with its Harm. Round corners that become square harm nobody, and
neither does a value that changes nothing (``float: none``), one that is inherited, one behind another that everybody
understands, what stands in ``@media`` or ``@supports``, or what is written for Outlook alone.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from composer.edition.clients.conditional_comments import ReadBy
from composer.edition.clients.css_uses import WITHOUT_COMMAS
from composer.edition.clients.html_uses import Use, parts_of, uses_in_part
from composer.picture_types import IN_WORDS
from composer.remembered import remembered


class HarmKind(enum.StrEnum):
    """What readers meet where a feature is not understood."""

    SHOWN = "hidden text shows"
    COLOURS = "colours are lost, or words stand on a ground that is not there"
    PICTURE = "a picture is missing"
    RULES = "whole rules are lost"
    LAYOUT = "the layout breaks"
    FUNCTION = "what readers are to use is not there"


@dataclass(frozen=True, slots=True)
class Harm:
    """Why a feature harms where it is not understood, and what to do instead.

    ``is_done_by`` tells by the whole value of a declaration whether this use of the feature does any. Programs that
    understand it in part are harmed if caniemail's note to that has the words ``note``.
    """

    kind: HarmKind
    reason: str
    advice: str
    is_done_by: Callable[[str], bool] = lambda _: True
    note: str = ""


_NEUTRAL = re.compile(
    r"(?:none|static|relative|normal|fill|auto|visible|horizontal-tb|(?:0(?:\.0*)?(?:px|em|rem|%)?\s*)+)"
)
_KEEPS = re.compile(r"(?:initial|inherit|unset|revert|revert-layer)")

_LAYOUT = "arrange it with mj-column, or with a table"
_VALUE = "write the value that you mean, in px or per cent"
_ASIDE = "link to a page that has it"
_PICTURE = f"use {IN_WORDS}"
_SIDES = "write it for left, right, top or bottom"
_CUT = "cut the picture to its shape"
_COLOUR = "write the colour as #rrggbb, or write it so before this value"
_GROUND = "give it a background-color too, on which the words can be read"


def _changes(value: str) -> bool:
    return _NEUTRAL.fullmatch(value) is None


def _has_picture(value: str) -> bool:
    return "url(" in value


_FONTS = re.compile(r"//(?:[\w-]+\.)*(?:fonts|myfonts|fontshare|typekit|typography)\.\w|/(?:web)?fonts?(?:\.css|/)")
_ICONS = re.compile(r"icon|awesome|symbol|emoji")


def _has_fonts(address: str) -> bool:
    """Whether a style sheet only loads fonts: without it words stand in those that follow in ``font-family``.

    Letters of a font of icons say nothing in another.
    """
    return bool(_FONTS.search(address)) and not _ICONS.search(address)


def _layout(reason: str, advice: str) -> Harm:
    return Harm(HarmKind.LAYOUT, reason, advice, _changes)


def _picture(reason: str = "the picture is not shown", advice: str = _PICTURE) -> Harm:
    return Harm(HarmKind.PICTURE, reason, advice)


def _function(reason: str, advice: str = _ASIDE) -> Harm:
    return Harm(HarmKind.FUNCTION, reason, advice)


_FLOW = "distances follow the direction of writing only where that is understood; elsewhere there are none"
_SIZE = "the size is not set at all"

HARMS: Mapping[str, Harm] = {
    # Hidden text that shows
    "html-hidden": Harm(HarmKind.SHOWN, "what is hidden is read", "take it out, or hide it by display: none"),
    "html-dialog": Harm(HarmKind.SHOWN, "a closed dialog stands open in the mail", _ASIDE),
    "html-popover": Harm(HarmKind.SHOWN, "what opens on a press stands open in the mail", _ASIDE),
    "css-visibility": Harm(
        HarmKind.SHOWN,
        "what is hidden is read",
        "hide it by display: none as well",
        lambda value: value in ("hidden", "collapse"),
    ),
    "css-opacity": Harm(
        HarmKind.SHOWN,
        "what is quite transparent is read",
        "hide it by display: none as well",
        lambda value: re.fullmatch(r"0?\.?0*%?", value) is not None,
    ),
    "css-max-height": Harm(
        HarmKind.SHOWN,
        "what has no height is read",
        "hide it by display: none as well",
        lambda value: re.fullmatch(r"0(?:px|em|%)?", value) is not None,
    ),
    # Lost colours, and words on lost grounds
    "css-rgba": Harm(HarmKind.COLOURS, "the colour is dropped", _COLOUR),
    "css-variables": Harm(
        HarmKind.COLOURS, "the declaration is dropped", "write the value itself, or use a token of theme.yaml"
    ),
    "css-modern-color": Harm(
        HarmKind.COLOURS, "the colour is dropped, in Gmail with all the style attribute", "write the colour as #rrggbb"
    ),
    "css-function-light-dark": Harm(HarmKind.COLOURS, "the colour is dropped", _COLOUR),
    "css-linear-gradient": Harm(HarmKind.COLOURS, "the ground is dropped, and words stand on another", _GROUND),
    "css-radial-gradient": Harm(HarmKind.COLOURS, "the ground is dropped, and words stand on another", _GROUND),
    "css-conic-gradient": Harm(HarmKind.COLOURS, "the ground is dropped, and words stand on another", _GROUND),
    "css-background-image": Harm(
        HarmKind.COLOURS, "the ground is dropped, and words stand on another", _GROUND, _has_picture
    ),
    "css-background-clip": Harm(
        HarmKind.COLOURS,
        "words that show their ground are transparent where they do not",
        "give the words a colour",
        lambda value: value == "text",
    ),
    # Missing pictures
    "html-svg": _picture("a drawing is taken out"),
    "html-object": _picture("it is taken out", _ASIDE),
    "image-svg": _picture(),
    "image-webp": _picture(),
    "image-avif": _picture(),
    "image-heif": _picture(),
    "image-hdr": _picture(),
    "image-tiff": _picture(),
    "image-ico": _picture(),
    "image-base64": _picture("data in the place of an address is taken out", "store the picture, and name its address"),
    "image-mp4": _picture("a film is no picture there", _PICTURE),
    # Whole rules
    "css-at-import": Harm(
        HarmKind.RULES,
        "the style sheet is not read",
        "put its rules into the mail",
        lambda address: not _has_fonts(address),
    ),
    "css-nesting": Harm(
        HarmKind.RULES, "the rule is dropped, and often the one around it", "write each rule by itself"
    ),
    # Broken layout
    "css-display-flex": _layout("what stands side by side stands one below the other", _LAYOUT),
    "css-display-grid": _layout("what stands side by side stands one below the other", _LAYOUT),
    "css-position": _layout("it stays where it would be without", _LAYOUT),
    "css-float": _layout("what stands side by side stands one below the other", _LAYOUT),
    "css-transform": _layout("it is neither moved nor turned", _LAYOUT),
    "css-gap": _layout("what has a distance has none", "give the cells a padding"),
    "css-column-count": Harm(
        HarmKind.LAYOUT, "there is one column", _LAYOUT, lambda value: value != "1" and _changes(value)
    ),
    "css-object-fit": _layout("the picture is squeezed", _CUT),
    "css-clip-path": _layout("the picture is not cut", _CUT),
    "css-aspect-ratio": _layout("the height is another", "write width and height"),
    "css-writing-mode": _layout("words stand in rows where they are to stand in columns", "use a picture"),
    "css-inset": _layout("it stays where it would be without", _LAYOUT),
    "css-margin-inline-block": _layout(_FLOW, _SIDES),
    "css-margin-inline-start-end": _layout(_FLOW, "write margin-left or margin-right"),
    "css-margin-block-start-end": _layout(_FLOW, "write margin-top or margin-bottom"),
    "css-padding-inline-block": _layout(_FLOW, _SIDES),
    "css-padding-inline-start-end": _layout(_FLOW, "write padding-left or padding-right"),
    "css-padding-block-start-end": _layout(_FLOW, "write padding-top or padding-bottom"),
    "css-block-inline-size": _layout(_SIZE, "write width or height"),
    "css-max-inline-size": _layout(_SIZE, "write max-width"),
    "css-unit-calc": _layout(_SIZE, _VALUE),
    "css-function-min": _layout(_SIZE, f"{_VALUE}, before this one"),
    "css-function-max": _layout(_SIZE, f"{_VALUE}, before this one"),
    "css-function-clamp": _layout(_SIZE, _VALUE),
    "css-intrinsic-size": _layout(_SIZE, _VALUE),
    "css-unit-vw": _layout(_SIZE, _VALUE),
    "css-unit-vh": _layout(_SIZE, _VALUE),
    "css-unit-vmin": _layout(_SIZE, _VALUE),
    "css-unit-vmax": _layout(_SIZE, _VALUE),
    "css-unit-rem": _layout(_SIZE, _VALUE),
    "css-unit-ch": _layout(_SIZE, _VALUE),
    # What is to be used
    "html-video": _function("a film is taken out", "use a picture that links to the film"),
    "html-audio": _function("it is taken out"),
    "html-form": _function("nothing can be filled in or sent"),
    "html-input-text": _function("nothing can be filled in"),
    "html-select": _function("nothing can be chosen"),
    "html-textarea": _function("nothing can be filled in"),
    "html-button-submit": _function("it cannot be pressed", "use a link that looks like a button (mj-button)"),
    "html-progress": _function("it is empty", "use a table with two coloured cells"),
    "html-meter": _function("it is empty", "use a table with two coloured cells"),
}
"""Features that harm where they are not understood."""
_WITHOUT_COMMAS = Harm(
    HarmKind.RULES,
    "Gmail takes out the whole style attribute, or the whole <style>",
    "write it with commas, rgb(0, 128, 0), or as #rrggbb",
    note="whitespace syntax",
)


def harming_uses(html: str) -> Iterator[Use]:
    """Find what harms in a mail's HTML or MJML; in the parts that were read before, it is known."""
    for start, part in parts_of(html):
        for use in _harming_in(part):
            yield use._replace(offset=start + use.offset)


@remembered
def _harming_in(part: str) -> tuple[Use, ...]:
    return tuple(use for use in uses_in_part(part) if harm_of(use))


def harm_of(use: Use) -> Harm | None:
    """Tell what a use harms where it is not understood, or None."""
    if use.words.endswith(WITHOUT_COMMAS) and use.read_by is not ReadBy.OUTLOOK:
        # Wherever it stands: it takes with it what would make up for it.
        return _WITHOUT_COMMAS
    harm = HARMS.get(use.feature)
    if harm is None or use.is_spared or use.read_by is ReadBy.OUTLOOK or _KEEPS.fullmatch(use.value):
        return None
    return harm if harm.is_done_by(use.value) else None
