"""``newsletter check``: find mistakes before your readers do.

Three forms of the same findings: *text* for people (each with its line and a caret, and what is found at several
places once, with the others below it), *json* and *sarif* for programs, which get each by itself. SARIF 2.1.0 (OASIS)
is what code hosts and editors show beside the lines of a file.
"""

from __future__ import annotations

import enum
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from composer import shipped
from composer.checks import Finding, Severity
from composer.cli.terminal.client_report import (
    CODE,
    ClientFinding,
    asked_programs,
    client_findings,
    issue_client_findings,
    read_html_file,
)
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.sarif import sarif
from composer.compose import CheckedIssue, check_folder
from composer.edition.clients import load_shares, named
from composer.edition.starts import compiled_before
from composer.errors import NewsletterError
from composer.issue import find_issues, load_newsletter, resolve_issue
from composer.issue.inside import source_lines
from composer.settings import ProjectSettings, load_settings

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_MAX_SOURCE = 160
_MAX_PLACES = 5


class Explained(enum.StrEnum):
    """What can be told of a mail in the place of what is wrong with it."""

    WEIGHT = "weight"


class Format(enum.StrEnum):
    """The forms in which findings can be written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def command(
    issues: Annotated[list[str] | None, typer.Argument(help="Folder names or paths; all issues otherwise.")] = None,
    *,
    form: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.TEXT,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Any HTML or mail (.eml), - for standard input: what harms it."),
    ] = None,
    clients: Annotated[
        str | None,
        typer.Option(
            "--clients",
            metavar="all|NAMES",
            help="Everything that these mail programs do not understand, not only what harms.",
        ),
    ] = None,
    explains: Annotated[
        Explained | None,
        typer.Option("--explain", help="In the place of mistakes: how many bytes each block adds to the mail."),
    ] = None,
    spelling: Annotated[bool, typer.Option("--spelling", help="Check the spelling, if hunspell is installed.")] = False,
    probe_links: Annotated[
        bool,
        typer.Option("--probe-links", help="Ask the network for each page that is linked to; else nothing is asked."),
    ] = False,
) -> int:
    """Find mistakes before your readers do. Exits with 1 if one of them would stop a send."""
    settings = load_settings(ProjectSettings)
    templates = _template_folders(settings.templates_dir)
    if html is not None:
        _refuse_beside_html(issues, has_other_options=explains is not None or spelling or probe_links)
        _check_html(html, clients, form, shares=_own_shares(settings.issues_dir, templates))
        return 0
    _refuse_beside_explain(explains, form, has_other_options=clients is not None or spelling or probe_links)
    folders = _asked_folders(issues, settings.issues_dir)
    with compiled_before():
        checked = {folder: check_folder(folder, templates=templates) for folder in folders}
    if explains is Explained.WEIGHT:
        from composer.cli.terminal.weight_report import tell_weights  # most checks ask for none of it, as below

        tell_weights(checked, as_json=form is Format.JSON)
        return 0
    everything, checked = _with_clients(checked, clients, templates)
    checked = _with_spelling(checked) if spelling else checked
    checked = _with_probed(checked) if probe_links else checked
    # Issues share newsletter.yaml; what is wrong there is told once.
    findings = list(dict.fromkeys(finding for each in checked.values() for finding in each.findings))
    _print(findings, everything, checked, form)
    return 1 if any(finding.severity is Severity.ERROR for finding in findings) else 0


def _refuse_beside_html(issues: Sequence[str] | None, *, has_other_options: bool) -> None:
    """Raise NewsletterError for what is about issues, and would be passed over."""
    if issues:
        raise NewsletterError("--html checks one file by itself, without an issue")
    if has_other_options:
        raise NewsletterError("--explain, --spelling and --probe-links are about issues; leave them out with --html")


def _refuse_beside_explain(explains: Explained | None, form: Format, *, has_other_options: bool) -> None:
    """Raise NewsletterError for what is about findings, and would be passed over."""
    if explains is None:
        return
    if has_other_options:
        raise NewsletterError("--explain tells of no mistakes; leave out --clients, --spelling and --probe-links")
    if form is Format.SARIF:
        raise NewsletterError("what blocks weigh is no finding, so it has no SARIF; take --format json")


def _asked_folders(issues: Sequence[str] | None, issues_dir: Path) -> list[Path]:
    """Find the issues that are named, or all there are."""
    folders = [resolve_issue(name, issues_dir=issues_dir) for name in issues or ()] or list(find_issues(issues_dir))
    if not folders:
        raise NewsletterError(f"there is no issue in {issues_dir}; `newsletter new SLUG` begins one")
    return folders


def _with_clients(
    checked: dict[Path, CheckedIssue], clients: str | None, templates: Sequence[Path]
) -> tuple[list[ClientFinding], dict[Path, CheckedIssue]]:
    """Give everything that these mail programs do not understand, and the issues without what of it does harm."""
    if clients is None:
        return [], checked
    asked_programs(clients)  # a name that is none is told, however little of the issues can be read
    everything = [one for each in checked.values() for one in _client_findings(each, clients, templates)]
    return everything, {folder: _without_harm(each) for folder, each in checked.items()}


def _print(
    findings: list[Finding], everything: list[ClientFinding], checked: dict[Path, CheckedIssue], form: Format
) -> None:
    if form is Format.TEXT:
        _print_text(findings, everything, checked)
    elif form is Format.SARIF:
        print(json.dumps(sarif([*findings, *(one.finding for one in everything)]), ensure_ascii=False, indent=2))
    else:
        told = [*(one.as_json() for one in findings), *(one.as_json() for one in everything)]
        print(json.dumps(told, ensure_ascii=False, indent=2))


def _with_spelling(checked: Mapping[Path, CheckedIssue]) -> dict[Path, CheckedIssue]:
    """Add to each issue the words that no dictionary has."""
    from composer.checks.spelling.check import check_spelling
    from composer.checks.spelling.hunspell import Hunspell
    from composer.limited_process import TookTooLong

    try:
        hunspell = Hunspell.find()
    except TookTooLong as error:
        raise NewsletterError("hunspell does not answer; does `hunspell -D` list its dictionaries?") from error
    return {
        folder: replace(each, findings=(*each.findings, *check_spelling(each.issue, hunspell))) if each.issue else each
        for folder, each in checked.items()
    }


def _with_probed(checked: Mapping[Path, CheckedIssue]) -> dict[Path, CheckedIssue]:
    """Add to each issue what became of the pages that it links to; a page of several issues is asked for once."""
    from composer.probing.findings import probe_links
    from composer.probing.probe import Prober

    found = probe_links(list(checked.values()), Prober())
    return {
        folder: replace(each, findings=(*each.findings, *of_issue))
        for (folder, each), of_issue in zip(checked.items(), found, strict=True)
    }


def _template_folders(own: Path) -> tuple[Path, ...]:
    return tuple(folder for folder in (own, shipped.TEMPLATES) if folder.is_dir())


def _own_shares(issues_dir: Path, templates: Sequence[Path]) -> Mapping[str, float]:
    """Read which programs the newsletter's readers have, where there is a newsletter. IssueError, TemplateError."""
    is_there = (issues_dir / "newsletter.yaml").is_file()
    return load_shares(templates, own=load_newsletter(issues_dir)[0].clients if is_there else {})


