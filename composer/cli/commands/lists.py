"""``newsletter lists`` shows, makes and sets the mailing lists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from composer.audience.list_settings import ListChange, ListSettings, OptIn
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing, moment
from composer.cli.visible import visible
from composer.control_characters import one_line
from composer.workflow.audience.lists import put_list, set_list, set_lists

command = typer.Typer()

_COUNTS = ("Confirmed", "Pending", "Unsubscribed")
_IN_LANGUAGE = "LANGUAGE=TEXT"

NameArgument = Annotated[str, typer.Argument(help="What you call it.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]
TitleOption = Annotated[str | None, typer.Option("--title", help="What its readers see, in your first language.")]
TitlesOption = Annotated[
    list[str] | None,
    typer.Option("--title-in", metavar=_IN_LANGUAGE, help='Its title in another one: "fr=Lettre du port".'),
]
DescriptionOption = Annotated[
    str | None, typer.Option("--description", help="What its readers get and how often, in your first language.")
]
DescriptionsOption = Annotated[
    list[str] | None, typer.Option("--description-in", metavar=_IN_LANGUAGE, help="That in another one.")
]
PublicOption = Annotated[
    bool | None, typer.Option("--public/--private", help="Offered to everybody on the site, or known to you alone.")
]
OptInOption = Annotated[
    bool | None,
    typer.Option("--single-opt-in/--double-opt-in", help="On it at once, or by the link in a mail (the default)."),
]
LanguagesOption = Annotated[
    str | None, typer.Option("--languages", metavar="en,fr", help="It is in these; empty: in the newsletter's.")
]
SenderNameOption = Annotated[str | None, typer.Option("--sender-name", help="Who its own mails come from.")]
SenderEmailOption = Annotated[str | None, typer.Option("--sender-email", help="From which address.")]
WelcomeOption = Annotated[
    str | None, typer.Option("--welcome", metavar="ISSUE", help="Who has confirmed is sent it; empty: nothing.")
]


@command.callback(invoke_without_command=True)
def lists(context: typer.Context) -> None:
    """Show, make and set the mailing lists."""
    if context.invoked_subcommand is None:
        _show_all(as_json=False)


@command.command("list")
def list_(as_json: JsonOption = False) -> None:
    """Show every list, who is on it, and how one comes onto it."""
    _show_all(as_json=as_json)


@command.command()
def show(name: NameArgument, as_json: JsonOption = False) -> None:
    """Show how one list is set."""
    found = set_list(name)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    Terminal().print(_table_of(found))


def put(
    context: typer.Context,
    name: NameArgument,
    *,
    title: TitleOption = None,
    titles: TitlesOption = None,
    description: DescriptionOption = None,
    descriptions: DescriptionsOption = None,
    public: PublicOption = None,
    single: OptInOption = None,
    languages: LanguagesOption = None,
    sender_name: SenderNameOption = None,
    sender_email: SenderEmailOption = None,
    welcome: WelcomeOption = None,
) -> None:
    """Say how a list is: `add` makes it, private and by double opt-in if nothing else is said; `set` changes it.

    Only what you name is changed, and an empty text takes it away.
    """
    change = ListChange(
        title,
        _by_language(titles, "--title-in"),
        _by_language(descriptions, "--description-in"),
        public,
        None if single is None else OptIn.SINGLE if single else OptIn.DOUBLE,
        None if languages is None else [one.strip() for one in languages.split(",") if one.strip()],
        sender_name,
        sender_email,
        welcome,
    )
    new = context.info_name == "add"
    if not new and change == ListChange() and description is None:
        raise typer.BadParameter("say what is to be set; newsletter lists set --help names it")
    found, changed = put_list(name, change, description=description, new=new)
    is_so = "is there" if new else "is set" if changed else "is as it was"
    print(f"The list “{found.count.name}” {is_so}.")


command.command("add")(put)
command.command("set")(put)


def _by_language(said: list[str] | None, option: str) -> dict[str, str]:
    texts = {}
    for one in said or ():
        language, sign, text = one.partition("=")
        if not sign:
            raise typer.BadParameter(
                f"“{one_line(one)[:40]}” is not {_IN_LANGUAGE}, such as fr=Lettre", param_hint=option
            )
        texts[language.strip()] = text
    return texts


def _show_all(*, as_json: bool) -> None:
    found = set_lists()
    if as_json:
        print(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        print("There are no lists yet. One is made by: newsletter lists add NAME")
        return
    table = Listing(("List", "Title", *_COUNTS, "Public", "Opt-in"), numbers=frozenset(_COUNTS))
    for one in found:
        count = one.count
        counted = (f"{people:,}" for people in (count.confirmed, count.pending, count.unsubscribed))
        table.add(count.name, count.title or "", *counted, "public" if one.is_public else "private", one.opt_in)
    Terminal().print(table)


def _facts(found: ListSettings) -> Iterator[tuple[str, str]]:
    count = found.count
    yield "Title", count.title or "none"
    yield from ((f"Title in {language}", text) for language, text in found.titles.items())
    yield from ((f"Description in {language}", text) for language, text in found.descriptions.items())
    yield "On it", f"{count.confirmed:,} confirmed, {count.pending:,} pending, {count.unsubscribed:,} have left"
    yield "Public", "yes, offered on the site" if found.is_public else "no, known to you alone"
    yield "Opt-in", "double: by the link in a mail" if found.opt_in is OptIn.DOUBLE else "single: at once"
    yield "Languages", ", ".join(found.languages) or "those of the newsletter"
    sender = " ".join(filter(None, (found.sender_name, f"<{found.sender_email}>" if found.sender_email else "")))
    yield "Sender", sender or "the newsletter's"
    yield "Welcome mail", found.welcome or "none"
    yield "Made", moment(found.created_at)
    if found.updated_at:
        yield "Set", moment(found.updated_at)


def _table_of(found: ListSettings) -> RenderableType:
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for what, value in _facts(found):
        facts.add_row(what, Text(visible(value)))
    return Group(Text(visible(found.count.name), style="bold"), facts)
