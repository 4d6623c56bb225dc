"""Reads the small issues of ``tests/checks/cases``: each is one file, in which the findings that are due are marked.

    # What the case is, in a sentence: these first lines are no part of the issue.
    # languages: [de]                          of the newsletter; [en] otherwise
    # also: link-insecure                      what else may be told of it
    # slot: subscriber.age                     a merge field that the mail has besides, which no file can say
    blocks:
      - block: text
        body: Read [⇒here](https://network.example.org/survey).
    #--- issue.fr.yaml
    …

The arrow is taken out, and its place is where the finding is due. What stands first is ``issue.yaml``, or ``issue.md``
if the case's file ends so. A file beside it is named without a folder, one of the project with its folder
(``templates/css/theme.css``); ``newsletter.yaml`` is that of ``cases`` unless the case has its own. A picture is
described: ``#--- b.gif (2001 × 1, moving)``, ``#--- b.png (60 × 40, 600000 bytes)``, and so is a font:
``#--- fonts/b.woff2 (120000 bytes)``. ``a.png`` is always there. Subject, preheader and date are added where they lack,
unless the first lines have ``# head: none``.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.support.authoring import png
from tests.support.fonts import block_font

MARK = "⇒"
CASES = Path(__file__).parents[1] / "checks" / "cases"
ISSUE = "issues/spring"

_PART = re.compile(r"^#--- (?P<name>[^\s(]+)(?: \((?P<described>[^()\n]+)\))?\n", re.MULTILINE)
_HEADER = re.compile(r"(?:# .*\n|#\n)*")
_HEADS = {
    "issue.yaml": {
        "subject": "Spring in the network",
        "preheader": "A survey and three dates",
        "date": "2020-03-31",
    },
    "issue.fr.yaml": {"subject": "Le printemps du réseau", "preheader": "Une enquête, et trois dates"},
    "issue.de.yaml": {"subject": "Frühling im Netzwerk", "preheader": "Eine Umfrage, und drei Termine"},
}
"""What an issue says where a case does not: the case is about something else."""


@dataclass(frozen=True, slots=True)
class CheckCase:
    """One project: ``files`` by their path from its root; the ``places`` (file, line, column) where findings are due.

    ``also`` are the codes of what else may be told; ``slot`` is a merge field that stands in the mail besides, or "".
    """

    files: dict[str, bytes]
    places: frozenset[tuple[str, int, int]]
    also: frozenset[str]
    slot: str

    def write(self, root: Path) -> Path:
        """Write the project into ``root`` and give the folder of its issue."""
        for name, content in self.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        return root / ISSUE


def case_files(code: str) -> list[Path]:
    """List the cases of a code, in the order of their names."""
    return sorted((CASES / code).iterdir()) if (CASES / code).is_dir() else []


def read_case(file: Path) -> CheckCase:
    """Read a case. Raises ValueError for a part that is neither written nor described."""
    text = file.read_text(encoding="utf-8")
    header = _HEADER.match(text)
    assert header
    said = dict(re.findall(r"^# (languages|also|head|slot): (.+)$", header[0], re.MULTILINE))
    parts = [*_PART.split(text[header.end() :])]
    named = [(f"issue{file.suffix}", None, parts[0]), *zip(parts[1::3], parts[2::3], parts[3::3], strict=True)]
    files = {f"{ISSUE}/a.png": png(30, 20)}
    newsletter = (CASES / "newsletter.yaml").read_text(encoding="utf-8")
    newsletter = newsletter.replace("[en]", said.get("languages", "[en]"))
    files["issues/newsletter.yaml"] = newsletter.replace(MARK, "").encode()
    places = {("issues/newsletter.yaml", *place) for place in _marked(newsletter)}
    for name, described, written in named:
        path = "issues/newsletter.yaml" if name == "newsletter.yaml" else name if "/" in name else f"{ISSUE}/{name}"
        if described:
            files[path] = _made(name, described)
            continue
        places |= {(path, *place) for place in _marked(written)}
        whole = written if said.get("head") == "none" else _with_head(written.replace(MARK, ""), name)
        files[path] = whole.replace(MARK, "").encode()
    return CheckCase(
        files, frozenset(places), frozenset(said.get("also", "").replace(",", " ").split()), said.get("slot", "")
    )


def _marked(text: str) -> set[tuple[int, int]]:
    """Give line and column, from 1, of what stands behind each mark."""
    return {
        (number, match.start() - line[: match.start()].count(MARK) + 1)
        for number, line in enumerate(text.split("\n"), 1)
        for match in re.finditer(MARK, line)
    }


def _with_head(text: str, name: str) -> str:
    keys = (f"{key}: {words}\n" for key, words in _HEADS.get(name, {}).items() if not re.search(rf"(?m)^{key}:", text))
    return text.rstrip("\n") + "\n" + "".join(keys)


def _made(name: str, described: str) -> bytes:
    size = re.search(r"(\d+) × (\d+)", described)
    more = int(found[1]) if (found := re.search(r"(\d+) bytes", described)) else 0
    if name.endswith(".woff2"):
        return block_font(bytes_more=more)
    if size is None:
        raise ValueError(f"{name} ({described}) has no size: write ({described}, 60 × 40)")
    width, height = int(size[1]), int(size[2])
    if "moving" not in described:
        return png(width, height, padding_bytes=more)
    data = io.BytesIO()
    frames = [Image.new("P", (width, height), colour) for colour in (0, 1)]
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], duration=90)
    return data.getvalue() + b"\0" * more
