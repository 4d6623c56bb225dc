"""A font of the publication's own, which mail programs that can load it from the site.

::

    fonts:                                    in newsletter.yaml, or in a theme's theme.yaml
      - family: Harbour Sans                  as the theme names it: font_title: "'Harbour Sans', Georgia, serif"
        file: fonts/harbour-sans-bold.woff2   beside that file
        weight: bold                          400 otherwise; "300 800" of a file with all of them
        style: italic                         normal otherwise

Enters: what an author wrote. Leaves: the model of a font. What is in the file is judged by ``edition/theme/web_fonts``.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from composer.issue.blocks import FileName, Model, TextKind

_FAMILY = r"^\w[\w -]*$"
_ONE = r"[1-9]\d{0,2}|1000|normal|bold"
_NUMBERS = {"normal": "400", "bold": "700"}


def _family(value: object) -> object:
    if isinstance(value, str) and not re.match(_FAMILY, value.strip()):
        raise ValueError(f"{value!r} cannot be the name of a font; use letters, digits, blanks and hyphens")
    return value


def _weight(value: object) -> object:
    """Read a weight, or the range of a variable font, and write each as CSS has it in numbers."""
    found = re.fullmatch(rf"({_ONE})(?:\s+({_ONE}))?", str(value).strip(), re.IGNORECASE)
    if found is None:
        raise ValueError(f'{value!r} is no weight; write bold, 400, or "300 800" for a font with all between')
    numbers = [_NUMBERS.get(part.lower(), part) for part in found.groups() if part]
    if len(numbers) == 2 and int(numbers[0]) >= int(numbers[1]):
        raise ValueError(f'{value!r} is no range of weights; write the lighter one first, as "300 800"')
    return " ".join(numbers)


FontFamily = Annotated[
    str,
    BeforeValidator(_family),
    StringConstraints(min_length=1, max_length=60, strip_whitespace=True),
    Field(json_schema_extra={"pattern": _FAMILY}),
    TextKind.FOR_PROGRAMS,
]
"""A font's name, as style sheets call it."""

FontWeight = Annotated[
    str,
    BeforeValidator(_weight),
    WithJsonSchema({"type": ["string", "integer"], "pattern": rf"^({_ONE})( +({_ONE}))?$"}),
    TextKind.FOR_PROGRAMS,
]
"""How strong a font's letters are: 400, bold, or a range such as 300 800."""


class WebFont(Model):
    """Declares one file of a font, and what it is called."""

    family: FontFamily = Field(description="The font's name, by which the theme's stacks call it.")
    file: FileName = Field(description="The font's file, WOFF2, beside this file: fonts/brand.woff2.")
    weight: FontWeight = Field("400", description='How strong it is: 400, bold, or "300 800" of a variable font.')
    style: Literal["normal", "italic"] = Field("normal", description="Whether it is the italic one.")
