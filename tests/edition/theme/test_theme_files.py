"""A project's theme.yaml is judged as newsletter.yaml is; links that lead out of a project are refused."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from composer import shipped
from composer.checks.finding import MAX_TOLD
from composer.compose import check_folder
from composer.errors import NewsletterError, TemplateError
from composer.issue import load_issue
from tests.support.authoring import issue_of, write_issue
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
        ('font_text: "x;} body {"', "2:12: 'x;} body {' would break the styles"),
    ],
)
def test_a_wrong_token_of_a_theme_is_told_at_its_place(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(TemplateError) as raised:
        build(tmp_path, TEXT, templates={"theme.yaml": f"# mine\n{line}\nphone: 480px\n"})
    assert f"theme.yaml:{told}" in str(raised.value)
    assert "theme.yaml:3:8: phone is a number, not '480px'; write 480" in str(raised.value)


def test_tokens_of_ones_own_and_colours_in_words_are_right(tmp_path: Path) -> None:
    assert build(tmp_path, TEXT, templates={"theme.yaml": "brand_line: 3\naccent: navy\ngutter: 30\n"})


def test_faint_words_of_a_theme_are_told_at_the_theme(tmp_path: Path) -> None:
    folder = write_issue(tmp_path / "issues", issue_of(TEXT))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "theme.yaml").write_text('ink: "#fefefe"\n')
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


@pytest.mark.parametrize("mark", ["{{ ", "{{", "}}", '{{ "', "`", "` `` ", '"', "![", "[", "*a ", "<", "::: ", "[a]("])
def test_many_marks_cost_what_their_number_says(tmp_path: Path, mark: str) -> None:
    """Eight times as many may take some eight times as long; 64 would be the square. Compared, not timed."""
    head = "---\nsubject: S\npreheader: P\ndate: 2026-11-26\n---\n\n"

    def work(letters: int) -> float:
        folder = write_issue(tmp_path / f"{letters}" / "issues", issue_of(TEXT))
        (folder / "issue.yaml").unlink()
        (folder / "issue.md").write_text(head + mark * (letters // len(mark)) + "\n")
        spent = []
        for _ in range(2):
            begun = time.process_time()
            check_folder(folder, templates=(shipped.TEMPLATES,))
            spent.append(time.process_time() - begun)
        return min(spent)

    work(1000)
    assert work(16_000) < 40 * max(work(2000), 0.02)
