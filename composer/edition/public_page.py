"""The head of the web page says what it is: to search engines, to whoever shares it, to other languages.

Enters: a draft and its events. Leaves: what the layout ``web.html.j2`` sees as ``page``. Nothing of a reader's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from composer.edition.calendar.linked_data import linked_data
from composer.edition.draft import EditionDraft
from composer.edition.event import CalendarEvent
from composer.edition.language.locales import babel_locale
from composer.edition.slots.public import public_line
from composer.issue.blocks import Picture
from composer.issue.traverse import traverse


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """The picture that stands for the issue where it is shared; ``url`` is absolute if the page knows its address."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """A language that the page is there in too: its tag, its name in itself, and the page's address."""

    tag: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class PublicPage:
    """``canonical`` is the page's public address, "" if ``archive`` is not set; ``languages`` are those of all its
    languages by tag. ``others`` are the languages to change to; without ``archive``, as ``newsletter build`` puts
    them beside each other."""

    title: str
    description: str
    canonical: str
    languages: Mapping[str, str]
    others: tuple[OtherLanguage, ...]
    picture: SharedPicture | None
    linked_data: Markup


def public_page(
    draft: EditionDraft,
    events: Sequence[CalendarEvent],
    *,
    asset: Callable[[str], str],
    asset_size: Callable[[str], tuple[int, int]],
    assets_url: str,
) -> PublicPage:
    """Gather what the page of ``draft`` says about itself.

    ``asset`` and ``asset_size`` are the templates' filters; ``assets_url`` begins an address that ``asset`` gives.
    """
    marks, newsletter, issue = draft.marks, draft.newsletter, draft.issue
    archive = f"{newsletter.archive.rstrip('/')}/{quote(issue.slug)}" if newsletter.archive else ""
    canonical = f"{archive}/{draft.language}/" if archive else ""
    chosen = next((found for _, found in traverse(draft.content) if isinstance(found, Picture) and found.alt), None)
    picture = None
    if chosen is not None:
        url = asset(chosen.file)
        absolute = url.replace(assets_url, f"{canonical}assets", 1) if canonical else url
        picture = SharedPicture(absolute, public_line(chosen.alt, marks), *asset_size(chosen.file))
    return PublicPage(
        title=public_line(draft.content.title or draft.content.subject, marks),
        description=public_line(draft.content.preheader, marks),
        canonical=canonical,
        languages={language: f"{archive}/{language}/" for language in issue.languages} if archive else {},
        others=tuple(
            OtherLanguage(tag, _own_name(tag), f"{archive}/{tag}/" if archive else f"../{tag}/index.html")
            for tag in issue.languages
            if tag != draft.language
        ),
        picture=picture,
        linked_data=linked_data(
            [event for event in events if event.for_all],
            language=draft.language,
            organisation=public_line(newsletter.organisation, marks),
            website=newsletter.website or "",
        ),
    )


def _own_name(tag: str) -> str:
    """Write a language's name as its speakers do at the beginning of a line: Français."""
    name = babel_locale(tag).languages.get(tag.replace("-", "_")) or babel_locale(tag).languages.get(tag[:2]) or tag
    return name[:1].upper() + name[1:]
