"""What the checks find in blocks of a project's own: a field's type says what to look for in it, never its name."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from composer import shipped
from composer.compose import check_folder
from tests.support.authoring import NEWSLETTER, issue_of, png, write_issue

FIELDS = """\
title: {type: line, required: true}
story: markdown
map: url
photo: picture
more: link
stops:
  type: list
  fields:
    name: {type: line, required: true}
    tale: markdown
    page: url
"""
MJML = """\
<mj-section><mj-column><mj-text><h2>{{ block.title }}</h2>
{% for text in [block.story] + (block.stops or []) | map(attribute="tale") | list if text %}{{ text | markdown }}
{% endfor %}</mj-text></mj-column></mj-section>
"""
ENGLISH = NEWSLETTER.replace("[en, fr]", "[en]")


def found_in(
    folder: Path, *keys: str, fields: str | None = FIELDS, translation: str = "", mjml: str = MJML
) -> set[str]:
    """The codes and lines of what is found in a block with these keys; the first key stands in line 7."""
    own = folder / "templates" / "blocks" / "city-walk"
    own.mkdir(parents=True)
    (own / "block.mjml.j2").write_text(mjml, encoding="utf-8")
    (own / "block.txt.j2").write_text("{{ block.title }}\n", encoding="utf-8")
    if fields is not None:
        (own / "fields.yaml").write_text(fields, encoding="utf-8")
    block = "- block: city-walk\n  title: Along the river\n" + textwrap.indent("\n".join(keys), "  ")
    files: dict[str, str | bytes] = {"a.png": png(8, 4)}
    if translation:
        files["issue.fr.yaml"] = translation
    newsletter = NEWSLETTER if translation else ENGLISH
    issue = write_issue(folder / "issues", issue_of(block), newsletter=newsletter, files=files)
    checked = check_folder(issue, templates=(folder / "templates", shipped.TEMPLATES))
    return {f"{found.position.file.name}:{found.position.line} {found.code}" for found in checked.findings}


NAMED_LIKE = """\
title: line
file: line
alt: line
story: markdown
url: markdown
body: line
link: line
stops: {type: list, fields: {file: line, picture: line, tale: markdown}}
"""


def test_a_field_is_what_its_type_says_whatever_it_is_called(tmp_path: Path) -> None:
    keys = ["file: walk 12", "alt: x", "body: a", "link: no address", "stops:", "- {file: stop 1, picture: none}"]
    assert found_in(tmp_path, *keys, fields=NAMED_LIKE) == set()
    found = found_in(tmp_path / "b", "url: '[map](http://localhost/)'", fields=NAMED_LIKE)
    assert found == {"issue.yaml:7 link-local"}


def test_a_lost_picture_in_a_list_of_ones_own_is_told(tmp_path: Path) -> None:
    fields = FIELDS.replace("    page: url", "    view: picture")
    keys = ["stops:", "- name: Bridge", "  view: {file: lost.png, alt: x}"]
    assert "issue.yaml:9 issue-invalid" in found_in(tmp_path, *keys, fields=fields)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (["story: See [the map](http://localhost:8000/map)."], "7 link-local"),
        (["story: See [here](https://maps.network.example.org/)."], "7 link-vague"),
        (["story: '![](a.png)'"], "7 alt-missing"),
        (["story: TODO, it is still to be written"], "7 text-placeholder"),
        (["stops:", "- name: Bridge", "  tale: |", "    Old.", "", "    [Plan](http://10.0.0.1/)"], "12 link-local"),
        (["stops:", "- name: Bridge", "  tale: |", "    Old.", "", "    ![](a.png)"], "12 alt-missing"),
        (["stops:", "- name: Bridge", "  tale: It is ??? metres long."], "9 text-placeholder"),
        (["stops:", "- name: TBD"], "8 text-placeholder"),
        (["map: http://192.168.1.20/map"], "7 link-local"),
        (["stops:", "- name: Bridge", "  page: http://intranet/bridge"], "9 link-local"),
        (["more: {label: Read on, url: http://localhost/}"], "7 link-local"),
        (["photo: {file: a.png, alt: ''}"], "7 alt-missing"),
    ],
)
def test_what_would_be_found_in_a_block_of_the_house_is_found_in_ones_own(
    keys: list[str], code: str, tmp_path: Path
) -> None:
    assert f"issue.yaml:{code}" in found_in(tmp_path, *keys)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (["body: See [the map](http://localhost:8000/map)."], "7 link-local"),
        (["intro: '![](a.png)'"], "7 alt-missing"),
        (["url: http://localhost/"], "7 link-local"),
        (["stops:", "- {name: Bridge, url: 'http://localhost/'}"], "8 link-local"),
        (["stops:", "- {name: Bridge, body: '[Plan](http://10.0.0.1/)'}"], "8 link-local"),
        (["story: TODO"], "7 text-placeholder"),
    ],
)
def test_without_fields_a_key_means_what_it_means_in_the_blocks_of_the_house(
    keys: list[str], code: str, tmp_path: Path
) -> None:
    assert f"issue.yaml:{code}" in found_in(tmp_path, *keys, fields=None)


@pytest.mark.parametrize("keys", [["story: See `[the map](http://localhost/)`."], ["level: TODO"]])
def test_code_is_no_link_and_a_choice_no_text(keys: list[str], tmp_path: Path) -> None:
    fields = FIELDS + "level: {type: choice, choices: [TODO, steep]}\n"
    found = found_in(tmp_path, *keys, fields=fields)
    assert not {one for one in found if "link-local" in one or "text-placeholder" in one}


def test_markdown_that_a_translation_left_as_it_was_is_found(tmp_path: Path) -> None:
    found = found_in(tmp_path, "story: A quiet walk below old trees.", translation="subject: Le printemps\n")
    assert "issue.yaml:7 untranslated" in found


FRENCH_ONLY = """\
<mj-section><mj-column><mj-text><h2>{{ block.title }}</h2>
{% if language == "fr" %}{{ block.story | markdown }}{% endif %}</mj-text></mj-column></mj-section>
"""


def test_what_breaks_one_language_hides_nothing_of_the_others(tmp_path: Path) -> None:
    found = found_in(
        tmp_path, "story: '![](gone.png)'", translation="blocks: [{title: Le long du fleuve}]\n", mjml=FRENCH_ONLY
    )
    assert {"issue.yaml:7 edition-invalid", "issue.yaml:7 alt-missing"} <= found
