"""The projects in which every panel of the studio is to be seen, each with the studio that runs on it.

::

    furnished()  issues of a year and one with every block, people, mailings: done, being sent, broken off, planned
    bare()       an issue, and nobody to send it to
    empty()      nothing yet

Addresses and people are made up; mailings go to a relay of this process, which refuses some and is silent to others.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from composer import shipped
from composer.output.gallery import find_samples
from tests.support.hanging import wait_until
from tests.support.studio_author import KEY, Author, RunningStudio, end_senders, running_studio
from tests.support.truth_sink import Sink, truth_sink

SAMPLE = "2020-03-network-news"
LETTER = "2020-06-two-things-to-keep"
LONG_SUBJECT = "2020-09-letter"
CONTESTED = "2020-08-letter"
BROKEN = "2020-07-letter"
EVERY_BLOCK = "2020-12-every-block"
FAULTY = "2020-11-letter"
BRANCHING = "2020-10-letter"
MISTAKEN = "2020-11-doors"
RENAMED = "A summer of open courtyards"

_NAMES = ("Amélie,Roussel", "Brian,O’Connor", "Chiara,Ferrero", "Łukasz,Nowak", "Maximiliane,von Hohenberg-Langenfeld")
_PROVIDERS = ("gmail.com", "outlook.com", "example.org", "free.fr")
_SUBJECTS = {
    4: "Four days of webinars",
    5: "Who is on the street at night?",
    6: RENAMED,
    7: "Football, and who is let in",
    8: "Nothing to report, for once",
    9: "What eleven cities learned in the year in which they left the lights on until the last tram",
    10: "For Turin, and for everybody else",
    11: "Nice, in three weeks",
}
SOMEBODY = "reader4@gmail.com"


@contextmanager
def furnished(folder: Path, *, people: int) -> Iterator[RunningStudio]:
    """Run the studio on a project that has everything; ``people`` are on its list."""
    _write_issues(folder / "issues")
    _say_tokens(folder)
    with truth_sink(folder / "truth.jsonl") as sink, _studio(folder, sink) as studio:
        try:
            _put_away(studio.author)
            studio.author.import_people(_people(people), list_name="network-news")
            _send(studio.author, sink, people)
            yield studio
        finally:
            end_senders(folder)


@contextmanager
def bare(folder: Path) -> Iterator[RunningStudio]:
    """Run the studio on a project that has one issue, and nobody to send it to."""
    shutil.copytree(shipped.SAMPLE_ISSUES, folder / "issues")
    with truth_sink(folder / "truth.jsonl") as sink, _studio(folder, sink) as studio:
        yield studio


@contextmanager
def empty(folder: Path) -> Iterator[RunningStudio]:
    """Run the studio in an empty folder."""
    folder.mkdir(exist_ok=True)
    with running_studio(folder) as studio:
        yield studio


@contextmanager
def _studio(folder: Path, sink: Sink) -> Iterator[RunningStudio]:
    settings = {"SECRET_KEY": KEY, "SMTP_URL": f"smtp://127.0.0.1:{sink.port}?tls=none"}
    lines = (f"NEWSLETTER_{name}={value}\n" for name, value in settings.items())
    (folder / ".env").write_text("".join(lines), encoding="utf-8")
    with running_studio(folder) as studio:
        yield studio


def _write_issues(issues: Path) -> None:
    shutil.copytree(shipped.SAMPLE_ISSUES, issues)
    sample = issues / SAMPLE
    for month in range(4, 12):
        slug = f"2020-{month:02}-letter"
        text = _like(sample, issues / slug, date=f"2020-{month:02}-15", subject=_SUBJECTS[month])
        if slug == FAULTY:
            text = text.replace("https://www.example.org/conference", "http://localhost/conference")
            text = re.sub("(?m)^    title: Urban security.*", "    title: 'TODO: headline'", text, count=1)
            text += "".join("  - {block: hero, title: 'TODO: headline'}\n" for _ in range(3))
        if slug == BROKEN:
            text = text.replace("preheader:", "preheadr:", 1).replace("date: 2020-07-15", "date: 2020-07-35", 1)
        if slug == BRANCHING:
            text = text.replace("  - block: text\n", '  - block: text\n    show_if: subscriber.city == "Turin"\n', 1)
        (issues / slug / "issue.yaml").write_text(text, encoding="utf-8")
    _like(sample, issues / MISTAKEN, date="2020-11-28", subject="Doors that open both ways")
    folder = issues / EVERY_BLOCK
    shutil.copytree(sample, folder)
    (folder / "issue.fr.yaml").unlink()
    samples = find_samples([shipped.TEMPLATES])
    for one in samples:
        for picture in one.folder.glob("*.[pjw]*"):
            shutil.copy(picture, folder)
    blocks = "\n".join(one.entry for one in samples)
    head = "subject: Every block there is\npreheader: One of each.\ntitle: Every block\ndate: 2020-12-01\n"
    (folder / "issue.yaml").write_text(f"{head}\nblocks:\n{blocks}\n", encoding="utf-8")


def _like(sample: Path, folder: Path, *, date: str, subject: str) -> str:
    """Begin an issue as the sample is, but for its day and its subject; what its file says."""
    shutil.copytree(sample, folder)
    text = (folder / "issue.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^date: .*", f"date: {date}", text, count=1)
    text = re.sub(r"(?m)^subject: .*", f'subject: "{subject}"', text, count=1)
    (folder / "issue.yaml").write_text(text, encoding="utf-8")
    return text


def _say_tokens(folder: Path) -> None:
    """Say two colours of the theme in files of the project, as they are there anyway."""
    with (folder / "issues" / "newsletter.yaml").open("a", encoding="utf-8") as file:
        file.write('theme:\n  paper: "#ffffff"\n')
    (folder / "templates").mkdir()
    (folder / "templates" / "theme.yaml").write_text('accent_dark: "#ff9673"\n', encoding="utf-8")


def _put_away(author: Author) -> None:
    for slug, how in (("2020-04-letter", "archive"), ("2020-05-letter", "delete")):
        author.post(f"/api/issues/{slug}/{how}")


def _people(count: int) -> str:
    lines = ["email,first_name,last_name,language"]
    for number in range(count):
        provider, name = _PROVIDERS[number % len(_PROVIDERS)], _NAMES[number % len(_NAMES)]
        lines.append(f"reader{number}@{provider},{name},{'fr' if number % 3 == 0 else 'en'}")
    return "\n".join(lines)


def _send(author: Author, sink: Sink, people: int) -> None:
    """Mailing 1 is done, with refusals and somebody of whom nobody knows; 2 is being sent; 3 has lost its process; 4 is
    planned."""
    sink.script(
        f"dot@{people // 3}=drop",
        "rcpt%0.02/example.org=550 5.1.1 no such user",
        "rcpt@7=550 5.7.1 message refused as spam",
    )
    first = author.plan(SAMPLE, lists=["network-news"])
    author.send(first)
    author.wait_for(first, "finished")
    sink.script(f"dot@{people // 4}+/gmail.com=wait 600")
    second = author.plan(LETTER, lists=["network-news"])
    author.send(second)
    wait_until(lambda: _settled(author, second) >= people // 4 - 1, what="a part of the second mailing")
    author.import_people(_people(8), list_name="colleagues")
    third = author.plan(SAMPLE, lists=["colleagues"], again=True)
    author.send(third)
    wait_until(lambda: _settled(author, third) >= 1, what="a part of the third mailing")
    (sender,) = author.follow_once(third)["processes"]
    os.kill(int(sender["pid"]), signal.SIGKILL)
    author.plan(SAMPLE, lists=["network-news"], again=True)


def _settled(author: Author, mailing: int) -> int:
    with suppress(httpx.HTTPError):
        settled: int = author.report(mailing)["status"]["settled"]
        return settled
    return 0
