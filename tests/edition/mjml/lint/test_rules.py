"""What the linter says, and where it says it."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from composer import shipped
from composer.edition import LintedEdition, build_and_lint, build_edition
from composer.edition.mjml.lint import lint_mjml
from composer.edition.theme.tokens import theme_names
from composer.errors import TemplateError
from composer.issue import load_issue
from tests.support.authoring import issue_of, png, write_issue

DOCUMENT = (
    "<mjml><mj-head>{head}</mj-head><mj-body><mj-section><mj-column>{column}</mj-column></mj-section></mj-body></mjml>"
)
SAMPLES = sorted(shipped.TEMPLATES.glob("blocks/*/sample.yaml"))


def told(column: str = "", *, head: str = "") -> list[str]:
    """What the linter says: the code's last word, the message and the hint."""
    found = lint_mjml(DOCUMENT.format(head=head, column=column))
    return [f"{each.code.removeprefix('mjml-')}: {each.message}; {each.hint}" for each in found]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("<mj-txt>x</mj-txt>", "element: <mj-txt> is no element of MJML; did you mean <mj-text>?"),
        ("<mj-sosial />", "element: <mj-sosial> is no element of MJML; did you mean <mj-social>?"),
        ("<button />", "element: <button> is no element of MJML; did you mean <mj-button>? HTML stands in <mj-text>"),
        ("<em>x</em>", "element: <em> is no element of MJML; HTML stands in <mj-text>, <mj-table> or <mj-raw>"),
        ("<MJ-Text>x</MJ-Text>", "element: <MJ-Text> is no element of MJML; write <mj-text>: capitals"),
        ("<mj-section />", "nesting: <mj-section> in <mj-column> cannot stand there; it stands in <mj-body> or"),
        ("<mj-raw><mj-text /></mj-raw>", "nesting: <mj-text> in <mj-raw> is no MJML there: it reaches readers"),
        ('<mj-text font-sise="17px">x</mj-text>', "attribute: <mj-text> has no attribute 'font-sise'; did you mean"),
        ('<mj-text fontSize="17px">x</mj-text>', "did you mean 'font-size'?"),
        ('<mj-text class="lead">x</mj-text>', "did you mean 'css-class'?"),
        ('<mj-text qqq="lead">x</mj-text>', "its attributes are align, background-color, color, "),
        (
            '<mj-text align="middle">x</mj-text>',
            "value: 'middle' is no value for align of <mj-text>; write left, right,",
        ),
        (
            '<mj-text padding=" 0 8px ">x</mj-text>',
            """value: ' 0 8px ' is no value for padding of <mj-text>; leave out""",
        ),
        ('<mj-hero mode="fluid-height" />', "unsupported: mode of <mj-hero> has no effect here; leave it out"),
        ('<mj-image src="a.png" />', 'missing: <mj-image> has no alt; say what the picture shows, or write alt=""'),
    ],
)
def test_a_mistake_is_told_with_what_to_do(column: str, words: str) -> None:
    assert any(words in line for line in told(column)), told(column)


def test_what_mj_attributes_gives_is_not_missing() -> None:
    picture = '<mj-image src="a.png" /><mj-image mj-class="plain" src="a.png" /><mj-button>x</mj-button>'
    assert len(told(picture)) == 3
    given = '<mj-attributes><mj-class name="plain" alt="" /><mj-button href="#" /></mj-attributes>'
    assert told(picture, head=given) == [told('<mj-image src="a.png" />')[0]]
    assert told(picture, head='<mj-attributes><mj-all alt="" href="#" /></mj-attributes>') == []


@pytest.mark.parametrize(
    "mjml", ["", "no MJML", "<", "<mjml>", "</mj-body>", '<mjml><mj-text a="', "<mjml></mjml></mjml>"]
)
def test_no_text_is_too_broken_to_be_looked_at(mjml: str) -> None:
    assert {found.code for found in lint_mjml(mjml)} <= {"mjml-nesting", "mjml-element", "mjml-missing"}
    assert lint_mjml(mjml)


@pytest.mark.parametrize("theme", theme_names([shipped.TEMPLATES]))
def test_the_shipped_themes_are_clean(tmp_path: Path, theme: str) -> None:
    """Every block, in every theme, both ways of reading."""
    blocks = [sample.read_text(encoding="utf-8") for sample in SAMPLES]
    names = {name for text in blocks for name in _pictures(text)}
    listed = "".join(f"-\n{textwrap.indent(text, '  ')}\n" for text in blocks)
    head = f"subject: Spring\npreheader: Dates\ndate: 2020-03-31\ntheme: {{name: {theme}}}\n"
    issue = issue_of(listed, head=head)
    folder = write_issue(
        tmp_path, issue, files=dict.fromkeys(names, png(1200, 800)) | {"issue.ar.yaml": "subject: x\n"}
    )
    (tmp_path / "newsletter.yaml").write_text((tmp_path / "newsletter.yaml").read_text().replace("fr]", "ar]"))
    for language in ("en", "ar"):
        assert build_and_lint(load_issue(folder), language=language).lint == ()