def _client_findings(checked: CheckedIssue, clients: str, templates: Sequence[Path]) -> Sequence[ClientFinding]:
    """Tell everything that mail programs do not understand of an issue, as far as it could be built."""
    from composer.edition.rendering import MAIL
    from composer.edition.theme.environment import find_template

    issue = checked.issue
    if issue is None:
        return ()
    shares, layout = load_shares(templates, own=issue.newsletter.clients), find_template(templates, MAIL)
    return issue_client_findings(issue, checked.editions.values(), shares, clients=clients, layout=layout)


def _without_harm(checked: CheckedIssue) -> CheckedIssue:
    """Leave out what harms: everything that is not understood is told besides, with what of it does harm."""
    return replace(checked, findings=tuple(one for one in checked.findings if one.code != CODE))


def _check_html(file: Path, clients: str | None, form: Format, *, shares: Mapping[str, float]) -> None:
    """Tell what mail programs do not understand of a file, in whichever form."""
    html, uses = read_html_file(file)
    found = client_findings(file, html, uses, shares, clients=clients)
    if form is Format.JSON:
        print(json.dumps([each.as_json() for each in found], ensure_ascii=False, indent=2))
    elif form is Format.SARIF:
        print(json.dumps(sarif([each.finding for each in found]), ensure_ascii=False, indent=2))
    else:
        console = Terminal(soft_wrap=True)
        files = _Files({file: html.split("\n")})
        for each in found:
            console.print(_shown_client(each, files), end="\n\n")
        console.print(Text.assemble(*_harm_mark(found), f" {file}: {_harm_told(found)}"))


