"""``newsletter build`` writes the editions of issues to files."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.visible import obeyed
from composer.errors import NewsletterError
from composer.settings import ProjectSettings, load_settings

if TYPE_CHECKING:
    from composer.checks import Finding
    from composer.compose import CheckedIssue
    from composer.output.bundle import Built
    from composer.project import Project


def command(
    issues: Annotated[
        list[str] | None, typer.Argument(metavar="ISSUE", help="Issues; all of them if none is named.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "--output", "-o", help="The folder to write to.")] = Path("out"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write the printable form as PDF.")] = False,
) -> int:
    """Write the web page, the mail, its text, its dates and its printable form to files.

    One ISSUE is written to OUT/<language>/, several to OUT/<issue>/<language>/.
    """
    from composer.issue import find_issues, resolve_issue
    from composer.output.pdf import require_weasyprint
    from composer.project import Project

    started = time.perf_counter()
    if pdf:
        require_weasyprint()
    settings = load_settings(ProjectSettings)
    project = Project.at(settings.issues_dir, settings.templates_dir)
    if issues:
        folders = [resolve_issue(name, issues_dir=project.issues_dir) for name in dict.fromkeys(issues)]
    else:
        folders = list(find_issues(project.issues_dir)) if project.issues_dir.is_dir() else []
    if not folders:
        raise NewsletterError(f"there are no issues in {project.issues_dir}; start one with: newsletter new SLUG")

    built: list[Built] = []
    findings: list[Finding] = []
    for folder in folders:
        checked = _checked(folder, project)
        built += _write(checked, out if issues and len(folders) == 1 else out / folder.name, pdf=pdf)
        findings += checked.findings
    _print_report(built, findings, out=out, seconds=time.perf_counter() - started)
    return 0


def _checked(folder: Path, project: Project) -> CheckedIssue:
    """Build the issue. Raises NewsletterError, naming what stands in the way, if a language of it cannot be built."""
    from composer.compose import BLOCKING_CODES, check_folder
    from composer.edition.starts import compiled_before

    with compiled_before():
        checked = check_folder(folder, templates=project.templates)
    blocking = [finding for finding in checked.findings if finding.code in BLOCKING_CODES]
    if checked.issue is None or blocking:
        lines = (f"{found.position}: {found.message}" + (f"; {found.hint}" if found.hint else "") for found in blocking)
        raise NewsletterError("\n".join((*lines, "Nothing was written.")))
    return checked


def _write(checked: CheckedIssue, out: Path, *, pdf: bool) -> list[Built]:
    from composer.output.bundle import write_bundle
    from composer.output.sample_readers import sample_readers

    assert checked.issue is not None
    newsletter = checked.issue.newsletter
    return [
        write_bundle(
            edition,
            out / language,
            reader=sample_readers(language, newsletter.fields)[0],
            timezone=newsletter.timezone,
            pdf=pdf,
            others={name: editions[language] for name, editions in checked.variants.items()},
        )
        for language, edition in checked.editions.items()
    ]


def _print_report(built: list[Built], findings: list[Finding], *, out: Path, seconds: float) -> None:
    from composer.checks import Severity
    from composer.cli.terminal.columns import painted, print_columns
    from composer.edition.weight import CLIP_BYTES

    with_pdf = any(one.pdf_bytes for one in built)
    titles = ("HTML", f"of {CLIP_BYTES // 1000} kB", "Text", "Message", "Pictures", *(["PDF"] if with_pdf else []))
    rows = [[("Folder", "dim"), *((title, "dim") for title in titles)]]
    for one in built:
        share = one.html_bytes / CLIP_BYTES
        cells = (
            (str(one.folder.relative_to(out)), ""),
            (_kilobytes(one.html_bytes), ""),
            (f"{share:.0%}", "red" if share > 1 else "yellow" if share > 0.9 else "green"),
            (_kilobytes(one.text_bytes), ""),
            (_kilobytes(one.message_bytes), ""),
            (f"{one.pictures}, {_kilobytes(one.pictures_bytes)}" if one.pictures else "none", ""),
        )
        rows.append([*cells, *([(_kilobytes(one.pdf_bytes), "")] if with_pdf else [])])
    print_columns(rows)
    counts = Counter(finding.severity for finding in findings)
    if counts[Severity.ERROR] or counts[Severity.WARNING]:
        told = ", ".join(
            painted(f"{counts[severity]} {severity}{'s' if counts[severity] != 1 else ''}", style)
            for severity, style in ((Severity.ERROR, "red"), (Severity.WARNING, "yellow"))
            if counts[severity]
        )
        print(f"\nThe checks found {told}: newsletter check tells which.", file=obeyed(sys.stdout))
    plural = "s" if len(built) != 1 else ""
    print(f"\n{len(built)} edition{plural} in {out}, {seconds:.1f} s. Gmail shows {CLIP_BYTES // 1000} kB of HTML.")


def _kilobytes(size: int) -> str:
    """Write a size in thousands of bytes, as Gmail's limit of 102 kB is told."""
    return f"{size / 1000:.1f} kB" if size < 100_000 else f"{size / 1000:,.0f} kB"
