"""What too many readers' mail programs do not understand is told; what only looks plainer there is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from composer import shipped
from composer.edition import build_and_lint
from composer.edition.clients import client_support, load_shares
from composer.edition.clients.harms import HARMS
from composer.edition.clients.support import TABLE
from composer.edition.mjml.lint import unsupported_in_css, unsupported_in_mjml
from composer.errors import TemplateError
from composer.issue import load_issue
from tests.support.authoring import issue_of, write_issue

SHARES = load_shares([shipped.TEMPLATES])


def told(mjml: str) -> list[str]:
    """The features, by their first words, in any order."""
    return sorted(found.message.partition(" means")[0] for found in unsupported_in_mjml(mjml, SHARES))


@pytest.mark.parametrize(
    ("mjml", "features"),
    [
        ("<mj-style>.a { position: absolute; color: red }</mj-style>", ["position"]),
        ("<mj-style>.a { color: red } .b, .c { width: calc(50% - 2px) }</mj-style>", ["calc()"]),
        ('<p style="color: red; display: inline-flex; float:left">', ["display: flex", "float"]),
        ("<p style='height:50vh;color:var(--ink)'>", ["the unit vh", "var()"]),
        ("<form><input name='a' /></form><video></video>", ["<form>", "<input>", "<video>"]),
        ('<mj-image src="https://e.test/a.svg" alt="" />', ["a picture in SVG"]),
        ('<mj-section background-url="a.webp">', ["a picture in WEBP"]),
        ('<p style="border-radius: 4px; box-shadow: none; float: none; position: relative">', []),
        ("<mj-style>@media (max-width: 9px) { .a { display: flex } } .b { color: red }</mj-style>", []),
        ("<mj-style>@media (hover) { .a { color: red } } .b { display: grid }</mj-style>", ["display: grid"]),
        ("<mj-style>/* .a { float: left } */ .flex { color: red }</mj-style>", []),
        ("<!--[if mso]><form style='position:absolute'><![endif]-->", []),
        ("<mj-style>.a { content: 'float: left; width: calc(1px)'; background: url(x?a;float:left) }</mj-style>", []),
        ("<mj-style>.a { width: min(9vw, CALC(1px + 1px)) }</mj-style>", ["calc()", "min()", "the unit vw"]),
        (
            "<mj-style>.a { .b & { float: left !important } @media print { gap: 1px } }</mj-style>",
            ["a rule in a rule", "float"],
        ),
        ('<p style="float: none !important; /* ; */ Position: absolute">', ["position"]),
        ("<mj-text>The position: absolute. A var() in a form.</mj-text>", []),
    ],
)
def test_what_degrades_badly_is_told_and_nothing_else(mjml: str, features: list[str]) -> None:
    assert told(mjml) == features


def test_who_does_not_understand_it_is_named_with_their_share() -> None:
    (found,) = unsupported_in_css(
        "p { {{ theme.x }}: 1; display: flex }\np { display: flex }", {"outlook_windows": 12.0}
    )
    assert found.message == "display: flex means nothing to Outlook (Windows): 12 % of the readers"
    assert found.offset == 22
    assert not unsupported_in_css("p { display: flex }", {"outlook_windows": 4.9, "apple_mail_ios": 95.0})


def test_what_harms_is_one_of_caniemails_features() -> None:
    assert set(HARMS) <= set(client_support().features)
    assert all(set(each.supports) == set(client_support().programs) for each in client_support().features.values())


def test_the_table_says_where_it_comes_from() -> None:
    about = json.loads(TABLE.read_text(encoding="utf-8"))
    assert about["source"].startswith("npm caniemail")
    assert about["licence"].startswith("MIT")
    assert (about["version"], about["date"]) == ("2.0.2", "2026-05-13")


def test_the_shares_that_ship_are_all_the_readers() -> None:
    assert sum(SHARES.values()) == 100


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("outlok_windows: 12", "1:1: there is no mail program 'outlok_windows'; did you mean 'outlook_windows'"),
        ("gmail_ios: 60\noutlook_windows: 60", "1:1: the shares are 120 % together; lower them to 100 % or less"),
        (
            "# Ours\ngmail_ios: 6\noutlook_windows: many",
            "3:18: 'many' is no share of the readers; write it in per cent",
        ),
    ],
)
def test_a_wrong_share_is_a_mistake_in_its_file(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "clients.yaml").write_text(line)
    with pytest.raises(TemplateError, match=rf"clients\.yaml:{words}"):
        load_shares([tmp_path, shipped.TEMPLATES])


def test_a_feature_is_told_at_its_line_in_a_style_sheet_and_in_a_block(tmp_path: Path) -> None:
    (tmp_path / "templates/css").mkdir(parents=True)
    (tmp_path / "templates/css/head.css").write_text("p { color: red }\n\n.a { position: fixed }\n")
    (tmp_path / "templates/css/prose.css").write_text("p { color: red }\n  .prose p { float: left }\n")
    block = """
    - block: mjml
      body: The same in words.
      mjml: |
        <mj-section><mj-column><mj-text>
          <p style="display:flex">x</p>
        </mj-text></mj-column></mj-section>
    """
    issue = load_issue(write_issue(tmp_path, issue_of(block)))
    lint = build_and_lint(issue, templates=(tmp_path / "templates", shipped.TEMPLATES)).lint
    unsupported = {(each.position.file.name, each.position.line) for each in lint if each.code == "client-support"}
    assert unsupported == {("head.css", 3), ("prose.css", 2), ("issue.yaml", 9)}
