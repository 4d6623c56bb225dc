"""What a new issue can begin with: a few words to replace, the shipped sample, or the last issue.

A draft is the files of a folder, by name. Nothing is written here.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from composer import shipped
from composer.checks.links import is_sample
from composer.checks.stand_ins import to_do
from composer.errors import EditRefused, IssueError, NewsletterError
from composer.issue import Issue, Newsletter, find_issues, load_issue
from composer.issue.files import SUFFIXES
from composer.issue.next_issue import begin_next_issue, latest_issue, next_number
from composer.issue.own_blocks import OwnBlocks
from composer.plain_name import plain_name
from composer.writing.document import read_document
from composer.writing.editing import edited
from composer.writing.edits import SetField
from composer.writing.files import read_folder
from composer.writing.renewal import renewed, with_date_and_number
from composer.writing.shape import Shape

DraftFiles = Mapping[str, bytes]

_SAMPLE, _SAMPLE_IN_MARKDOWN = "2020-03-network-news", "2020-06-two-things-to-keep"

_YAML = """\
subject: {title}
preheader: "TODO: what readers find in this issue, in one sentence"
date: {date}

blocks:
  - block: text
    body: |
      Dear {{{{ subscriber.first_name | default("reader") }}}},

      TODO: one or two sentences of welcome. Text is Markdown: **bold**, *italic*,
      [a link](https://example.org/).

  - block: article
    lead: true
    kicker: "TODO: the theme"
    title: "TODO: the main story"
    body: |
      TODO: two to four sentences that make one want to read on.
    link:
      label: Read the story
      url: https://example.org/story

  - block: events
    title: Coming up
    events:
      - date: {later}
        title: "TODO: what takes place"
        place: "TODO: where"
        link:
          label: Information
          url: https://example.org/event
"""

_MARKDOWN = """\
---
subject: {title}
preheader: "TODO: what readers find in this issue, in one sentence"
date: {date}
---

Dear {{{{ subscriber.first_name | default("reader") }}}},

TODO: one or two sentences of welcome. Text is Markdown: **bold**, *italic*,
[a link](https://example.org/).

## TODO: the main story {{lead kicker="TODO: the theme"}}

TODO: two to four sentences that make one want to read on.

[Read the story](https://example.org/story)

:::events
title: Coming up
events:
  - date: {later}
    title: "TODO: what takes place"
    place: "TODO: where"
    link: {{label: Information, url: "https://example.org/event"}}
:::
"""


_WORDS = {
    "fr": {
        "what readers find in this issue, in one sentence": "ce que ce numéro apporte, en une phrase",
        "Dear {{": "Bonjour {{",
        'default("reader")': 'default("à vous")',
        "one or two sentences of welcome. Text is Markdown: **bold**, *italic*,": (
            "une ou deux phrases d’accueil. Le texte est en Markdown : **gras**, *italique*,"
        ),
        "[a link](": "[un lien](",
        "the theme": "le thème",
        "the main story": "l’article principal",
        "two to four sentences that make one want to read on.": "deux à quatre phrases qui donnent envie de lire.",
        "Read the story": "Lire l’article",
        "Coming up": "À venir",
        "what takes place": "ce qui aura lieu",
        "TODO: where": "TODO: le lieu",
        "label: Information": "label: En savoir plus",
    }
}
"""The words of the draft in other languages, in the order in which they are replaced."""

DRAFT_LANGUAGES = ("en", *_WORDS)
"""The languages that a draft can be in."""

_TITLE = "\ue000"


def few_words(title: str, *, today: dt.date, markdown: bool, language: str = "en") -> DraftFiles:
    """Make an issue of a greeting, a story and a date, whose words say TODO until they are replaced.

    It is in ``language`` if that is one of ``DRAFT_LANGUAGES``, and else in English.
    """
    later = today + dt.timedelta(days=14)
    text = (_MARKDOWN if markdown else _YAML).format(
        title=json.dumps(title, ensure_ascii=False), date=today, later=later
    )
    for english, translated in _WORDS.get(language.partition("-")[0], {}).items():
        text = text.replace(english, translated)
    return {"issue.md" if markdown else "issue.yaml": text.encode()}


def yet_to_be_written(newsletter: Newsletter) -> str:
    """Tell what of the few words is not as it is to be sent, in sentences."""
    language, told = newsletter.languages[0], []
    if language.partition("-")[0] not in DRAFT_LANGUAGES:
        known = " and ".join(DRAFT_LANGUAGES)
        told.append(f"The issue is in English: its words are there in {known}, not yet in {language}.")
    links = "" if is_sample(newsletter) else ", and three links to example.org"
    told.append(f"Yet to be filled in: its words{links}; the checks name them, and nothing is sent before.")
    return "\n".join(told)


def shipped_sample(*, languages: Sequence[str], markdown: bool) -> DraftFiles:
    """Take the sample issue, in those of its languages that the newsletter has; its own first one is English."""
    folder = shipped.SAMPLE_ISSUES / (_SAMPLE_IN_MARKDOWN if markdown else _SAMPLE)
    suffix = SUFFIXES[markdown]
    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir())}
    french = files.pop(f"issue.fr{suffix}")
    if "fr" in languages and "en" in languages:
        files[f"issue.fr{suffix}"] = french
    if languages[0] != "en" and "en" in languages:
        begin, rest = ("---\n", files["issue.md"][4:]) if markdown else ("", files["issue.yaml"])
        files[f"issue{suffix}"] = f"{begin}language: en\n".encode() + rest
    return files


def last_issue(
    issues_dir: Path, *, today: dt.date, own_blocks: OwnBlocks, empty_texts: bool = False
) -> tuple[str, DraftFiles]:
    """Give the name of the latest issue, and its files with today's date and the next number.

    With ``empty_texts``, what must be new says TODO (``renewal.py``). Raises NewsletterError if no issue can be read.
    """
    last = latest_issue(_readable_issues(issues_dir, own_blocks))
    if last is None:
        raise NewsletterError(f"there is no issue in {issues_dir} to start from")
    return last.slug, issue_after(last.folder, today=today, own_blocks=own_blocks, empty_texts=empty_texts)


def issue_after(folder: Path, *, today: dt.date, own_blocks: OwnBlocks, empty_texts: bool = False) -> DraftFiles:
    """Take the files of one issue with today's date and the next number, as ``last_issue`` does. Raises IssueError."""
    last = load_issue(folder, own_blocks=own_blocks)
    files = read_folder(folder)
    if empty_texts:
        return {**files, **_emptied(last, files, today, own_blocks)}
    return {**files, **{file.name: text.encode() for file, text in begin_next_issue(last, date=today).items()}}


def with_head(files: DraftFiles, *, date: dt.date, number: int | None, own_blocks: OwnBlocks) -> DraftFiles:
    """Give a draft its day and its number, in every language that says them."""
    shape, made = Shape.of_issue(own_blocks), dict(files)
    for name, data in files.items():
        if re.fullmatch(r"issue(\..+)?\.(yaml|md)", name):
            document = read_document(name, data, shape=shape)
            if document.can_be_edited:
                made[name] = with_date_and_number(document, date=date, number=number).file.encoded()
    return made


def with_title(files: DraftFiles, title: str, *, own_blocks: OwnBlocks, only_missing: bool = False) -> DraftFiles:
    """Give a draft its working title, as its subject and, where it has one, as its headline in the first language.

    With ``only_missing``, words that it has already stay. A file that cannot say it stays as it is.
    """
    name = next(name for name in ("issue.yaml", "issue.md") if name in files)
    document = read_document(name, files[name], shape=Shape.of_issue(own_blocks))
    values = document.values if isinstance(document.values, dict) else {}
    for key in ("subject", "title"):
        said = str(values.get(key) or "")
        is_free = not said or said.startswith(to_do(""))
        if (key == "title" and not said) or (only_missing and not is_free):
            continue
        with suppress(EditRefused):
            document = edited(document, SetField(path=(key,), value=title))
    return {**files, name: document.file.encoded()}


def slug_of(title: str, *, date: dt.date) -> str:
    """Name the folder of an issue by its month and its title: "2026-12-winter-news" of "Winter news"."""
    return f"{date:%Y-%m}-{plain_name(title) or 'letter'}"


def title_of(slug: str) -> str:
    """Make "Winter news" of "2026-12-winter-news"."""
    words = re.sub(r"^[\d-]+(?=[a-z])", "", slug).replace("-", " ")
    return words[:1].upper() + words[1:]


def _emptied(last: Issue, files: DraftFiles, today: dt.date, own_blocks: OwnBlocks) -> DraftFiles:
    # The first language comes first. A language without a file of its own is said in another one's.
    languages = {source.file.name: language for language, source in reversed(tuple(last.sources.items()))}
    shape, number = Shape.of_issue(own_blocks), next_number(last.folder.parent)
    documents = [read_document(name, files[name], shape=shape) for name in reversed(languages)]
    return {
        document.name: renewed(
            document, first=documents[0].values, language=languages[document.name], date=today, number=number
        ).file.encoded()
        for document in documents
    }


def _readable_issues(issues_dir: Path, own_blocks: OwnBlocks) -> Iterator[Issue]:
    for folder in find_issues(issues_dir):
        try:
            yield load_issue(folder, own_blocks=own_blocks)
        except IssueError:
            continue  # An issue that cannot be read cannot be the start of another.
