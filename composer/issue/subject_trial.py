"""Several subjects of one issue are tried on a sample of its readers.

::

    subject: Spring in the network              variant A
    subject_test:
      subjects: [Who feels safe in your city?]  variant B; C and D if there are more
      sample: 20%                               of the readers of each language, or a number of them

Enters: what an author wrote. Leaves: the model of a test. What follows for an issue stands in ``variants.py``.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from composer.issue.blocks import Line, Model

VARIANTS = "ABCD"
"""The names of variants; every mailing has an A."""

_SHARE = r"(?P<share>\d{1,2}(?:\.\d+)?) ?%"
_NUMBER = r"(?P<number>\d{1,9})"


def _sample(value: object) -> object:
    """Read a sample as an author writes it: a share or a number."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(f"{_SHARE}|{_NUMBER}", value.strip())
    if found is None or not float(found["share"] or found["number"]):
        raise ValueError(f"{value!r} is no sample; write a share below 100%, such as 20%, or a number of people")
    return value.strip()


Sample = Annotated[
    str,
    BeforeValidator(_sample),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "pattern": r"^\s*(0*[1-9]\d*|\d{1,2}(\.\d+)? ?%)\s*$"},
            ]
        }
    ),
]
"""A share of people, as 20%, or a number of them."""


class SubjectTest(Model):
    """Other subjects, and how many people they are tried on."""

    subjects: tuple[Line, ...] = Field(
        min_length=1,
        max_length=len(VARIANTS) - 1,
        description="The other subjects, B to D; the subject of the issue is A.",
    )
    sample: Sample = Field(
        description="On whom all subjects are tried, in equal parts: a share of the readers of each language, such as "
        "20%, or a number of them."
    )

    def size(self, people: int) -> int:
        """Count how many of so many people are in the sample."""
        share = self.sample.rstrip("% ")
        return round(people * float(share) / 100) if self.sample.endswith("%") else int(share)
