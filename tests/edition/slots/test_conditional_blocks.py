"""Blocks with show_if: each reader reads what an issue of their blocks alone would be."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.edition import ConditionalContent, Edition, dump_edition, restore_edition
from composer.errors import EditionError, TemplateError
from tests.support.authoring import png
from tests.support.editions import build, read_as

IF_NICE = 'show_if: subscriber.city == "Nice"'
IF_FRENCH = "show_if: subscriber.language == 'fr'"
IF_MEMBER = "show_if: '\"members\" in subscriber.lists'"

KINDS = {
    "text": "- block: text\n  {0}\n  body: Dear {{{{ subscriber.first_name | default('reader') }}}}, text {1}.\n",
    "image": "- block: image\n  {0}\n  picture: {{file: a.png, alt: Picture {1}}}\n",
    "callout": "- block: callout\n  {0}\n  figure: '{1}'\n  body: A call [out](https://example.org/{1}).\n",
    "button": "- block: button\n  {0}\n  label: Press {1}\n  url: https://example.org/{{{{ subscriber.city }}}}/{1}\n",
}
CONDITIONS = {"": "id: b{}", "nice": IF_NICE, "french": IF_FRENCH, "member": IF_MEMBER}
READERS = [
    {"first_name": name, "city": city, "language": language, "lists.members": member}
    for name, city, language, member in [
        ("Ana", "Nice", "fr", "yes"),
        ("", "Nice", "en", ""),
        ("Zoë <b>", "Turin", "fr", ""),
        ("", "", "", "yes"),
        ("", "", "", ""),
    ]
]


def blocks_of(plan: list[tuple[str, str]], *, shown: dict[str, bool] | None = None) -> str:
    """The blocks of a plan; with ``shown``, only those whose condition holds, and without conditions."""
    written = []
    for number, (kind, condition) in enumerate(plan):
        if shown is None or condition == "" or shown[condition]:
            own = CONDITIONS[condition if shown is None else ""].format(number)
            written.append(KINDS[kind].format(own, number))
    return "".join(written)


def body(html: str) -> str:
    """What a reader sees of a page: the head's rules may be those of blocks that others see.

    Around a block that others see there is a table of its own for Outlook; blocks that all see share one.
    """
    apart = r"</tr></table><!\[endif\]-->(\s*)<!--\[if mso\]><table align=center width=\d+ [^<]*><tr>"
    return re.sub(r"\s+", " ", re.sub(apart, r"</tr><tr>", html.partition("<body")[2]))


def renumbered(text: str) -> str:
    """A text without its links' numbers: they count the links of all readers, so that they need no filling."""
    return re.sub(r"\[\d+\]", "[n]", text)


def without_ids(html: str) -> str:
    return re.sub(r"""<a id="b\d+"[^>]*></a>|\s(?:id|name)="b\d+\"""", "", html)


@settings(max_examples=15)
@given(plan=st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(sorted(CONDITIONS))), max_size=5))
def test_a_reader_reads_an_issue_of_the_blocks_that_are_theirs(
    tmp_path_factory: pytest.TempPathFactory, plan: list[tuple[str, str]]
) -> None:
    plan = [("text", ""), *plan]
    folder = tmp_path_factory.mktemp("issue")
    whole = build(folder, blocks_of(plan), files={"a.png": png(8, 4)})
    for reader in READERS:
        shown = {
            "nice": reader["city"] == "Nice",
            "french": reader["language"] == "fr",
            "member": bool(reader["lists.members"]),
        }
        alone = build(folder, blocks_of(plan, shown=shown), files={"a.png": png(8, 4)})
        for part in ("html", "print_html"):
            mine, theirs = (without_ids(body(read_as(getattr(one, part), **reader))) for one in (whole, alone))
            assert re.sub("/assets[^\"']*/", "/", mine) == re.sub("/assets[^\"']*/", "/", theirs)
        assert renumbered(read_as(whole.text, **reader)) == renumbered(read_as(alone.text, **reader))


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    return build(tmp_path, blocks_of([("text", ""), ("image", "nice"), ("callout", ""), ("button", "member")]),
                 files={"a.png": png(8, 4)})  # fmt: skip


def test_a_choice_survives_the_database(edition: Edition) -> None:
    restored = restore_edition(dump_edition(edition), edition.assets)
    assert restored == edition
    assert restored.digest == edition.digest


def test_an_edition_knows_what_its_conditions_read(edition: Edition) -> None:
    assert edition.subscriber_fields() == {"first_name", "city", "lists.members"}


def test_a_neighbour_is_drawn_for_each_that_may_stand_beside_it(edition: Edition) -> None:
    # A call-out hangs under a picture, and stands alone where the reader has none.
    assert sum(isinstance(segment, ConditionalContent) for segment in edition.html) == 4
    with_picture, alone = (body(read_as(edition.html, city=city)) for city in ("Nice", "Turin"))
    assert with_picture.count("<img") == alone.count("<img") + 1
    assert with_picture.count(">2</p>") == alone.count(">2</p>") == 1


def test_everybodys_page_has_what_a_reader_of_its_language_sees_of_whom_nothing_is_known(tmp_path: Path) -> None:
    plan = [("text", ""), ("text", "french"), ("text", "nice")]
    edition = build(tmp_path, blocks_of(plan))
    assert not any(isinstance(segment, ConditionalContent) for segment in edition.web_html)
    assert "text 1" not in read_as(edition.web_html)
    french = blocks_of(plan).replace("'fr'", "'en'")
    assert "text 1" in read_as(build(tmp_path, french).web_html)
    assert "text 2" not in read_as(edition.web_html)


def test_a_mistake_in_a_condition_is_told_at_its_column(tmp_path: Path) -> None:
    with pytest.raises(EditionError) as raised:
        build(tmp_path, "- block: text\n  body: Hello\n  show_if: subscriber.citty == 'Nice'\n")
    (problem,) = raised.value.problems
    assert (problem.position.line, problem.position.column) == (7, 14)
    assert "did you mean 'subscriber.city'?" in problem.hint


def test_a_layout_that_takes_blocks_apart_is_told(tmp_path: Path) -> None:
    layout = "{% for rendered in blocks %}{{ (rendered | string)[:40] }}{% endfor %}"
    with pytest.raises(TemplateError, match="cut by the layout"):
        build(tmp_path, blocks_of([("text", "nice")]), templates={"layouts/newsletter.txt.j2": layout})


def test_three_hundred_blocks_that_come_and_go_are_built(tmp_path: Path) -> None:
    plan = [("button", ("nice", "french", "member")[number % 3]) for number in range(300)]
    edition = build(tmp_path, blocks_of(plan))
    assert read_as(edition.text, city="Nice").count("https://example.org/Nice/") == 100
