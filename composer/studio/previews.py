"""The issues of a project as they are now, and each one's last version that could be built.

Enters: folders. Leaves: summaries for the list, previews of one issue. The guarantee: a preview is of the files as they
were when it was asked for or later, because what is kept is kept under the names, sizes and times of all the files it
was made from; the watcher only tells browsers when to ask. An issue is built when it is looked at, never before, so
that a save in a project of five hundred issues rebuilds one.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from composer.compose import CheckedIssue, build_language, check_folder
from composer.edition.model import Edition
from composer.edition.theme.block_cache import FileVersion, file_versions
from composer.errors import NewsletterError
from composer.issue import Issue, Newsletter, find_issues, load_newsletter, resolve_issue
from composer.issue.files import issue_file, translation_files
from composer.issue.inside import unusable
from composer.project import Project
from composer.remembered import keep

_KEPT_ISSUES = 16
_KEPT_EDITIONS = 32
_SUMMARY_BYTES = 16_384
_FRONT_MATTER = re.compile(r"\ufeff?---\s*?\n(.*?)^(?:---|\.\.\.)\s*?$", re.DOTALL | re.MULTILINE)
_HEADLINE = re.compile(r"^# +([^\r\n]+?)(?: +\{[^{}\r\n]*\})?\s*?$", re.MULTILINE)
_SUMMARY_LINE = re.compile(
    r"^(title|subject|date|number|language):[ \t]+(?:\"(.+)\"|'(.+)'|([^\s>|&*#\"'].*?))[ \t]*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class IssueSummary:
    """What the list shows of an issue: what the head of its file says, read without loading it."""

    slug: str
    title: str
    date: str
    languages: tuple[str, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class IssuePreview:
    """One issue as it is checked now, and the editions to show.

    ``editions`` are those of ``checked``; where it has none of a language that could be built before, the last good
    one, and the language is in ``stale``. With ``is_checking`` one language is as its files are now, and findings and
    the other languages are those of before: the checks have not been asked for yet.
    """

    slug: str
    checked: CheckedIssue
    editions: Mapping[str, Edition]
    stale: frozenset[str]
    newsletter: Newsletter | None
    seconds: float
    is_checking: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    fingerprint: frozenset[tuple[str, int, int]]
    preview: IssuePreview


class IssuePreviews:
    """Checks and builds the issues of a project when they are looked at. Several threads may use it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        # By issue: the language that was looked at, and its preview.
        self._unchecked: OrderedDict[str, tuple[str, _Kept]] = OrderedDict()
        self._editions: OrderedDict[tuple[str, str], Edition] = OrderedDict()
        self._lock = threading.Lock()
        # What newsletter.yaml names, and of which version of it that is.
        self._named: tuple[tuple[int, int], tuple[str, ...]] = ((0, 0), ())
        self._checking: dict[str, threading.Lock] = {}
        self._building: dict[str, threading.Lock] = {}

    def newsletter(self) -> Newsletter | None:
        """Return the publication, or None while its file cannot be read."""
        try:
            return load_newsletter(self.project.issues_dir)[0]
        except NewsletterError:
            return None

    def first_language(self) -> str:
        """Return the publication's first language; "" while its file cannot be read."""
        newsletter = self.newsletter()
        return newsletter.languages[0] if newsletter else ""

    def summaries(self) -> tuple[IssueSummary, ...]:
        """Return a summary of every issue, the newest first. Reads at most a few KB of each."""
        first_language = self.first_language()
        folders = find_issues(self.project.issues_dir) if self.project.issues_dir.is_dir() else ()
        summaries = [summary_of(folder, first_language) for folder in folders]
        return tuple(sorted(summaries, key=lambda summary: (summary.date, summary.slug), reverse=True))

    def preview(self, slug: str) -> IssuePreview:
        """Return one issue as its files are now. Raises NewsletterError if there is no such issue."""
        folder, checking = self._folder(slug, self._checking)
        # While one issue is checked, who asks for its checks waits, and others are answered.
        with checking:
            fingerprint = frozenset(self._files_of(folder))
            with self._lock:
                kept = self._kept.get(slug)
                _, unchecked = self._unchecked.get(slug, ("", None))
            if kept is None or kept.fingerprint != fingerprint:
                last = unchecked or kept
                kept = _Kept(fingerprint, self._build(slug, folder, last.preview.editions if last else {}))
            with self._lock:
                keep(self._kept, slug, kept, most=_KEPT_ISSUES)
                _, unchecked = self._unchecked.get(slug, ("", None))
                if unchecked is not None and unchecked.fingerprint == fingerprint:
                    del self._unchecked[slug]
                self._remember(kept.preview)
            return kept.preview

    def unchecked(self, slug: str, language: str) -> IssuePreview:
        """Return one issue with ``language`` as its files are now, before anything is checked; ``preview`` otherwise.

        It is what an author waits for after each letter: a third of the work. It does not wait for checks.
        """
        folder, building = self._folder(slug, self._building)
        with building:
            fingerprint = frozenset(self._files_of(folder))
            with self._lock:
                kept = self._kept.get(slug)
                spoken, unchecked = self._unchecked.get(slug, ("", None))
            if kept is not None and kept.fingerprint == fingerprint:
                return kept.preview
            if unchecked is not None and unchecked.fingerprint == fingerprint:
                issue = unchecked.preview.checked.issue
                if spoken == (language or (issue.languages[0] if issue else "")):
                    return unchecked.preview
            started = time.perf_counter()
            built = build_language(folder, language=language, templates=self.project.templates)
            if built is not None:
                preview = _not_checked(slug, *built, kept.preview if kept else None, time.perf_counter() - started)
                with self._lock:
                    kept = _Kept(fingerprint, preview)
                    keep(self._unchecked, slug, (built[1].language, kept), most=_KEPT_ISSUES)
                    self._remember(preview)
                return preview
        return self.preview(slug)

    def edition_of(self, slug: str, digest: str) -> Edition | None:
        """Return the edition with this digest, if it was among the last that were built: a page may still show it."""
        with self._lock:
            return self._editions.get((slug, digest))

    def _remember(self, preview: IssuePreview) -> None:
        for edition in preview.editions.values():
            keep(self._editions, (preview.slug, edition.digest), edition, most=_KEPT_EDITIONS)

    def _folder(self, slug: str, locks: dict[str, threading.Lock]) -> tuple[Path, threading.Lock]:
        """Find the issue's folder, and the lock of who builds or checks it."""
        folder = resolve_issue(slug, issues_dir=self.project.issues_dir)
        if folder.name == ".." or folder != self.project.issues_dir / folder.name:  # a path, as a terminal may give it
            raise NewsletterError(f"there is no issue {slug!r} in {self.project.issues_dir}")
        with self._lock:
            return folder, locks.setdefault(folder.name, threading.Lock())

    def _build(self, slug: str, folder: Path, before: Mapping[str, Edition]) -> IssuePreview:
        started = time.perf_counter()
        checked = check_folder(folder, templates=self.project.templates)
        seconds = time.perf_counter() - started
        # A language that was taken away is gone; one that no longer builds keeps its last good version.
        wanted = before if checked.issue is None else checked.issue.languages
        stale = frozenset(before.keys() & set(wanted) - checked.editions.keys())
        editions = {**checked.editions, **{language: before[language] for language in sorted(stale)}}
        newsletter = checked.issue.newsletter if checked.issue else self.newsletter()
        return IssuePreview(slug, checked, editions, stale, newsletter, seconds)

    def _files_of(self, folder: Path) -> Iterator[FileVersion]:
        yield from file_versions((folder, *self.project.templates))
        with os.scandir(self.project.issues_dir) as entries:
            for entry in entries:
                # An editor's temporary file may be gone between the listing and now. Folders are not looked at: there
                # is one for each issue.
                with suppress(FileNotFoundError):
                    if entry.is_file():
                        found = entry.stat()
                        yield entry.path, found.st_mtime_ns, found.st_size
        named = self._named_by_publication()
        if named is None:
            beside = (path for path in self.project.issues_dir.iterdir() if not issue_file(path).is_file())
            yield from file_versions(path for path in beside if path.is_dir())
            return
        for name in named:
            with suppress(OSError, ValueError):
                found = (self.project.issues_dir / name).stat()
                yield name, found.st_mtime_ns, found.st_size

    def _named_by_publication(self) -> tuple[str, ...] | None:
        """Name the fonts and the logo of newsletter.yaml, which may lie in folders of their own; None if nobody knows.

        It cannot be read while its logo is missing.
        """
        try:
            found = (self.project.issues_dir / "newsletter.yaml").stat()
        except OSError:
            return ()
        version = found.st_mtime_ns, found.st_size
        if self._named[0] != version:
            newsletter = self.newsletter()
            if newsletter is None:
                return None
            logo = [newsletter.logo.file, newsletter.logo.dark] if newsletter.logo else []
            self._named = version, tuple(filter(None, (*(font.file for font in newsletter.fonts), *logo)))
        return self._named[1]


