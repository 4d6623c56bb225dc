"""A project's theme.yaml is judged as newsletter.yaml is; links that lead out of a project are refused."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from composer import shipped
from composer.checks.finding import MAX_TOLD
from composer.compose import check_folder
from composer.edition.theme.token_values import as_hex
from composer.errors import NewsletterError, TemplateError
from composer.issue import load_issue
from tests.support.authoring import issue_of, write_issue
from tests.support.counting import steps_of
from tests.support.editions import build

TEXT = "- block: text\n  body: Hello"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('gutter: "24px"', "2:9: gutter is a number, not '24px'; write 24"),
        ("gutter: 2em", "2:9: gutter is a number, not '2em'"),
        ("gutter: wide", "2:9: gutter is a number, not 'wide'; write a number such as 32"),
        ("gutter: -5", "2:9: gutter cannot be -5"),
        ("size_text: 0", "2:12: size_text cannot be 0; write 8 to 200"),
        ("size_title: 9000", "2:13: size_title cannot be 9000"),
        ("width: 99999", "2:8: width cannot be 99999"),
        ("accnt: '#123456'", "2:1: the themes have no token 'accnt'; did you mean 'accent'?"),
        ("accent: blurple", "2:9: 'blurple' is no colour"),
        ("accent: 12", "2:9: 12 is no colour"),
        ("accent: '#12345'", "2:9: '#12345' is no colour"),
        ("gutter: 1e9", "2:9: gutter is a number, not '1e9'; write a number such as 32"),
        ("gutter: 0x10", "2:9: gutter is a number, not '0x10'; write a number such as 32"),
        ("gutter: .nan", "2:9: gutter is a number, not '.nan'; write a number such as 32"),
        ("radius: 50%", "2:9: radius is a number, not '50%'; write a number such as 6"),
        ("gutter: [1, 2]", "2:9: gutter must be one text, not a list; write one text behind gutter:"),
        ("gutter: null", "2:9: gutter must be one text, not nothing; delete the line"),
        ("gutter:\n  a: 1", "3:3: gutter must be one text, not keys and values"),
        ("accent: '#1234'", "2:9: '#1234' lets its ground through"),
        ("accent: transparent", "2:9: 'transparent' lets its ground through"),
        ("accent: currentColor", "2:9: 'currentColor' is no colour"),
        ("accent: 123456", '2:9: 123456 is no colour; write "#123456"'),
        ("accent: '#12\u200b3456'", "2:9: '#12\\u200b3456' has a character that nobody sees; write \"#123456\""),
        ("accent: #123456", '2:1: what begins with # is a comment, so this is empty; write accent: "#123456"'),
        ("mine: 'a; b'", "2:7: 'a; b' would break the styles; leave out ';'"),
        ("name: poster", "2:1: a theme's name is that of its folder"),
        ("weight_title: boldd", "2:15: weight_title cannot be 'boldd'; write bold, normal, or 100 to 900"),
        ("case_title: upper", "2:13: case_title cannot be 'upper'; write none, uppercase"),
        ("tracking_title: 3", "2:17: tracking_title cannot be 3; write a length"),
        ("font_text: ''", "2:12: font_text cannot be ''; write names of fonts"),
        ('font_text: "x;} body {"', "2:12: 'x;} body {' would break the styles"),
    ],
)
def test_a_wrong_token_of_a_theme_is_told_at_its_place(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(TemplateError) as raised:
        build(tmp_path, TEXT, templates={"theme.yaml": f"# mine\n{line}\nphone: 480px\n"})
    assert f"theme.yaml:{told}" in str(raised.value)
    if "must be one text" not in told and "comment" not in told:  # of a file that cannot be read, this is told alone
        assert "phone is a number, not '480px'; write 480" in str(raised.value)
    assert str(raised.value).count("theme.yaml:") <= 2


MEASURES = [
    ("width: 400\ngutter: 110\n", "2:9: a gutter of 110 on both sides leaves 180 of 400 pixels for text; write 100"),
    ("size_text: 60\n", "1:12: lines of 27 pixels overlap: letters have 60; write 90, or a smaller size_text"),
]


@pytest.mark.parametrize(("tokens", "told"), MEASURES)
def test_measures_that_do_not_go_together_are_told(tmp_path: Path, tokens: str, told: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(f"theme.yaml:{told}")):
        build(tmp_path, TEXT, templates={"theme.yaml": tokens})


@pytest.mark.parametrize("token", ["width: 99999", "gutter: 300", "size_text: 70", "case_title: upper", "leading: 1e9"])
def test_a_token_of_an_issue_is_judged_as_that_of_a_theme(tmp_path: Path, token: str) -> None:
    head = f"subject: S\npreheader: P\ndate: 2020-03-31\ntheme:\n  {token}\n"
    found = check_folder(write_issue(tmp_path, issue_of(TEXT, head=head)), templates=(shipped.TEMPLATES,)).findings
    assert [one.position.line for one in found if one.code == "edition-invalid"] == [5]


NOTATIONS = [
    ("rebeccapurple", "#663399"),
    ("RED", "#ff0000"),
    ("rgb(1, 2, 3)", "#010203"),
    ("rgb(100% 0% 0%)", "#ff0000"),
    ("hsl(120, 50%, 50%)", "#40bf40"),
    ("hwb(120 0% 0%)", "#00ff00"),
    ("oklch(0.628 0.2577 29.23)", "#ff0000"),
    ("oklab(1 0 0)", "#ffffff"),
    ("#ABC", "#ABC"),
    ("#12345678", None),
    ("hsl(1 2% 3% / 0.5)", None),
    ("inherit", None),
    ("#1234567", None),
]


@pytest.mark.parametrize(("written", "sent"), NOTATIONS)
def test_a_colour_is_sent_in_one_notation_however_it_is_written(written: str, sent: str | None) -> None:
    assert as_hex(written) == sent


def test_a_token_that_nothing_uses_is_told_and_a_faint_colour_once(tmp_path: Path) -> None:
    folder = write_issue(tmp_path / "issues", issue_of(TEXT))
    templates = tmp_path / "templates"
    (templates / "css").mkdir(parents=True)
    (templates / "theme.yaml").write_text("brand: red\nsize_body: 3\naccent: white\naccent_dark: white\n")
    (templates / "css" / "theme.css").write_text(".kicker { border-color: {{ theme.brand }}; }\n")
    found = check_folder(folder, templates=(templates, shipped.TEMPLATES)).findings
    assert [one.position.line for one in found if one.code == "theme-token"] == [2]
    (unread,) = (one for one in found if one.code.startswith("colour-") and one.position.line == 3)
    assert (unread.code, unread.severity) == ("colour-unreadable", "error")
    assert "accent #ffffff on paper #ffffff cannot be read by day" in unread.message


def test_tokens_of_ones_own_and_colours_in_words_are_right(tmp_path: Path) -> None:
    assert build(tmp_path, TEXT, templates={"theme.yaml": "brand_line: 3\naccent: navy\ngutter: 30\n"})


def test_faint_words_of_a_theme_are_told_at_the_theme(tmp_path: Path) -> None:
    folder = write_issue(tmp_path / "issues", issue_of(TEXT))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "theme.yaml").write_text('ink: "#aaaaaa"\n')
    found = check_folder(folder, templates=(tmp_path / "templates", shipped.TEMPLATES)).findings
    assert next(str(each.position) for each in found if each.code == "colour-faint").endswith("theme.yaml:1:6")


@pytest.mark.parametrize(
    "link",
    [
        "issues/2020-01/issue.fr.yaml",
        "issues/newsletter.yaml",
        "issues/newsletter.fr.yaml",
        "templates/theme.yaml",
        "templates/blocks/text/block.mjml.j2",
        "templates/blocks/own/block.mjml.j2",
        "templates/css/theme.css",
        "templates/locales/en.yaml",
        "templates/clients.yaml",
        "templates/themes/gazette",
    ],
)
def test_a_link_out_of_the_project_is_refused(tmp_path: Path, link: str) -> None:
    secret = "SECRET_KEY: open-sesame-7713"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ".env").write_text(secret)
    made = write_issue(tmp_path / "issues", issue_of(TEXT))
    folder = made.rename(made.with_name("2020-01"))
    file = tmp_path / link
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.symlink_to(tmp_path / "elsewhere" / ("" if link.endswith("gazette") else ".env"))
    (tmp_path / "templates").mkdir(exist_ok=True)
    checked = check_folder(folder, templates=(tmp_path / "templates", shipped.TEMPLATES))
    told = [str(each) for each in checked.findings]
    assert any("this is a link to a f" in each and str(file) in each for each in told)
    assert not any("sesame" in each for each in told)


def test_a_pipe_in_the_place_of_an_issue_is_told(tmp_path: Path) -> None:
    folder = write_issue(tmp_path / "issues", issue_of(TEXT))
    (folder / "issue.yaml").unlink()
    os.mkfifo(folder / "issue.yaml")
    with pytest.raises(NewsletterError, match="this is not a file"):
        load_issue(folder)


def test_a_link_within_the_project_works(tmp_path: Path) -> None:
    folder = write_issue(tmp_path / "issues", issue_of(TEXT))
    (folder / "issue.yaml").rename(folder / "text.yaml")
    (folder / "issue.yaml").symlink_to("text.yaml")
    assert load_issue(folder)


def test_a_thousand_mistakes_of_a_kind_are_told_as_one_number(tmp_path: Path) -> None:
    folder = write_issue(tmp_path / "issues", issue_of("- block: text\n  body: |\n" + "    }} one\n" * 1000))
    told = check_folder(folder, templates=(shipped.TEMPLATES,)).findings
    assert len([each for each in told if each.code == "edition-invalid"]) == MAX_TOLD + 1
    assert "and 900 more of this kind, from here on" in {each.message for each in told}
    many = write_issue(tmp_path / "aliases" / "issues", "subject: S\nblocks:\n" + "- &a *b\n" * 5000)
    assert sum(len(str(each)) for each in check_folder(many, templates=(shipped.TEMPLATES,)).findings) < 200_000


MARKS = ["{{ ", "{{", "}}", '{{ "', "`", "` `` ", '"', "![", "[", "*a ", "<", "::: ", "[a](", "\n- ", "\n\n"]
MARKS += ["&a;", "[^a]", "[^a]: b\n\n", "| a ", "<b>", "\\", "TODO "]


@pytest.mark.parametrize("mark", MARKS)
def test_many_marks_cost_what_their_number_says(tmp_path: Path, mark: str) -> None:
    """Four times as many more take four times as many more steps; 16 would be the square. Counted, not timed."""
    head = "---\nsubject: S\npreheader: P\ndate: 2026-11-26\n---\n\n"

    def work(text: str) -> int:
        folder = write_issue(tmp_path / f"{len(text)}" / "issues", issue_of(TEXT))
        (folder / "issue.yaml").unlink()
        (folder / "issue.md").write_text(f"{head}{text}\n")
        return steps_of(lambda: check_folder(folder, templates=(shipped.TEMPLATES,)))

    work("read once: templates, words, tables")
    work(mark * 9)  # and the head's rules for elements that it makes
    # What the issue costs by itself is in both of two: it hangs on whether it can be built.
    one, two, four, eight = (work(mark * (400 * times // len(mark))) for times in (1, 2, 4, 8))
    assert eight - four < 8 * max(two - one, 1_000)
