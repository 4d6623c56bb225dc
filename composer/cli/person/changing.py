"""Changes what is known of somebody, gives them another address, and makes two people one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from composer.audience import Suppression
from composer.audience.known_values import PersonChange
from composer.audience.merging import Merge
from composer.cli.log import tell_failure
from composer.cli.options import ByOption
from composer.cli.person.asking import is_agreed
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing
from composer.cli.visible import visible
from composer.workflow.audience.one_person import give_address, merge_people, set_person

EmailArgument = Annotated[str, typer.Argument(help="The address.")]
FieldsOption = Annotated[
    list[str] | None, typer.Option("--field", metavar="NAME=VALUE", help="A field of your own. May be repeated.")
]
TagsOption = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Tag them. May be repeated.")]
UntagOption = Annotated[list[str] | None, typer.Option("--untag", metavar="TAG", help="Take a tag off them.")]
SourceOption = Annotated[str, typer.Option("--source", help="How you know; kept as evidence.")]


def set_(
    email: EmailArgument,
    *,
    first_name: Annotated[str | None, typer.Option("--first-name")] = None,
    last_name: Annotated[str | None, typer.Option("--last-name")] = None,
    language: Annotated[str | None, typer.Option("--language", help="Such as en or fr.")] = None,
    fields: FieldsOption = None,
    tags: TagsOption = None,
    untag: UntagOption = None,
) -> None:
    """Write down what is known of somebody; an empty value takes it away."""
    change = PersonChange(first_name, last_name, language, own_fields(fields or ()), tags or (), untag or ())
    if change == PersonChange():
        raise typer.BadParameter("say what is to be set; newsletter subscribers set --help names it")
    changed = set_person(email, change)
    print(f"{email} {'is set' if changed else 'is as it was'}.")


def change_address(
    old: Annotated[str, typer.Argument(help="Their address.")],
    new: Annotated[str, typer.Argument(help="The address that they want.")],
    *,
    source: SourceOption = "by the operator",
    asked_anew: Annotated[
        bool, typer.Option("--asked-anew", help="They asked for it themselves, although it was erased once.")
    ] = False,
    by: ByOption = None,
) -> None:
    """Give somebody another address. The former one is kept, and links in mails to it still work."""
    change = give_address(old, new, by=by, source=source, asked_anew=asked_anew)
    lists = f"{change.lists} list{'' if change.lists == 1 else 's'}"
    print(f"{change.former} is {change.email} now, on {lists}.")
    _tell_suppressed(change.email, change.suppressed)


def merge(
    keep: Annotated[str, typer.Argument(help="The address that stays.")],
    other: Annotated[str, typer.Argument(help="The address of the same person that goes.")],
    *,
    source: SourceOption = "by the operator",
    by: ByOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would come of it; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> int:
    """Make two people one. Who has left a list by either address has left it; this cannot be undone."""
    found, spared = merge_people(keep, other, by=by, source=source, dry_run=True)
    Terminal().print(_merge_table(found, spared))
    if dry_run:
        print("Dry run: nothing was changed.")
        return 0
    if not is_agreed(f"Merge {found.former} into {found.email}?", "Nobody was merged", yes=yes):
        return 1
    found, _ = merge_people(keep, other, by=by, source=source, dry_run=False)
    print(f"{found.former} is {found.email} now.")
    _tell_suppressed(found.email, found.suppressed)
    return 0


def _merge_table(found: Merge, spared: int) -> RenderableType:
    lists = Listing(("List", found.email, found.former, "then"))
    for one in found.lists:
        lists.add(one.list, one.kept or "not on it", one.other or "not on it", one.now)
    parts: list[RenderableType] = [lists] if found.lists else []
    if found.filled:
        parts.append(Text(visible(f"Known of {found.former} alone, and kept: {', '.join(found.filled)}")))
    if found.tags:
        parts.append(Text(visible(f"Tags: {', '.join(found.tags)}")))
    if spared:
        mails = f"{spared} waiting mail{'' if spared == 1 else 's'}"
        parts.append(Text(f"{mails} not sent: they have it by the other address"))
    return Group(*parts)


def _tell_suppressed(email: str, suppressed: Sequence[Suppression]) -> None:
    for one in suppressed:
        where = f"the list “{one.list}”" if one.list else "every list"
        tell_failure(f"{email} is suppressed on {where} ({one.reason}): no mail is sent to it.")


def own_fields(fields: list[str] | tuple[()]) -> dict[str, str]:
    """Read NAME=VALUE pairs of a command line. Raises BadParameter."""
    pairs = [field.partition("=") for field in fields]
    for name, sign, _ in pairs:
        if not sign or not name.isidentifier():
            raise typer.BadParameter(f"“{name}” is not NAME=VALUE", param_hint="--field")
    return {name.lower(): value for name, _, value in pairs}
