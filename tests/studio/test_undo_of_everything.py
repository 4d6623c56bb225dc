"""Whatever is done in the studio, in whichever of its files, and then undone: every file has its bytes again.

The files are odd ones, as people and programs leave them; the edits are those of every form and button: fields, blocks
and entries added, moved, copied and taken out, pictures, conditions, translations, the publication and its look.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import EditRefused
from composer.project import Project
from composer.studio.desk import Changed, Desk, Draft
from composer.writing.values import at_path
from tests.support.written import edits_of, paths_in, typed_markdown, typed_yaml

SLUG = "2026-12-odd"

ODD_YAML = """\
# yaml-language-server: $schema=../../schema/issue.json
subject:   'It''s "odd"'   # with blanks before and behind
"preheader": >-
  Folded over
  two lines

title: |+
  Kept

date: 2026-12-01\t# a tab before this

blocks:   # in order

# far left, about the first
- block: text
  "id": one
  show_if: 'subscriber.language == "de"'
  body: |2
     **Indented** {{ subscriber.first_name | default("you") }}
    and [a link](https://example.org/a_(b)).
- {block: image, picture: {file: bridge.png, alt: 'A "bridge"'}, caption: "flow\\u00a0style"}   # all in one
-   block: digest
    title: [not, a, title]
    entries:
    -   kicker: K # k

        body: "quoted
          over lines"
        # between
    - {kicker: L, body: M, link: {label: Read, url: 'https://example.org/?a=b#c'}}
# the end
"""
ODD_MARKDOWN = """\
---
subject: "Spring"  # for now
'preheader':   A promise
date: 2026-12-01
---

The *headline*
===

<!-- about the first -->
## A story {#one lead}

![A bridge](bridge.png "At night")

Some text,\twith a tab,
and a second line.\x20\x20

[Read](https://example.org/)


:::callout
kicker: News  # short
show_if: subscriber.city
---
The body.

### Inside
:::

* another
* sign

| a | b |
|---|---|
| 1 | 2 |

[ref]: https://example.org/
"""
FRENCH = "subject: Des nouvelles  # à voir\nblocks:\n- id: one\n  body: >\n    Replié\n    ici.\n"
NEWSLETTER = """\
# Who we are
name: The Odd Letter
organisation:   'Odd'
languages: [en, fr]
timezone: Europe/Paris
sender: {name: Odd, email: letter@example.org}   # from
theme:
  name: gazette

  accent: '#123456'  # our blue
postal_address: >-
  1 Quay Street,
  12345 Harbour
fields: {city: The city.}"""
THEME = """# The house’s colours
'accent':   "#123456"   # our blue

ink: rebeccapurple
gutter:   24\t# a tab before this
"font_title": >-
  'Quay Sans',
  serif
# the end
"""
OWN_THEME = "{accent: '#654321', gap: 40}   # all in one"
FILES = (("en", ""), ("fr", ""), ("en", "newsletter.yaml"))
THEMES = (("en", "templates/theme.yaml"), ("en", "templates/themes/mine/theme.yaml"))

SHAPES = {
    "as it is": lambda text: text,
    "of Windows": lambda text: text.replace("\n", "\r\n"),
    "with a mark": lambda text: "\ufeff" + text,
    "without an end": lambda text: text.rstrip("\n"),
    "with empty lines": lambda text: text + "\n\n\n",
    "of both kinds": lambda text: text.replace("\n", "\r\n", 7),
}


@contextmanager
def studio_of(issue: str, text: str, *, theme: str = THEME) -> Iterator[tuple[Desk, dict[Path, bytes]]]:
    """The studio of a project whose issue says this, and the bytes of every file of it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "issues" / SLUG).mkdir(parents=True)
        (root / "templates" / "themes" / "mine").mkdir(parents=True)
        files = {
            root / "issues" / "newsletter.yaml": NEWSLETTER.encode(),
            root / "issues" / SLUG / issue: text.encode(),
            root / "issues" / SLUG / "issue.fr.yaml": FRENCH.encode(),
            root / "templates" / "theme.yaml": theme.encode(),
            root / "templates" / "themes" / "mine" / "theme.yaml": OWN_THEME.encode(),
        }
        for path, data in files.items():
            path.write_bytes(data)
        yield Desk(Project.at(root / "issues", root / "templates")), files


def edit_and_undo(data: st.DataObject, issue: str, text: str) -> None:
    with studio_of(issue, text) as (desk, files):
        for _ in range(data.draw(st.integers(1, 6))):
            language, file = data.draw(st.sampled_from([*FILES, *THEMES]))
            if data.draw(st.integers(0, 5)) == 0 and desk.open(SLUG, "en").history["undo"] is not None:
                desk.undo(SLUG, "en")
                continue
            document = desk.open(SLUG, language, file).document
            edits = [data.draw(edits_of(document.values))]
            gesture = data.draw(st.sampled_from(["", "", "typing"]))
            try:
                desk.edit(SLUG, Draft(language, document.version, edits, gesture=gesture, file=file))
            except (EditRefused, Changed):
                continue
        last = {path: path.read_bytes() for path in files}
        steps = 0
        while desk.open(SLUG, "en").history["undo"] is not None:
            desk.undo(SLUG, "en")
            steps += 1
        assert {path: path.read_bytes() for path in files} == files
        for _ in range(steps):
            desk.undo(SLUG, "en", again=True)
        assert {path: path.read_bytes() for path in files} == last


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("issue", "text"), [("issue.yaml", ODD_YAML), ("issue.md", ODD_MARKDOWN)])
@settings(max_examples=4)
@given(data=st.data())
def test_odd_files_have_their_bytes_again(data: st.DataObject, issue: str, text: str, shape: str) -> None:
    edit_and_undo(data, issue, SHAPES[shape](text))


@settings(max_examples=12)
@given(st.data(), st.sampled_from(["yaml", "md"]))
def test_any_file_has_its_bytes_again(data: st.DataObject, suffix: str) -> None:
    edit_and_undo(data, f"issue.{suffix}", data.draw(typed_yaml() if suffix == "yaml" else typed_markdown()))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("issue", "text"), [("issue.yaml", ODD_YAML), ("issue.md", ODD_MARKDOWN)])
def test_what_is_set_to_what_it_is_changes_no_byte(issue: str, text: str, shape: str) -> None:
    """A field that is looked at and left, whatever it is of; an entry that is moved to where it is."""
    with studio_of(issue, SHAPES[shape](text), theme=SHAPES[shape](THEME)) as (desk, files):
        for language, file in (*FILES, *THEMES):
            document = desk.open(SLUG, language, file).document
            for path in paths_in(document.values):
                value = at_path(document.values, path)
                same: list[dict[str, Any]] = [{"edit": "set", "path": list(path), "value": value}]
                if isinstance(path[-1], int):
                    same.append({"edit": "move", "path": list(path), "to": path[-1]})
                for edit in same:
                    desk.edit(SLUG, Draft(language, document.version, [edit], file=file))
                    assert {file: file.read_bytes() for file in files} == files, edit
        history = desk.open(SLUG, "en").history
        assert (history["undo"], history["redo"]) == (None, None)
