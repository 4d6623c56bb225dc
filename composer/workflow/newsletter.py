"""What the newsletter says of itself where there is one: its languages, its fields, its name, its time zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from composer.audience.attributes import FieldDeclaration, FieldType
from composer.settings import ProjectSettings, load_settings

if TYPE_CHECKING:
    from composer.issue import Newsletter


def the_newsletter() -> Newsletter | None:
    """Read ``newsletter.yaml``; None where there is none, as beside a database alone. Raises IssueError."""
    folder = load_settings(ProjectSettings).issues_dir
    if not (folder / "newsletter.yaml").is_file():
        return None
    from composer.issue import load_newsletter

    return load_newsletter(folder)[0]


def declared_fields() -> Mapping[str, FieldDeclaration]:
    """Give the types of the newsletter's own fields; none where there is no newsletter."""
    newsletter = the_newsletter()
    if newsletter is None:
        return {}
    return {name: FieldDeclaration(FieldType(one.type), tuple(one.choices)) for name, one in newsletter.fields.items()}


def newsletter_name() -> str:
    """Give the newsletter's name; nothing where there is none."""
    newsletter = the_newsletter()
    return newsletter.name if newsletter else ""


def newsletter_zone() -> dt.tzinfo:
    """Give the time zone of the newsletter; UTC where there is none."""
    newsletter = the_newsletter()
    return ZoneInfo(newsletter.timezone) if newsletter else dt.UTC
