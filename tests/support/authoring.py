"""An author's folder, written as the author writes it."""

from __future__ import annotations

import struct
import textwrap
import zlib
from pathlib import Path

NEWSLETTER = """\
name: Network news
organisation: The Network
website: https://network.example.org/
sender:
  name: The Network
  email: news@network.example.org
postal_address: 1 Long Street, 75001 Paris
languages: [en, fr]
timezone: Europe/Paris
fields:
  city: Where the reader works.
"""

ISSUE = """\
subject: Spring in the network
preheader: A survey, a festival and three dates
date: 2020-03-31
blocks:
  - block: text
    body: |
      Dear reader,

      welcome to spring.
"""


def write_issue(
    folder: Path,
    issue: str = ISSUE,
    *,
    newsletter: str = NEWSLETTER,
    files: dict[str, str | bytes] | None = None,
) -> Path:
    """``folder/spring`` with an issue, and the publication beside it. Returns the issue's folder."""
    spring = folder / "spring"
    spring.mkdir(parents=True, exist_ok=True)
    (folder / "newsletter.yaml").write_text(textwrap.dedent(newsletter), encoding="utf-8")
    (spring / "issue.yaml").write_text(textwrap.dedent(issue), encoding="utf-8")
    for name, content in (files or {}).items():
        data = content if isinstance(content, bytes) else textwrap.dedent(content).encode()
        (spring / name).write_bytes(data)
    return spring


def issue_of(blocks: str, *, head: str = "") -> str:
    """An issue with these blocks; ``head`` replaces the keys before them."""
    head = head or "subject: Spring in the network\npreheader: A survey and three dates\ndate: 2020-03-31\n"
    return head + "blocks:\n" + textwrap.indent(textwrap.dedent(blocks).strip("\n"), "  ") + "\n"


def png(width: int = 2, height: int = 1, *, padding_bytes: int = 0) -> bytes:
    """A real picture of one colour; ``padding_bytes`` makes the file heavier, for good."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x80" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    padding = chunk(b"bKGD", b"\0" * padding_bytes) if padding_bytes else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + padding
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
