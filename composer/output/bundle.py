"""An edition is written as files: what ``newsletter build`` makes.

Enters: an edition, a sample reader. Leaves: a folder per language::

    index.html     the page for everybody: nothing of a reader's; opens from the disk, its pictures beside it
    message.html   the mail as the sample reader sees it
    message.txt    its text part
    message.eml    the whole message
    message-B.eml  the same with another subject of a test
    print.html     the printable form
    print.pdf      the same as PDF, if asked for
    <issue>.ics    all dates, if the issue announces any
    assets/        the issue's files

The same files in give the same bytes out, on any day and any machine: the message is dated 9 o'clock of the issue's
day. A folder appears whole or not at all: it is written under another name beside its place, then swapped. Only an
empty folder or an earlier build is ever replaced.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from composer.edition import fill
from composer.edition.model import Edition
from composer.edition.weight import html_bytes
from composer.errors import NewsletterError, Remedy
from composer.message.compile import compile_message
from composer.message.links import Site
from composer.message.recipient import Recipient
from composer.output.pdf import print_pdf
from composer.output.sample_readers import Reader

SAMPLE_SITE_URL = "https://newsletter.example.org"

# Not a secret, on purpose: a link in a sample that someone forwards can never act for a real subscriber.
_SAMPLE_KEY = b"a sample's links open nothing at all"

_SENT_AT = dt.time(9, 0)
_NO_OTHERS: Mapping[str, Edition] = {}
_LANDMARKS = frozenset({"index.html", "message.eml"})


@dataclass(frozen=True, slots=True)
class Built:
    """An edition that was written to the disk; sizes are in bytes, the HTML's as the checks count them."""

    issue: str
    language: str
    folder: Path
    html_bytes: int
    text_bytes: int
    message_bytes: int
    pictures: int
    pictures_bytes: int
    dates: int
    pdf_bytes: int


def sample_message(edition: Edition, reader: Reader, *, timezone: str, site_url: str = SAMPLE_SITE_URL) -> bytes:
    """Make a message (RFC 5322) to a reader who does not exist; its links are signed with a key that is no secret."""
    sent_at = dt.datetime.combine(edition.date, _SENT_AT, ZoneInfo(timezone))
    compiled = compile_message(edition, site=Site(site_url, _SAMPLE_KEY), mailing=0, date=sent_at)
    fields = {name: value for name, value in reader.fields.items() if name != "email"}
    return compiled.render(Recipient(reader.fields["email"], subscriber=0, mailing=0, fields=fields)).data


def write_bundle(
    edition: Edition,
    folder: Path,
    *,
    reader: Reader,
    timezone: str,
    pdf: bool = False,
    others: Mapping[str, Edition] = _NO_OTHERS,
) -> Built:
    """Write one edition to ``folder``, and the messages of ``others``, which differ in the subject, by variant.

    Raises NewsletterError if something else is there, or for a PDF that cannot be made.
    """
    files = dict(_files(edition, reader, timezone=timezone, pdf=pdf))
    for variant, other in others.items():
        files[f"message-{variant}.eml"] = sample_message(other, reader, timezone=timezone)
    _check_replaceable(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        new.chmod(0o755)  # mkdtemp makes private folders; these are to be shown.
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _swap(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Built(
        issue=edition.issue,
        language=edition.language,
        folder=folder,
        html_bytes=html_bytes(edition.html),
        text_bytes=len(files["message.txt"]),
        message_bytes=len(files["message.eml"]),
        pictures=len(edition.picture_files),
        pictures_bytes=sum(len(asset.content) for asset in edition.picture_files),
        dates=len(edition.events),
        pdf_bytes=len(files.get("print.pdf", b"")),
    )


def _files(edition: Edition, reader: Reader, *, timezone: str, pdf: bool) -> Mapping[str, bytes]:
    values = reader.values(
        {
            "links.assets": "assets",
            "links.browser": "index.html",
            "links.print": "print.html",
            "links.unsubscribe": f"{SAMPLE_SITE_URL}/u/sample",
        }
    )
    return {
        "index.html": fill(edition.web_html, {"links.assets": "assets"}).encode(),
        "message.html": fill(edition.html, values).encode(),
        "message.txt": fill(edition.text, values).encode(),
        "message.eml": sample_message(edition, reader, timezone=timezone),
        "print.html": fill(edition.print_html, values).encode(),
        **({"print.pdf": print_pdf(edition, values)} if pdf else {}),
        **{asset.name: asset.content for asset in edition.assets if asset.name == f"{edition.issue}.ics"},
        **{f"assets/{asset.name}": asset.content for asset in edition.assets},
    }


def _check_replaceable(folder: Path) -> None:
    if not folder.exists():
        return
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else {folder.name}
    if there and not there >= _LANDMARKS:
        raise NewsletterError(
            f"{folder} is not an earlier build, so it is left alone", remedy=Remedy.CHOOSE_ANOTHER_FOLDER
        )


def _swap(new: Path, folder: Path) -> None:
    """Put ``new`` in the place of ``folder``, by two renames: one sees the old, for an instant none, then the new."""
    old = new.with_name(f"{new.name}-old")
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(new, folder)
    except OSError:
        if old.exists():
            os.replace(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
