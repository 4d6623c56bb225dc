"""How many of a newsletter's readers have which mail program, in per cent.

::

    clients:                          in newsletter.yaml
      gmail_android: 31.5
      outlook_windows: 12 %

Enters: what an author wrote. Leaves: the shares, each of a program that is known, and together not more than all
readers. Their sum may be less: who has none of these programs is not spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from composer.issue.nearest import nearest

MAIL_PROGRAMS: tuple[str, ...] = (
    "aol_android",
    "aol_desktop_webmail",
    "aol_ios",
    "apple_mail_ios",
    "apple_mail_macos",
    "fastmail_desktop_webmail",
    "free_fr_desktop_webmail",
    "gmail_android",
    "gmail_desktop_webmail",
    "gmail_ios",
    "gmail_mobile_webmail",
    "gmx_android",
    "gmx_desktop_webmail",
    "gmx_ios",
    "hey_desktop_webmail",
    "ionos_1and1_android",
    "ionos_1and1_desktop_webmail",
    "laposte_android",
    "laposte_desktop_webmail",
    "laposte_ios",
    "mail_ru_desktop_webmail",
    "orange_android",
    "orange_desktop_webmail",
    "orange_ios",
    "outlook_android",
    "outlook_ios",
    "outlook_macos",
    "outlook_outlook_com",
    "outlook_windows",
    "outlook_windows_mail",
    "protonmail_android",
    "protonmail_desktop_webmail",
    "protonmail_ios",
    "rainloop_desktop_webmail",
    "samsung_email_android",
    "sfr_android",
    "sfr_desktop_webmail",
    "sfr_ios",
    "t_online_de_desktop_webmail",
    "thunderbird_macos",
    "thunderbird_windows",
    "web_de_android",
    "web_de_desktop_webmail",
    "web_de_ios",
    "wp_pl_desktop_webmail",
    "yahoo_android",
    "yahoo_desktop_webmail",
    "yahoo_ios",
)
"""The mail programs that anything is known of, by caniemail.com's names; what they understand: ``edition/clients``."""

ALL_PERCENT = 100
_ROUNDING = 2
"""So much more than all readers is let pass: each share may have been rounded up."""
_NUMBER = r"\d{1,3}(?:\.\d{1,6})?"


def _program(name: str) -> str:
    if name not in MAIL_PROGRAMS:
        raise ValueError(f"there is no mail program of this name; {which_program(name)}")
    return name


def which_program(name: str) -> str:
    """Say which mail program is meant by a name that is none; all of them, where none is near."""
    return nearest(name, MAIL_PROGRAMS) or f"they are {', '.join(MAIL_PROGRAMS)}"


def share_of(written: object) -> float:
    """Read a share as it is written: ``12``, ``12.5``, ``12 %``. ValueError for anything else."""
    found = re.fullmatch(rf"({_NUMBER})\s*%?", str(written).strip())
    share = float(found[1]) if found else -1.0
    if not 0 <= share <= ALL_PERCENT:
        shown = "nothing" if written is None else repr(written)
        raise ValueError(f"{shown} is no share of the readers; write it in per cent, from 0 to 100: 12.5")
    return share


def checked_sum(shares: Mapping[str, float]) -> Mapping[str, float]:
    """Return the shares if they can be true together. ValueError if they are more than all readers, or nobody."""
    together = sum(shares.values())
    if together > ALL_PERCENT + _ROUNDING:
        raise ValueError(f"the shares are {together:g} % together; lower them to 100 % or less")
    if shares and together <= 1:
        raise ValueError(f"the shares are {together:g} % together; write them in per cent, 30 for three of ten readers")
    return shares


_Program = Annotated[str, AfterValidator(_program), WithJsonSchema({"type": "string", "enum": list(MAIL_PROGRAMS)})]
_Share = Annotated[
    float,
    BeforeValidator(share_of),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": ALL_PERCENT},
                {"type": "string", "pattern": rf"^\s*{_NUMBER}\s*%?\s*$"},
            ]
        }
    ),
]
ReaderShares = Annotated[Mapping[_Program, _Share], AfterValidator(checked_sum)]
"""The share of the readers by mail program, in per cent; empty where nobody has said."""