def _shown_client(each: ClientFinding, files: _Files) -> Text:
    shown = _shown(each.finding, files, ())
    first = each.finding.position
    others = [place for place in each.places if place != first]
    if others:
        more = f" and at {len(others) - _MAX_PLACES} more" if len(others) > _MAX_PLACES else ""
        told = (f"{one.line}:{one.column}" if one.file == first.file else str(one) for one in others[:_MAX_PLACES])
        shown.append("\n  also at ", style="dim").append(", ".join(told) + more)
    for note, names in each.notes().items():
        shown.append(f"\n  {named(names)}: ", style="dim").append(note)
    return shown


def _harm_mark(found: Sequence[ClientFinding]) -> tuple[tuple[str, str]]:
    return (("!", "yellow") if any(each.feature.harm for each in found) else ("✓", "green"),)


def _harm_told(found: Sequence[ClientFinding]) -> str:
    harming = sum(each.feature.harm is not None for each in found)
    features = f"{len(found)} feature{'s' * (len(found) != 1)} that mail programs do not all understand"
    if harming:
        return f"{harming} of {features} harm{'s' * (harming == 1)} readers"
    return f"{features}; nothing that harms" if found else "nothing that harms"


def _print_text(
    findings: Sequence[Finding], everything: Sequence[ClientFinding], checked: Mapping[Path, CheckedIssue]
) -> None:
    console = Terminal(soft_wrap=True)
    files = _Files()
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.message, finding.hint), []).append(finding)
    for first, *others in groups.values():
        console.print(_shown(first, files, others), end="\n\n")
    for each in everything:
        console.print(_shown_client(each, files), end="\n\n")
    for folder, issue in checked.items():
        console.print(_summary(folder, issue))
    if everything:
        console.print(Text.assemble(*_harm_mark(everything), f" mail programs: {_harm_told(everything)}"))


def _shown(finding: Finding, files: _Files, others: Sequence[Finding]) -> Text:
    """Show the finding as compilers show theirs: where, what, the line with a caret, what to do, and where else."""
    style = _STYLES[finding.severity]
    shown = Text()
    shown.append(f"{finding.position}", style="bold").append(": ").append(f"{finding.severity}", style=style)
    shown.append(f" {finding.code}", style="dim").append(f"\n  {finding.message}")
    line, caret = files.line(finding)
    if line:
        number = str(finding.position.line)
        shown.append(f"\n  {number} │ ", style="dim").append(line)
        shown.append(f"\n  {' ' * len(number)} │ ", style="dim").append(" " * caret + "^", style=style)
    if finding.hint:
        shown.append("\n  → ", style="dim").append(finding.hint)
    for other in others:
        shown.append("\n  also ", style="dim").append(f"{other.position}")
    return shown


def _summary(folder: Path, checked: CheckedIssue) -> Text:
    counts = Counter(finding.severity for finding in checked.findings)
    told = [_count(counts[severity], severity) for severity in Severity if counts[severity]]
    languages = f" ({', '.join(checked.issue.languages)})" if checked.issue else ""
    if not told:
        return Text.assemble(("✓", "green"), f" {folder.name}{languages}: nothing to mend")
    mark, style = ("✗", "bold red") if checked.has_errors else ("✓", "green")
    end = "; it cannot be sent like this" if checked.has_errors else "; nothing that stops a send"
    return Text.assemble((mark, style), f" {folder.name}{languages}: {', '.join(told)}{end}")


def _count(number: int, severity: Severity) -> str:
    noun = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}[severity]
    return f"{number} {noun}" + ("s" if number > 1 else "")


class _Files:
    """Gives the lines that findings point to, and reads each file once."""

    def __init__(self, known: Mapping[Path, list[str]] | None = None) -> None:
        self._lines: dict[Path, list[str]] = dict(known or {})

    def line(self, finding: Finding) -> tuple[str, int]:
        """Give the line, cut around the place if it is long, and how far the caret stands from its beginning."""
        file = finding.position.file
        if file not in self._lines:
            self._lines[file] = source_lines(file)
        lines = self._lines[file]
        if finding.position.line > len(lines):
            return "", 0
        line = lines[finding.position.line - 1].rstrip().replace("\t", " ")
        column = min(finding.position.column - 1, len(line))
        indent = len(line) - len(line.lstrip())
        start = indent if column - indent < _MAX_SOURCE // 2 else column - _MAX_SOURCE // 2
        cut = line[start : start + _MAX_SOURCE]
        before, after = ("…" if start > indent else ""), ("…" if start + _MAX_SOURCE < len(line) else "")
        return before + cut + after, max(column - start, 0) + len(before)
