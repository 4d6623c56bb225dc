"""A project's own style sheets are judged at their lines; a right one, and those of the house, are left in peace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from composer import shipped
from composer.checks.finding import Finding
from composer.compose import check_folder
from tests.support.authoring import issue_of, write_issue

TEXT = "- block: text\n  title: T\n  body: Hello"


def found(tmp_path: Path, files: dict[str, str], blocks: str = TEXT, theme: str = "gazette") -> list[Finding]:
    folder = write_issue(tmp_path / "issues", f"theme: {{name: {theme}}}\n" + issue_of(blocks))
    for name, text in files.items():
        file = tmp_path / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    findings = check_folder(folder, templates=(tmp_path / "templates", shipped.TEMPLATES)).findings
    assert not [each for each in findings if each.code in ("issue-invalid", "edition-invalid")], "nothing was looked at"
    return [each for each in findings if each.position.file.suffix == ".css"]


def told(findings: list[Finding]) -> list[str]:
    return [
        f"{each.code} {each.position.file.name}:{each.position.line}:{each.position.column} {each.message}; {each.hint}"
        for each in findings
    ]


DARK = "{% macro grounds(within) %}{% endmacro %}\n{% macro colours(within) %}\n"


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        (".titel { margin: 0; }", "css-selector theme.css:2:1 .titel selects nothing: no template makes it"),
        (".prose .leed { margin: 0; }", "css-selector theme.css:2:8 .leed selects nothing"),
        ("#nameplat { margin: 0; }", "css-selector theme.css:2:1 #nameplat selects nothing"),
        ("mj-section { margin: 0; }", "css-selector theme.css:2:1 'mj-section' selects nothing"),
        ("spam { margin: 0; }", "css-selector theme.css:2:1 'spam' selects nothing: HTML has no such"),
        (".title { colour: red; }", "css-property theme.css:2:10 CSS has no property 'colour'; did you mean color?"),
        (".title { margin: 0; pading: 4px; }", "css-property theme.css:2:21 CSS has no property 'pading'"),
        (".title { color: blurple; }", "css-value theme.css:2:10 'blurple' is no colour"),
        (".title { color: #12345; }", "css-value theme.css:2:10 '#12345' is no colour"),
        (".title { color: #1234; }", "css-value theme.css:2:10 '#1234' lets its ground through"),
        (".title { background: #12345678; }", "css-value theme.css:2:10 '#12345678' lets its ground through"),
        (".title { color: rgb(1 2 3 / 50%); }", "css-value theme.css:2:10 'rgb(1 2 3 / 50%)' lets its ground"),
        (".title { color: rebeccapurple; }", "css-value theme.css:2:10 'rebeccapurple' is read by few mail programs"),
        (".title { color: oklhc(0.5 0.2 30); }", "css-value theme.css:2:10 'oklhc(0.5 0.2 30)' is no colour"),
        (".title { margin: 0 !importent; }", "css-syntax theme.css:2:10 CSS knows no '!importent'; write !important"),
        (".title, { margin: 0; }", "css-syntax theme.css:2:1 '.title,' is no selector; delete the comma at its end"),
        ("@charset 'utf-8';", "css-syntax theme.css:2:1 @charset cannot stand here"),
        ("<style>.title { margin: 0; }</style>", "css-syntax theme.css:2:1 <style> is HTML"),
        (".TITEL { color: red; }", "css-selector theme.css:2:1 .TITEL selects nothing"),
        (".title { padding: 24; }", "css-value theme.css:2:10 padding: 24 has no unit; write 24px"),
        (".title { margin 0; }", "css-syntax theme.css:2:10 this declaration cannot be read"),
        (".title { margin: 0\n padding: 0; }", "css-syntax theme.css:2:10 a ; is missing in or after margin"),
        (".title { margin: 0;", "css-syntax theme.css:2:8 this { is never closed"),
        (".title { margin: 0;\n.meta { margin: 0; }", "css-syntax theme.css:2:8 this { is never closed"),
        (".title { margin: 0; } }", "css-syntax theme.css:2:23 this } closes nothing"),
        ("/* mine\n.title { margin: 0; }", "css-syntax theme.css:2:1 this comment is never closed"),
        ("..title { margin: 0; }", "css-syntax theme.css:2:1 '..title' is no selector"),
        ("@import url(x.css);", "css-syntax theme.css:2:1 @import is not followed"),
        ("@media print { .title { margin: 0; } }", "css-lost theme.css:2:1 @media cannot be inlined"),
        (".title:hover { margin: 0; }", "css-lost theme.css:2:1 '.title:hover' cannot be inlined"),
        ("* { margin: 0; }", "css-lost theme.css:2:1 '*' cannot be inlined"),
        ("@font-face { font-family: B; src: url(b.woff2); }", "css-lost theme.css:2:1 @font-face cannot be inlined"),
        ("@font-face { font-family: B; src: url(b.woff2); }", "css-font theme.css:2:1 the font 'B' is declared and"),
        ("@font-face { font-family: B; src: url(b.woff2); }", "css-font theme.css:2:30 'b.woff2' is no address"),
        (".title { font-family: Brand; }", "css-font theme.css:2:10 the font 'Brand' has no fallback"),
        (".prose h3 { color: red; }", "dark-missing theme.css:2:13 the color of .prose h3 has no partner for the dark"),
        (".gutter { background: #fff; }", "dark-missing theme.css:2:11 the background of .gutter has no partner"),
        (".title { color: red !important; }", "dark-missing theme.css:2:10 the color of .title is !important"),
        (".title { display: flex; position: absolute; }", "client-support theme.css:2:10 display: flex means nothing"),
        (".title { display: flex; position: absolute; }", "client-support theme.css:2:25 position means nothing"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_style_sheet_is_told_at_its_place(tmp_path: Path, css: str, expected: str) -> None:
    all_told = told(found(tmp_path, {"css/theme.css": f"/* mine */\n{css}\n"}))
    code, _, words = expected.partition(" ")
    # What premailer cannot read either is an error of the template: there is no mail.
    same = [each.partition(" ") for each in all_told]
    assert any(one[0] in (code, "template-invalid") and one[2].startswith(words) for one in same), all_told
    if not re.search(r"@font-face|flex|: 0\\n", css):
        assert len(all_told) == 1, "what follows from it is told too"


@pytest.mark.parametrize("sheet", ["css/web.css", "css/print.css"])
@pytest.mark.parametrize(
    ("css", "expected"),
    [
        (".titel { margin: 0; }", "css-selector {}:2:1 .titel selects nothing"),
        ("body { colour: red; }", "css-property {}:2:8 CSS has no property 'colour'"),
        ("@media screen { body { padding: 24; } }", "css-value {}:2:24 padding: 24 has no unit"),
        ("body { color: #12345; }", "css-value {}:2:8 '#12345' is no colour"),
        ("body {", "css-syntax {}:2:6 this {{ is never closed"),
        ("@import 'x';", "css-syntax {}:2:1 @import is not followed"),
        (".title { font-family: Brand; }", "css-font {}:2:10 the font 'Brand' has no fallback"),
        ("h1 { bookmark-level: 1; } @page { margin: 2cm; } a:hover::after { color: oklch(0.5 0.2 30); }", ""),
    ],
)
def test_the_sheets_of_the_pages_are_judged_as_that_of_the_mail(
    tmp_path: Path, sheet: str, css: str, expected: str
) -> None:
    all_told = told(found(tmp_path, {sheet: f"/* mine */\n{css}\n"}))
    assert len(all_told) == bool(expected), all_told
    assert all(each.startswith(expected.format(Path(sheet).name)) for each in all_told), all_told


def test_a_mark_of_the_byte_order_is_no_selector(tmp_path: Path) -> None:
    assert not found(tmp_path, {"css/theme.css": "\ufeff.title { margin: 0; }\n"})


def test_a_partner_for_the_dark_that_is_not_important_is_none(tmp_path: Path) -> None:
    light = ".prose h3 { color: #222222; }\n"
    right = DARK + "{{ within }}.prose h3 { color: #eeeeee !important; }\n{% endmacro %}\n"
    assert not found(tmp_path / "right", {"css/theme.css": light, "css/theme-dark.css": right})
    weak = {"css/theme.css": light, "css/theme-dark.css": right.replace(" !important", "")}
    assert "is not !important: it replaces nothing" in told(found(tmp_path / "weak", weak))[0]


def test_slips_in_the_colours_of_the_dark_are_told_once_at_their_line(tmp_path: Path) -> None:
    dark = DARK + "{{ within }}.titel { colr: #eeeeee !important; }\n{% endmacro %}\n"
    all_told = told(found(tmp_path, {"css/theme-dark.css": dark}))
    assert [each.partition(" selects")[0].partition("; ")[0] for each in all_told] == [
        "css-selector theme-dark.css:3:13 .titel",
        "css-property theme-dark.css:3:22 CSS has no property 'colr'",
    ]


def test_a_right_style_sheet_of_ones_own_is_left_in_peace(tmp_path: Path) -> None:
    css = (
        "/* Ours. */\n.title, .nameplate a { color: {{ theme.panel }}; letter-spacing: -0.5px; }\n"
        ".tile { border-top: 3px solid {{ theme.accent }}; padding: 6px 0 10px; border-radius: 0; }\n"
        ".prose p:last-child { margin-bottom: 0; }\n.walk { font: bold 20px/1.2 Brand, Georgia, serif; }\n"
        "h2.title { line-height: 1.2; font-family: 'Brand', {{ theme.font_text }}; }\n"
        ".mine, .made-here { margin-{{ start }}: 4px; mso-line-height-rule: exactly; align-items: center; }\n"
    )
    head = (shipped.TEMPLATES / "css" / "head.css").read_text()
    font = "@font-face { font-family: Brand; src: url(https://example.org/b.woff2); }\n"
    own = '<mj-section css-class="walk"><mj-column><mj-text>{{ block.title }}</mj-text></mj-column></mj-section>'
    blocks = (
        TEXT + '\n- block: mjml\n  mjml: |\n    <mj-section css-class="mine"><mj-column><mj-text>x</mj-text>'
        "</mj-column></mj-section>\n  body: x\n"
    )
    files = {
        "css/theme.css": css,
        "css/head.css": font + head + ".title:hover { color: red; }\n#MessageViewBody .title { margin: 0; }\n",
        "css/theme-dark.css": DARK + "{{ within }}.tile { border-color: #333333 !important; }\n{% endmacro %}\n",
        "blocks/walk/block.mjml.j2": own,
        "blocks/walk/block.txt.j2": "{{ block.title }}",
        "partials/more.j2": '{% macro here(on) %}<p class="made-{{ on }} x">{% endmacro %}',
    }
    assert told(found(tmp_path, files, blocks)) == []


@pytest.mark.parametrize("theme", ["gazette", "bulletin", "poster"])
def test_the_sheets_of_the_house_are_right_as_a_projects_own(tmp_path: Path, theme: str) -> None:
    files = {f"css/{file.name}": file.read_text() for file in (shipped.TEMPLATES / "css").glob("*.css")}
    for file in (shipped.TEMPLATES / "themes" / theme).glob("css/*.css"):
        files[f"themes/{theme}/css/{file.name}"] = file.read_text()
    assert told(found(tmp_path, files, theme=theme)) == []


def test_a_colour_of_a_theme_without_its_partner_for_the_dark_is_told(tmp_path: Path) -> None:
    folder = write_issue(tmp_path / "issues", issue_of(TEXT))
    (tmp_path / "templates").mkdir()
    file = tmp_path / "templates" / "theme.yaml"
    for partner, expected in (("", ["1:1"]), ('accent_dark: "#ffaaaa"\n', [])):
        file.write_text('accent: "#aa0000"\n' + partner)
        findings = check_folder(folder, templates=(tmp_path / "templates", shipped.TEMPLATES)).findings
        places = [f"{each.position.line}:{each.position.column}" for each in findings if each.code == "dark-missing"]
        assert places == expected
