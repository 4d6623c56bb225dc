"""A project adds blocks of its own by adding folders, and fields.yaml if it wants them checked."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from composer import shipped
from composer.compose import check_folder
from composer.edition import Edition, build_edition
from composer.errors import IssueError, TemplateError
from composer.issue import load_issue
from composer.issue.own_blocks import own_blocks
from composer.issue.schema import issue_schema
from tests.support.authoring import issue_of, png, write_issue
from tests.support.editions import read_as

FIELDS = """\
title: {type: line, required: true, description: The name of the walk.}
story: markdown
level: {type: choice, choices: [easy, steep], default: easy}
begins: day
length: number
stops:
  type: list
  required: true
  fields:
    name: {type: line, required: true}
    note: markdown
"""
MJML = (
    "<mj-section><mj-column><mj-text><h2>{{ block.title }}</h2>"
    "{% if block.story %}{{ block.story | markdown }}{% endif %}</mj-text></mj-column></mj-section>"
)
TEXT = "{{ block.title | underline }}\n\n{% if block.story %}{{ block.story | markdown_text }}{% endif %}\n"
WALK = """\
- block: city-walk
  title: Along the river
  story: It's "quiet" at `o'clock`, {{ subscriber.first_name }}.
  length: 4
  begins: 2020-04-01
  stops: [{name: Bridge, note: An *old* one}]
"""


def project(folder: Path, *, fields: str | None = FIELDS, **files: str) -> Path:
    """Templates with a block called city-walk."""
    block = folder / "templates" / "blocks" / "city-walk"
    block.mkdir(parents=True)
    texts = {"block.mjml.j2": MJML, "block.txt.j2": TEXT} | {
        name.replace("_", "."): text for name, text in files.items()
    }
    if fields is not None:
        texts["fields.yaml"] = textwrap.dedent(fields)
    for name, text in texts.items():
        (block / name).write_text(text, encoding="utf-8")
    return folder / "templates"


def problems_of(folder: Path, blocks: str, templates: Path) -> list[str]:
    with pytest.raises(IssueError) as raised:
        load_issue(write_issue(folder / "issues", issue_of(blocks)), own_blocks=own_blocks([templates]))
    return [
        f"{problem.position.line}:{problem.position.column} {problem.message} | {problem.hint}"
        for problem in raised.value.problems
    ]


def built(folder: Path, blocks: str, templates: Path) -> Edition:
    issue = write_issue(folder / "issues", issue_of(blocks), files={"a.png": png(8, 4)})
    loaded = load_issue(issue, own_blocks=own_blocks([templates, shipped.TEMPLATES]))
    return build_edition(loaded, templates=(templates, shipped.TEMPLATES))


def test_a_block_of_ones_own_is_written_like_the_others(tmp_path: Path) -> None:
    edition = built(tmp_path, WALK, project(tmp_path))
    html, text = read_as(edition.html, first_name="Ana"), read_as(edition.text, first_name="Ana")
    assert "Along the river" in html
    assert "It’s “quiet” at <code" in html
    assert ">o'clock</code>, Ana." in html
    assert "Along the river\n===============" in text


def test_without_a_form_for_pages_the_text_stands_there(tmp_path: Path) -> None:
    edition = built(tmp_path, WALK.replace("Along the river", "River <&>"), project(tmp_path))
    for page in (read_as(edition.print_html, first_name="Ana"), read_as(edition.web_html)):
        assert "<p>River &lt;&amp;&gt;<br>\n=========</p>" in page


def test_its_fields_are_checked_as_well_as_those_of_the_house(tmp_path: Path) -> None:
    wrong = """\
    - block: city-walk
      titel: Along
      level: hard
      begins: tomorrow
      stops: [{note: A}]
    - block: city-wall
    """
    told = problems_of(tmp_path, wrong, project(tmp_path))
    assert told[0].startswith("6:5 unknown key 'titel' | did you mean 'title'?")
    assert told[1].startswith("7:12 'level' cannot be 'hard' | ")
    assert "easy, steep" in told[1]
    assert told[2].startswith("8:13 'begins': 'tomorrow' is not a day")
    assert told[3].startswith("9:13 an entry has no 'name'")
    assert told[4].startswith("10:5 unknown block 'city-wall' | did you mean 'city-walk'?")
    assert len(told) == 5


def test_what_it_needs_is_said_with_its_description(tmp_path: Path) -> None:
    told = problems_of(tmp_path, "- {block: city-walk, stops: []}", project(tmp_path))
    assert any("a city-walk has no 'title' | add 'title': The name of the walk." in problem for problem in told)
    assert any("'stops' is empty" in problem for problem in told)


def test_without_fields_any_keys_are_allowed(tmp_path: Path) -> None:
    template = (
        "<mj-section><mj-column><mj-text><p>{{ block.length }} {{ block.guide.name }}"
        "{% for stop in block.stops %} {{ stop.name }}{% endfor %}"
        "{% if block.nothing is defined %}!{% endif %}</p>{{ block.body | markdown }}</mj-text>"
        '<mj-image src="{{ block.picture.file | asset(100) }}" alt="{{ block.picture.alt }}" width="100px" />'
        "</mj-column></mj-section>"
    )
    blocks = """\
    - block: city-walk
      show_if: subscriber.city
      length: 4 km
      guide: {name: "Ana's {{ subscriber.city }}"}
      stops: [{name: Bridge}, {name: Tower}]
      body: It's *far*
      picture: {file: a.png, alt: A map}
    """
    templates = project(tmp_path, fields=None, block_mjml_j2=template, block_txt_j2="{{ block.length }}")
    edition = built(tmp_path, textwrap.dedent(blocks), templates)
    html = read_as(edition.html, city="Nice")
    assert "4 km Ana’s Nice Bridge Tower</p>" in html
    assert "It’s <em" in html
    assert "4 km" not in read_as(edition.html)
    assert "a.png" in {asset.name for asset in edition.assets}


def test_keys_that_mean_the_same_everywhere_are_checked_always(tmp_path: Path) -> None:
    told = problems_of(tmp_path, "- {block: city-walk, url: nowhere}", project(tmp_path, fields=None))
    assert told[0].startswith("5:29 'url'") or "is not an address" in told[0]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("title: lyne\n", "1:8 there is no type 'lyne' | did you mean 'line'?"),
        ("title: {typ: line}\n", "1:9 unknown key 'typ' | did you mean 'type'?"),
        ("block: line\n", "1:1 a field cannot be called 'block'"),
        ("copy: line\n", "1:1 a field cannot be called 'copy'"),
        ("Title: line\n", "1:1 a field cannot be called 'Title'"),
        ("level: choice\n", "1:1 a choice needs its choices"),
        ("photo: {type: picture, shape: squar}\n", "1:31 there is no shape 'squar'"),
        ("title: {type: line, shape: round}\n", "1:21 a line has no shape"),
        (
            "body: {type: markdown, without: [headings, lits]}\n",
            "1:33 there is no part 'lits' | parts: headings, lists",
        ),
        ("body: {type: markdown, without: []}\n", "1:33 without what? | parts: headings, lists"),
        ("title: {type: line, without: [lists]}\n", "1:30 a line has no parts"),
        ("level: {type: choice, choices: [a, b], default: c}\n", "1:49 'c' is none of the choices"),
        ("stops: list\n", "1:1 must be lines of name: type"),
        ("- title\n", "1:1 the file must consist of keys and values"),
        ("stops: {type: list, fields: {name: nome}}\n", "1:36 there is no type 'nome'"),
    ],
)
def test_a_mistake_in_fields_yaml_is_told_at_its_place(tmp_path: Path, fields: str, told: str) -> None:
    with pytest.raises(TemplateError) as raised:
        own_blocks([project(tmp_path, fields=fields)])
    assert any(
        f"{problem.position.line}:{problem.position.column} {problem.message} | {problem.hint}".startswith(told)
        for problem in raised.value.problems
    ), raised.value.problems
    assert {problem.position.file.name for problem in raised.value.problems} == {"fields.yaml"}


def test_the_check_loads_a_projects_blocks_and_tells_what_is_wrong_with_them(tmp_path: Path) -> None:
    templates = project(tmp_path)
    folder = write_issue(tmp_path / "issues", issue_of(WALK))
    assert check_folder(folder, templates=(templates, shipped.TEMPLATES)).editions
    (templates / "blocks" / "city-walk" / "fields.yaml").write_text("title: lien\n", encoding="utf-8")
    (finding,) = check_folder(folder, templates=(templates, shipped.TEMPLATES)).findings
    assert finding.code == "template-invalid"


def test_editors_know_a_projects_blocks(tmp_path: Path) -> None:
    schema = issue_schema(own_blocks([project(tmp_path)]))
    walk = schema["$defs"]["CityWalkBlock"]
    assert walk["properties"]["title"]["description"] == "The name of the walk."
    assert set(walk["required"]) == {"block", "title", "stops"}


def test_a_block_of_the_house_stays_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "blocks" / "text").mkdir(parents=True)
    (tmp_path / "blocks" / "text" / "block.mjml.j2").write_text(MJML, encoding="utf-8")
    assert own_blocks([tmp_path, shipped.TEMPLATES]) == {}