def _pictures(sample: str) -> list[str]:
    return [word.strip("\"'{},") for word in sample.split() if word.strip("\"'{},").endswith((".png", ".jpg"))]


# Where: the template's line, and the blocks of the issue.

ARTICLE = '- block: text\n  body: One\n- block: button\n  label: Go on\n  url: "#a"\n- block: text\n  body: Two\n'


def linted(folder: Path, templates: dict[str, str]) -> LintedEdition:
    own = folder / "templates"
    for name, text in templates.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(text)
    issue = load_issue(write_issue(folder, issue_of(ARTICLE)))
    return build_and_lint(issue, templates=(own, shipped.TEMPLATES))


def test_a_templates_mistake_is_told_once_with_the_blocks_that_show_it(tmp_path: Path) -> None:
    text = "<mj-section>\n  <mj-column>\n    <mj-text colour='red'\n      algn='a'>x</mj-text></mj-column></mj-section>"
    lint = linted(tmp_path, {"blocks/text/block.mjml.j2": text}).lint
    file = tmp_path / "templates/blocks/text/block.mjml.j2"
    assert [str(each.position) for each in lint] == [f"{file}:3:14", f"{file}:4:7"]
    assert lint[0].blocks == ("text at issue.yaml:5", "text at issue.yaml:10")
    assert lint[0].problem.message == "<mj-text> has no attribute 'colour' (in the text at issue.yaml:5 and 1 more)"


def test_a_mistake_of_the_layout_belongs_to_no_block(tmp_path: Path) -> None:
    layout = "<mjml>\n<mj-body>\n{% for b in blocks %}{{ b }}{% endfor %}\n<mj-section gap='3px' />\n</mj-body></mjml>"
    (found,) = linted(tmp_path, {"layouts/newsletter.mjml.j2": layout}).lint
    assert (found.position.line, found.position.column, found.blocks) == (
        4,
        1,
        (),
    )  # its line is cut by Jinja, so the column is not known


def test_a_mistake_in_a_macro_is_told_in_the_macro_for_the_block_that_called_it(tmp_path: Path) -> None:
    own = "{% macro wrong(words) %}\n<mj-text>\n  {{ words }}\n</mj-text><mj-foo />\n{% endmacro %}\n"
    text = (
        '{% import "partials/own.j2" as own %}\n<mj-section><mj-column>\n{{ own.wrong(block.label) }}'
        "</mj-column></mj-section>"
    )
    lint = linted(tmp_path, {"partials/own.j2": own, "blocks/button/block.mjml.j2": text}).lint
    (found,) = lint
    assert (found.position.file.name, found.position.line) == ("own.j2", 4)
    assert found.blocks == ("button at issue.yaml:7",)


def test_merge_fields_are_told_as_they_were_written(tmp_path: Path) -> None:
    issue = issue_of('- block: button\n  label: "{{ subscriber.name }}"\n  url: "#a"\n')
    folder = write_issue(tmp_path, issue)
    block = tmp_path / "templates/blocks/button/block.mjml.j2"
    block.parent.mkdir(parents=True)
    block.write_text("<mj-section>{{ block.label }}</mj-section>")
    (found,) = build_and_lint(load_issue(folder), templates=(tmp_path / "templates", shipped.TEMPLATES)).lint
    assert found.message == "the words '{{ subscriber.name }}' stand directly in <mj-section>"


def test_what_the_renderer_refuses_is_explained_by_the_linter(tmp_path: Path) -> None:
    issue = load_issue(write_issue(tmp_path, issue_of("- block: divider\n")))
    block = tmp_path / "templates/blocks/divider/block.mjml.j2"
    block.parent.mkdir(parents=True)
    block.write_text("<mj-section><mj-column>\n<mj-social>\n<mj-socal-element /></mj-social></mj-column></mj-section>")
    with pytest.raises(TemplateError, match=r":3:1: <mj-socal-element> is no .*; did you mean <mj-social-element>\?"):
        build_edition(issue, templates=(tmp_path / "templates", shipped.TEMPLATES))