def _not_checked(
    slug: str, issue: Issue, edition: Edition, before: IssuePreview | None, seconds: float
) -> IssuePreview:
    editions = {**(before.editions if before else {}), edition.language: edition}
    checked = CheckedIssue(issue, editions, before.checked.findings if before else ())
    stale = frozenset(before.stale - {edition.language} if before else ())
    return IssuePreview(slug, checked, editions, stale, issue.newsletter, seconds, is_checking=True)


def summary_of(folder: Path, first_language: str) -> IssueSummary:
    """Summarize an issue by the head of its file, of which a few KB are read."""
    head = ""
    written = issue_file(folder)
    if unusable(written, folder.parent) is None:
        with written.open("rb") as file:
            head = file.read(_SUMMARY_BYTES).decode("utf-8", "replace")
    headline = None
    if written.suffix == ".md" and (front := _FRONT_MATTER.match(head)):
        headline = _HEADLINE.search(head, front.end())
        head = front[1]  # below it, a block has keys of its own
    said = {found[1]: found[2] or found[3] or found[4] for found in _SUMMARY_LINE.finditer(head)}
    return IssueSummary(
        slug=folder.name,
        title=said.get("title") or (headline[1] if headline else said.get("subject")) or folder.name,
        date=said.get("date", ""),
        languages=tuple(filter(None, (said.get("language", first_language), *translation_files(folder)))),
        number=int(said["number"]) if re.fullmatch(r"[1-9]\d{0,8}", said.get("number", "")) else None,
    )
