"""Lists are made and set, by what the newsletter has: its languages and its issues.

Enters: a name and what was said about it. Leaves: how the list is set now. Raises AudienceError with everything that is
wrong, and then nothing was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from composer import audience
from composer.audience.list_settings import (
    ListChange,
    ListSettings,
    all_list_settings,
    change_list,
    find_list_settings,
)
from composer.audience.lists import list_names
from composer.errors import AudienceError, NewsletterError, Remedy
from composer.settings import ProjectSettings, load_settings
from composer.workflow.decision_log import log_event
from composer.workflow.newsletter import the_newsletter
from composer.workflow.project_database import now, reading, writing

if TYPE_CHECKING:
    from composer.issue import Newsletter


def set_lists() -> tuple[ListSettings, ...]:
    """Tell how every list is set."""
    with reading() as connection:
        return tuple(all_list_settings(connection))


def set_list(name: str) -> ListSettings:
    """Tell how one list is set."""
    with reading() as connection:
        return find_list_settings(connection, name)


def put_list(name: str, change: ListChange, *, description: str | None = None, new: bool) -> tuple[ListSettings, bool]:
    """Make a ``new`` list, or set one that is there; and tell whether that changed anything.

    ``description`` is in the newsletter's first language.
    """
    newsletter = the_newsletter()
    change, problems = _by_newsletter(change, description, newsletter)
    with writing() as connection:
        if new and any(one.name == name for one in audience.count_lists(connection)):
            raise AudienceError(f"There is a list “{name}” already", remedy=Remedy.SET_THE_LIST)
        number = audience.ensure_list(connection, name, now=now()) if new else audience.find_list(connection, name)
        try:
            changed = change_list(connection, number, change, now=now())
        except AudienceError as error:
            raise AudienceError("\n".join([*str(error).splitlines(), *problems])) from error
        if problems:
            raise AudienceError("\n".join(problems))
        name = list_names(connection, [number])[0]
        found = find_list_settings(connection, name)
    if new or changed:
        log_event("list.set", "a list is made or set", list=name, new=new)
    return found, new or changed


def _by_newsletter(
    change: ListChange, description: str | None, newsletter: Newsletter | None
) -> tuple[ListChange, list[str]]:
    """Put what is in the newsletter's first language to the others; and tell what the newsletter does not have."""
    problems = list(_not_there(change, newsletter))
    first = newsletter.languages[0] if newsletter else None
    titles = dict(change.titles)
    title = titles.pop(first, change.title) if first else change.title
    descriptions: Mapping[str, str] = change.descriptions
    if description is not None:
        if first is None:
            problems.append("here is no newsletter, so say in which language the description is")
        else:
            descriptions = {first: description, **descriptions}
    return replace(change, title=title, titles=titles, descriptions=descriptions), problems


def _not_there(change: ListChange, newsletter: Newsletter | None) -> Iterator[str]:
    if newsletter:
        for language in dict.fromkeys((*(change.languages or ()), *change.titles, *change.descriptions)):
            if language not in newsletter.languages:
                yield f"the newsletter has no language “{language}”; it has {', '.join(newsletter.languages)}"
    if change.welcome:
        from composer.issue import resolve_issue

        try:
            resolve_issue(change.welcome, issues_dir=load_settings(ProjectSettings).issues_dir)
        except NewsletterError as error:
            yield f"the welcome mail: {error}"
