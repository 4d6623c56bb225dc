"""Issues in Markdown: what becomes what, where it stands, and the same errors as in YAML."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer import shipped
from composer.errors import IssueError
from composer.issue import find_issues, load_issue, resolve_issue
from composer.issue.model import Content
from composer.issue.own_blocks import own_blocks
from tests.issue.test_load import problems_of
from tests.support.authoring import ISSUE, NEWSLETTER, png, write_issue

HEAD = "---\nsubject: Spring\npreheader: A survey and three dates\ndate: 2020-03-31\n---\n"


def write(folder: Path, text: str, *, head: str = HEAD, files: dict[str, str | bytes] | None = None) -> Path:
    """A folder whose issue is written in Markdown."""
    spring = write_issue(folder, files={"a.png": png(), "b.png": png(), **(files or {})})
    (spring / "issue.yaml").unlink()
    (spring / "issue.md").write_text(head + textwrap.dedent(text), encoding="utf-8")
    return spring


def content_of(folder: Path, text: str, *, head: str = HEAD) -> Content:
    return load_issue(write(folder, text, head=head)).contents["en"]


def blocks_of(folder: Path, text: str) -> list[dict[str, Any]]:
    """What was written in the blocks, as plain values."""
    return [block.model_dump(exclude_unset=True) for block in content_of(folder, text).blocks]


def test_text_before_the_first_headline_is_a_block_of_text(tmp_path: Path) -> None:
    assert blocks_of(tmp_path, "Dear reader,\n\nwelcome\nto spring.\n") == [
        {"block": "text", "body": "Dear reader,\n\nwelcome\nto spring.\n"}
    ]


def test_a_headline_of_the_second_level_is_an_article_with_its_picture_and_its_link(tmp_path: Path) -> None:
    (article,) = blocks_of(
        tmp_path,
        """\
        ## Who feels *safe*, and where?

        ![A bridge](a.png "At night")

        They were **asked**.

        ![Another one](b.png)

        [One](https://one.example.org/) and two.

        [Read on](https://two.example.org/)
        """,
    )
    assert article == {
        "block": "article",
        "title": "Who feels safe, and where?",
        "body": "They were **asked**.\n\n![Another one](b.png)\n\n[One](https://one.example.org/) and two.\n",
        "picture": {"file": "a.png", "alt": "A bridge", "caption": "At night"},
        "link": {"label": "Read on", "url": "https://two.example.org/"},
    }


def test_the_headline_of_the_first_level_is_the_issues_title(tmp_path: Path) -> None:
    content = content_of(tmp_path, "# The first spring\n\nDear reader.\n")
    assert content.title == "The first spring"
    assert [block.block for block in content.blocks] == ["text"]


def test_headlines_below_an_article_are_headlines_of_its_text(tmp_path: Path) -> None:
    (article,) = blocks_of(tmp_path, "## A\n\nText.\n\n### Below\n\n#### Deeper\n\n> ### Quoted\n\nText.\n")
    assert article["body"] == "Text.\n\n# Below\n\n## Deeper\n\n> # Quoted\n\nText.\n"


def test_keys_of_an_article_stand_in_braces_behind_its_headline(tmp_path: Path) -> None:
    (article,) = blocks_of(
        tmp_path, '## A story {#one lead layout=right kicker="Gender and {{ subscriber.city }}"}\n\nB.\n'
    )
    del article["body"]
    assert article == {
        "block": "article",
        "id": "one",
        "title": "A story",
        "lead": True,
        "layout": "right",
        "kicker": "Gender and {{ subscriber.city }}",
    }


@pytest.mark.parametrize("title", ["Hello {{ subscriber.first_name }}", "A set {a, b}", "Braces \\{{ shown \\}}"])
def test_other_braces_belong_to_the_headline(tmp_path: Path, title: str) -> None:
    assert blocks_of(tmp_path, f"## {title}\n\nText.\n")[0]["title"] == title


def test_a_headline_may_begin_any_block_that_has_a_title_and_a_body(tmp_path: Path) -> None:
    (callout,) = blocks_of(
        tmp_path, '## is green {block=callout figure="27 %"}\n\nAnd growing.\n\n[The map](https://x.example.org/)\n'
    )
    assert callout == {
        "block": "callout",
        "title": "is green",
        "figure": "27 %",
        "body": "And growing.\n",
        "link": {"label": "The map", "url": "https://x.example.org/"},
    }


def test_in_running_text_a_lone_link_is_a_button_and_a_lone_picture_an_image(tmp_path: Path) -> None:
    assert blocks_of(
        tmp_path,
        """\
        Dear reader, [this](https://one.example.org/) is text.

        [Read in the browser]({{ links.browser }})

        ![A bridge](a.png)
        And below it, text.

        [![A bridge](b.png)](https://two.example.org/)

        <https://three.example.org/>
        """,
    ) == [
        {"block": "text", "body": "Dear reader, [this](https://one.example.org/) is text.\n"},
        {"block": "button", "label": "Read in the browser", "url": "{{ links.browser }}"},
        {"block": "image", "picture": {"file": "a.png", "alt": "A bridge"}},
        {"block": "text", "body": "And below it, text.\n"},
        {"block": "image", "picture": {"file": "b.png", "alt": "A bridge"}, "url": "https://two.example.org/"},
        {"block": "text", "body": "<https://three.example.org/>\n"},
    ]


def test_a_rule_is_a_divider_and_ends_an_article(tmp_path: Path) -> None:
    kinds = [block["block"] for block in blocks_of(tmp_path, "## A\n\nText.\n\n---\n\nMore.\n\n***\n")]
    assert kinds == ["article", "divider", "text", "divider"]


def test_a_fence_makes_any_block_of_keys(tmp_path: Path) -> None:
    blocks = blocks_of(
        tmp_path,
        """\
        Welcome.
        :::agenda
        # a note
        id: agenda
        title: In April
        entries:
          - {date: 2020-04-07, time: 11:00, title: Webinar}
        :::
        ::: divider
        :::
        After it.
        """,
    )
    assert [block["block"] for block in blocks] == ["text", "agenda", "divider", "text"]
    assert blocks[1]["entries"][0]["title"] == "Webinar"


def test_a_fence_may_have_a_body_in_markdown_below_its_keys(tmp_path: Path) -> None:
    (callout, text) = blocks_of(
        tmp_path,
        """\
        :::callout
        figure: 27 %
        ---
        ### Of the city

        is **green**.

        [See the map](https://network.example.org/map)
        :::

        ::::text
        ---
        ```
        :::
        ```
        ::::
        """,
    )
    assert callout == {
        "block": "callout",
        "figure": "27 %",
        "body": "# Of the city\n\nis **green**.\n",
        "link": {"label": "See the map", "url": "https://network.example.org/map"},
    }
    assert text["body"] == "```\n:::\n```\n"


def test_colons_in_code_and_in_a_line_are_text(tmp_path: Path) -> None:
    text = "A ::: b\n\n    :::agenda\n\n```\n:::agenda\n```\n"
    assert blocks_of(tmp_path, text)[0]["body"] == text


def test_a_definition_is_known_wherever_it_stands(tmp_path: Path) -> None:
    first, callout = blocks_of(
        tmp_path,
        """\
        ## A

        See [the survey][s] and [that].

        :::callout
        ---
        See [the survey][s].

        [Read][that]
        :::

        [s]: https://network.example.org/survey
        [that]: https://network.example.org/that
        """,
    )
    assert first["body"] == (
        "See [the survey][s] and [that].\n\n[s]: https://network.example.org/survey\n"
        "\n[that]: https://network.example.org/that\n"
    )
    assert callout["link"]["url"] == "https://network.example.org/that"
    assert callout["body"] == "See [the survey][s].\n\n[s]: https://network.example.org/survey\n"


def test_comments_between_blocks_are_the_authors_own(tmp_path: Path) -> None:
    assert blocks_of(tmp_path, "<!-- ask Ana -->\n\nText.\n\n<!-- and\nBen -->\n")[0]["body"] == "Text.\n"


def test_lines_may_end_as_on_other_systems(tmp_path: Path) -> None:
    folder = write(tmp_path, "")
    (folder / "issue.md").write_bytes(("\ufeff" + HEAD + "## A\n\nText.\n").replace("\n", "\r\n").encode())
    assert load_issue(folder).contents["en"].blocks[0].model_dump(exclude_unset=True)["body"] == "Text.\n"


PLACED = """\
# The *first* spring

Dear {{ subscriber.first_name }},
see below.

## A story {#one layout=right}

![A bridge](a.png)

Text.

### Deeper down

  [Read on](https://network.example.org/)

:::callout
kicker: News
---
Body.
:::
"""


def test_every_value_knows_its_place(tmp_path: Path) -> None:
    issue = load_issue(write(tmp_path, PLACED))
    source, blocks = issue.sources["en"], issue.contents["en"].blocks

    def place(*path: str | int) -> tuple[int, int]:
        position = source.position(path)
        return position.line, position.column

    def place_in(index: int, words: str) -> tuple[int, int]:
        text = str(blocks[index].body)
        position = source.position_in(("blocks", index, "body"), text, text.index(words))
        return position.line, position.column

    assert place("subject") == (2, 10)
    assert place("blocks", 0) == (8, 1)
    assert place_in(0, "see") == (9, 1)
    assert place("blocks", 1, "title") == (11, 4)
    assert place("blocks", 1, "id") == (11, 14)
    assert place("blocks", 1, "layout") == (11, 25)
    assert place("blocks", 1, "picture", "file") == (13, 13)
    assert place("blocks", 1, "picture", "alt") == (13, 3)
    assert place_in(1, "Deeper") == (17, 5)
    assert place_in(1, "down") == (17, 12)
    assert place("blocks", 1, "link", "url") == (19, 13)
    assert place("blocks", 2, "block") == (21, 4)
    assert place("blocks", 2, "kicker") == (22, 9)
    assert place_in(2, "Body") == (24, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("## A\n\n## B\n\nText.\n", "issue.md:6:1: an article has no 'body'; add 'body'"),
        ("## A {#One}\n\nText.\n", "issue.md:6:8: 'id': 'One' cannot be an id"),
        ("## A {kiker=News}\n\nText.\n", "issue.md:6:7: unknown key 'kiker'; did you mean 'kicker'?"),
        ("## A {#a id=b}\n\nText.\n", "issue.md:6:10: the headline has 'id' already"),
        ("## A {layout=centre}\n\nText.\n", "issue.md:6:14: 'layout' cannot be 'centre'"),
        (
            "# A\n\nText.\n\n# B\n",
            "issue.md:10:3: the issue has its title already, in line 6; begin the headline of an",
        ),
        ("# A {#a}\n\nText.\n", "issue.md:6:6: the title of an issue has no keys"),
        ("![](a.png)\n", "issue.md:6:1: the picture has no words for those who do not see it; write what it shows"),
        ("![A bridge](c.png)\n", "issue.md:6:13: there is no picture 'c.png'"),
        ("[Read on](example.org)\n", "issue.md:6:11: 'url': 'example.org' is not an address"),
        (":::agneda\n:::\n", "issue.md:6:4: unknown block 'agneda'; did you mean 'agenda'?"),
        (":::divider\nstyle: dotted\n:::\n", "issue.md:7:8: 'style' cannot be 'dotted'"),
        ("Text.\n\n:::divider\n", "issue.md:8:4: :::divider is not closed; write ::: on a line of its own"),
        (":::divider\n\n:::divider\n:::\n", "issue.md:6:4: :::divider is not closed"),
        ("Text.\n\n:::\n", "issue.md:8:1: there is no block that ::: could close here"),
        (":::call out\n:::\n", "issue.md:6:4: 'call out' cannot be the kind of a block"),
        ("- a\n\n  :::divider\n  :::\n", "issue.md:8:3: a block cannot stand in a list"),
        (":::callout\nText.\n:::\n", "issue.md:7:1: a block begins with its keys"),
        (":::callout\ntitle: A\n  b: c\n---\nText.\n:::\n", "issue.md:8:3: this is further in than 'title' above it"),
        (":::callout\nblock: text\n---\nText.\n:::\n", "issue.md:7:1: the line above says already what the block is"),
        (":::divider\n---\nText.\n:::\n", "issue.md:8:1: the block 'divider' has no body"),
        (":::callout\n---\n## Text.\n\nMore.\n:::\n", "issue.md:8:1: a headline inside a block begins with ###"),
        ("::::callout\n---\nText.\n:::divider\n:::\n::::\n", "issue.md:9:1: a block cannot stand inside another one"),
        ("", "issue.md:6:1: 'blocks' is empty"),
        ("Text \x07.\n", "issue.md:6:6: a character that no text can hold"),
    ],
)
def test_a_mistake_is_told_at_its_line_and_column(tmp_path: Path, text: str, told: str) -> None:
    problems = problems_of(write(tmp_path, text))
    assert any(problem.startswith(told) for problem in problems), problems


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("", "issue.md:1:1: the front matter is missing; begin with a line ---"),
        ("---\nsubject: a\n", "issue.md:1:1: the front matter is not closed"),
        ("---\n---\n", "issue.md:1:1: the issue has no 'subject'"),
        (HEAD.replace("2020-03-31", "31.3."), "issue.md:4:7: 'date': '31.3.' is not a day"),
        (HEAD.replace("subject:", "subjekt:"), "issue.md:2:1: unknown key 'subjekt'; did you mean 'subject'?"),
        (
            HEAD.replace("\ndate", "\nblocks: []\ndate"),
            "issue.md:4:1: in a Markdown file, the blocks are not in",
        ),
        (HEAD.replace("\ndate", "\ntitle: A\ndate"), "issue.md:7:3: the issue has its title already, in line 4"),
    ],
)
def test_a_mistake_in_the_front_matter_is_told_too(tmp_path: Path, head: str, told: str) -> None:
    problems = problems_of(write(tmp_path, "# Title\n\nText.\n", head=head))
    assert any(problem.startswith(told) for problem in problems), problems


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    problems = problems_of(write(tmp_path, "## A {#A}\n\n## B {#B}\n\n:::agneda\n:::\n\n![](a.png)\n"))
    assert len(problems) == 6


def test_markdown_and_yaml_in_one_folder_are_one_too_many(tmp_path: Path) -> None:
    folder = write_issue(
        tmp_path, files={"issue.md": HEAD + "Text.\n", "issue.fr.yaml": "{}", "issue.fr.md": "---\n---\n"}
    )
    told = problems_of(folder)
    assert "issue.md:1:1: issue.yaml is here too, and an issue is written in one of them; delete one" in told[-1]
    assert "issue.fr.md:1:1: issue.fr.yaml is here too" in told[-2]


FRENCH = "---\nsubject: Printemps\n---\n\nBonjour.\n\n## Une enquête {#survey}\n\nBeaucoup.\n"
SURVEY = "Hello.\n\n## A survey {#survey}\n\nMany.\n"


def test_a_translation_in_markdown_has_its_own_text_and_takes_over_the_rest_of_the_head(tmp_path: Path) -> None:
    issue = load_issue(write(tmp_path, SURVEY, files={"issue.fr.md": FRENCH}))
    french = issue.contents["fr"]
    assert (french.subject, french.preheader) == ("Printemps", "A survey and three dates")
    assert french.date == issue.contents["en"].date
    assert [block.model_dump(exclude_unset=True).get("title") for block in french.blocks] == [None, "Une enquête"]
    assert issue.sources["fr"].position(("blocks", 1, "title")).file.name == "issue.fr.md"


def test_a_translation_in_yaml_may_be_laid_over_an_issue_in_markdown(tmp_path: Path) -> None:
    translation = "subject: Printemps\nblocks:\n  - id: survey\n    title: Une enquête\n"
    issue = load_issue(write(tmp_path, SURVEY, files={"issue.fr.yaml": translation}))
    assert issue.contents["fr"].blocks[1].title == "Une enquête"  # type: ignore[union-attr]
    assert issue.contents["fr"].blocks[1].body == "Many.\n"  # type: ignore[union-attr]


def test_a_folder_with_an_issue_in_markdown_is_found_like_any_other(tmp_path: Path) -> None:
    folder = write(tmp_path, "Text.\n")
    assert find_issues(tmp_path) == (folder,)
    assert resolve_issue("spring", issues_dir=tmp_path) == folder
    assert resolve_issue(str(folder / "issue.md"), issues_dir=Path("elsewhere")) == folder


def test_the_sample_written_in_markdown_is_the_same_content(tmp_path: Path) -> None:
    """The YAML sample's welcome, articles, callouts and picture, said in Markdown."""
    sample = load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news").contents["en"]
    said = []
    for block in sample.blocks:
        value = block.model_dump(exclude_unset=True)
        if value["block"] == "article":
            said.append(_article(value))
        elif value["block"] in ("text", "callout"):
            said.append(_fenced(value))
        elif value["block"] == "image":
            said.append(f":::image\nid: {value['id']}\n---\n:::\n".replace("---\n", _picture_keys(value["picture"])))
    wanted = [block for block in sample.blocks if block.block in ("article", "text", "callout", "image")]
    pictures = {file.name: file.read_bytes() for file in (shipped.SAMPLE_ISSUES / "2020-03-network-news").glob("*.png")}
    folder = write(tmp_path, "\n".join(said), files=dict(pictures))
    assert len(wanted) == 7
    assert list(load_issue(folder).contents["en"].blocks) == wanted


def _article(value: dict[str, Any]) -> str:
    keys = "".join(f" {key}={value[key]}" for key in ("lead", "layout") if key in value)
    link, picture = value["link"], value["picture"]
    return (
        f'## {value["title"]} {{#{value["id"]}{keys.replace("lead=True", "lead")} kicker="{value["kicker"]}"}}\n\n'
        f"![{picture['alt']}]({picture['file']})\n\n{value['body']}\n[{link['label']}]({link['url']})\n"
    )


def _fenced(value: dict[str, Any]) -> str:
    keys = "".join(f"{key}: {value[key]!r}\n" for key in ("id", "kicker", "figure", "title") if key in value)
    link = f"\n[{value['link']['label']}]({value['link']['url']})\n" if "link" in value else ""
    return f":::{value['block']}\n{keys}---\n{value['body']}{link}:::\n"


def _picture_keys(picture: dict[str, str]) -> str:
    return f"picture:\n  file: {picture['file']}\n  alt: {picture['alt']!r}\n"


LINES = (
    *("## A {#a}", "# T", ":::callout", ":::", "---", "::::", "title: x", "- a", "> q", "[a](b)", "![a](a.png)"),
    *("", "```", "{{ a", "[r]: x", "[r]", "<b>", "<!--", "-->", "    code", "| a | b |", "|---|---|", "===", "\x00"),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_whatever_the_lines_there_is_an_issue_or_an_issue_error(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    folder = write(tmp_path_factory.getbasetemp() / "any-lines", "\n".join(lines))
    try:
        load_issue(folder)
    except IssueError as error:
        for problem in error.problems:
            assert problem.position.line <= len(lines) + 20


DOCS = (Path(__file__).parents[3] / "docs" / "issue-format.md").read_text(encoding="utf-8")
SAMPLES = re.findall(r"^````markdown\n(.*?)^````$", DOCS, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_the_documentation_shows_can_be_loaded(tmp_path: Path, sample: str) -> None:
    head = "" if sample.startswith("---") else HEAD
    assert load_issue(write(tmp_path, sample, head=head, files={"street.png": png()})).contents
    assert len(SAMPLES) >= 4


def test_an_issue_in_yaml_stays_as_it_was(tmp_path: Path) -> None:
    assert load_issue(write_issue(tmp_path, ISSUE, newsletter=NEWSLETTER)).sources["en"].file.name == "issue.yaml"


def test_a_projects_own_block_is_written_like_any_other(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "blocks" / "walk"
    own.mkdir(parents=True)
    (own / "block.mjml.j2").write_text("<mj-text>{{ block.title }}</mj-text>")
    (own / "fields.yaml").write_text("title: {type: line, required: true}\nbody: markdown\nlink: link\n")
    text = ":::walk\ntitle: Along the river\n---\nAn hour.\n\n[The map](https://network.example.org/map)\n:::\n"
    issue = load_issue(write(tmp_path / "issues", text), own_blocks=own_blocks([tmp_path / "templates"]))
    assert issue.contents["en"].blocks[0].model_dump(exclude_unset=True) == {
        "block": "walk",
        "title": "Along the river",
        "body": "An hour.\n",
        "link": {"label": "The map", "url": "https://network.example.org/map"},
    }
