"""What harms is told, and what merely makes a mail plainer, or is made up for, is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from composer import shipped
from composer.edition import build_edition
from composer.edition.clients import (
    HarmKind,
    Support,
    block_text,
    feature_findings,
    harm_of,
    load_shares,
    losses_by_program,
    uses_in_html,
)
from composer.edition.clients.harms import HARMS
from composer.edition.theme.tokens import theme_names
from composer.issue import load_issue
from tests.support.authoring import NEWSLETTER, png
from tests.support.block_forms import MAXIMAL
from tests.support.editions import build

SHARES = load_shares([shipped.TEMPLATES])
THEMES = theme_names((shipped.TEMPLATES,))
SAMPLES = [load_issue(folder) for folder in sorted(shipped.SAMPLE_ISSUES.glob("20*"))]
EVERY_BLOCK = "\n".join(form.replace("id: anchor, ", "") for name, form in MAXIMAL.items() if name != "masthead")


def harms(html: str) -> list[str]:
    return sorted({use.feature for use in uses_in_html(html) if harm_of(use)})


@pytest.mark.parametrize(
    ("html", "harming"),
    [
        ("<p hidden>Draft</p>", ["html-hidden"]),
        ("<p style='visibility:hidden'>Draft</p>", ["css-visibility"]),
        ("<p style='visibility:hidden'><b>Draft</b></p>", ["css-visibility"]),
        ("<p style='opacity:0'>Draft</p>", ["css-opacity"]),
        ("<p style='color:#111;color:var(--ink)'>", []),
        ("<p style='color:var(--ink)'>", ["css-variables"]),
        ("<p style='background:linear-gradient(red,teal)'>", ["css-linear-gradient"]),
        ("<td style='background-image:url(hill.png)'>", ["css-background-image"]),
        ("<p style='-webkit-background-clip:text;color:transparent'>", ["css-background-clip"]),
        ("<img src=a.webp>", ["image-webp"]),
        ("<img src='data:image/png;base64,iVBORw=='>", ["image-base64"]),
        ("<style>@import url(a.css);</style>", ["css-at-import"]),
        ("<style>@import 'https://cdn.example/mail.css';</style>", ["css-at-import"]),
        ("<style>@import url(https://fonts.googleapis.com/icon?family=Material+Icons);</style>", ["css-at-import"]),
        ("<style>@import url(https://use.fontawesome.com/releases/v5/css/all.css);</style>", ["css-at-import"]),
        ("<style>.a { .b { color: red } }</style>", ["css-nesting"]),
        ("<style>.a { display: grid }</style>", ["css-display-grid"]),
        ("<p style='width:min(300px, 100%);width:300px'>", ["css-function-min"]),
        ("<p style='gap:4px'>", ["css-gap"]),
        ("<p style='color:rgba(0,0,0,.8)'>", ["css-rgba"]),
        ("<p style='color:#333;color:oklch(50% 0.1 20)'>", ["css-modern-color"]),
        ("<style>@media (hover) { p { color: #333; color: rgb(0 0 0 / 50%) } }</style>", ["css-rgb"]),
        ("<p style='max-height:0;overflow:hidden'>", ["css-max-height"]),
        ("<style>.a:hover, .b { float: left }</style>", ["css-float"]),
        ("<video src=a.mp4></video><p><img src=a.png>", ["html-video"]),
        ("<p style='margin:0;margin-inline-start:8px'>", ["css-margin-inline-start-end"]),
        ("<p style='margin-top:8px;margin-inline:8px auto'>", []),
        ("<p style='column-count:2;writing-mode:vertical-rl'>", ["css-column-count", "css-writing-mode"]),
    ],
)
def test_what_harms_is_told(html: str, harming: list[str]) -> None:
    assert harms(html) == harming


@pytest.mark.parametrize(
    "html",
    [
        "<p style='float:none;gap:0;gap:0 0px;transform:none;position:static'>",
        "<p style='position:relative;opacity:.6;visibility:visible'>",
        "<p style='display:inherit;float:unset;position:initial;object-fit:revert'>",
        "<p style='width:300px;width:min(300px,100%)'>",
        "<style>.a { display: block; display: flex; height: 40px; height: 10vh }</style>",
        "<style>@media (min-width: 9px) { .a { display: grid } } @supports (gap: 1px) { .a { gap: 4px } }</style>",
        "<pre>.a { display: grid }\n&lt;img src=a.webp hidden&gt;</pre><code>float: left</code>",
        "<p title='display: flex'>float: left</p><!-- <video> --><title><svg></title>",
        "<!--[if mso]><p style='position:absolute'>a</p><![endif]-->",
        "<picture><source type=image/avif srcset=a.avif><img src=a.png></picture>",
        "<td style='background:linear-gradient(red,teal);background-color:#345'>",
        "<td bgcolor='#345' style='background-image:url(hill.png)'>",
        "<p style='display:none;opacity:0;visibility:hidden;max-height:0'>Preheader</p>",
        "<p style='border-radius:4px;box-shadow:0 0 2px red;text-shadow:none;transition:color 1s'>",
        "<style>a:hover { color: red } li::marker { margin: 0 } @font-face { src: url(a.svg) }</style>",
        "<p style='border:1px solid rgba(0,0,0,.2);box-shadow:0 0 2px rgba(0,0,0,.2)'>",
        "<p style='color:#333;color:rgba(0,0,0,.8)'>",
        "<style>p { color: #333; color: oklch(50% 0.1 20) }</style>",
        "<p style='color:rgb(0,0,0);background:rgb( 1, 2, 3 )'>",
        "<p style='max-height:0;mso-hide:all;opacity:0'>",
        "<p hidden style='display:none'>",
        "<style>.a:hover { transform: scale(2) } a:focus, b:active { position: absolute }</style>",
        "<style>[data-ogsc] .a { color: var(--ink) } u + .body .a { float: left }</style>",
        "<style>#MessageViewBody p, .moz-text-html p { gap: 1px }</style>",
        "<style>:root { --ink: oklch(30% 0.1 20) } p { color: #333; color: var(--ink) }</style>",
        "<p style='background:#333;background-image:linear-gradient(red,teal)'>",
        "<video src=a.mp4 poster=a.png><a href=a><img src=a.png></a></video>",
        "<style>@keyframes a { from { transform: scale(2) } }</style>",
        "<P STYLE='FLOAT : NONE ; GAP : 0PX ; POSITION:\tSTATIC'>",
        "<p style='float:none!important;gap:0 !important;gap:0.0px;row-gap:0;column-gap:normal'>",
        "<img srcset='a.png 1x, b.png?f=.webp 2x' src='a.jpg?x=y.webp'>",
        "<td bgcolor=#fff style='background:url(\"a.png?b=c.webp#d.svg\")'>",
        "<p style='margin-inline:0;padding-block:0 0;margin-block-start:inherit;inset:auto;max-inline-size:none'>",
        "<p style='margin-left:8px;margin-inline-start:8px;padding:4px 8px;padding-block:4px'>",
        "<p style='width:100px;inline-size:100px;max-width:9px;max-inline-size:9px;left:0;top:1px;inset:1px'>",
        "<p style='/* display:flex */color:red'>",
        "<td style='visibility:hidden;width:0'></td><p hidden>\n&nbsp;</p><div style='max-height:0;opacity:0'> </div>",
        "<style>/* @import url(a.css); .a{display:grid} */</style>",
        "<style>@import url(https://fonts.googleapis.com/css?family=Roboto:400,700);p{font-family:Roboto,Arial}</style>",
        "<style>@IMPORT 'https://Fonts.Bunny.net/css?family=Inter' screen;</style>",
        "<style>@import url('//use.typekit.net/ab.css');</style>",
        "<style>@import url(https://example.org/assets/fonts.css);</style>",
        '<p style=\'font-family:"Flex Grid", serif;content:"display:flex"\'>',
        "<p style='display:block;display:-webkit-box;display:flex'>",
        "<p style='opacity:0.01;max-height:none;visibility:inherit;float:inherit'>",
        "<p style='color:inherit;background:inherit;background-image:none;column-count:1;writing-mode:horizontal-tb'>",
    ],
)
def test_what_harms_nobody_is_not_told(html: str) -> None:
    assert harms(html) == []


def test_who_understands_in_part_is_harmed_where_a_note_says_so() -> None:
    uses = uses_in_html("<p style='color:rgb(0 0 0)'>")
    (found,) = feature_findings(uses, SHARES, programs=SHARES, only_harm=True)
    assert found.names(Support.PARTLY) == ("Gmail (Android)", "Gmail (Desktop Webmail)", "Gmail (iOS)")
    assert not found.names(Support.NO)
    assert found.harm is not None
    assert found.harm.kind is HarmKind.RULES


def test_each_kind_of_harm_has_its_features_and_each_feature_a_reason() -> None:
    assert {harm.kind for harm in HARMS.values()} == set(HarmKind)
    assert all(harm.reason and harm.advice for harm in HARMS.values())


@pytest.mark.parametrize("theme", THEMES)
def test_a_mail_of_ours_harms_nobody(theme: str, tmp_path: Path) -> None:
    themed = [replace(one, newsletter=one.newsletter.model_copy(update={"theme": {"name": theme}})) for one in SAMPLES]
    editions = [build_edition(one, language=language) for one in themed for language in one.languages]
    newsletter = f"{NEWSLETTER}theme: {{name: {theme}}}\n"
    editions.append(build(tmp_path, EVERY_BLOCK, newsletter=newsletter, files={"p.png": png(300, 200)}))
    for edition in editions:
        losses = losses_by_program(block_text(edition.html, ()).html, SHARES)
        assert [loss.name for loss in losses][:2] == ["Apple Mail (iOS)", "Gmail (Android)"]
        assert {each.feature.slug: loss.name for loss in losses for each in loss.harming} == {}
        in_any = feature_findings(uses_in_html(block_text(edition.html, ()).html), SHARES, only_harm=True)
        assert {each.feature.slug: each.names(*Support) for each in in_any} == {}
        # Everything is another matter: no mail is understood to the last feature by Outlook.
        in_outlook = next(loss for loss in losses if loss.program == "outlook_windows")
        assert any(each.share_percent(Support.NO) == in_outlook.share_percent for each in in_outlook.findings)


def test_a_rule_for_gmail_does_not_spare_what_stands_beside_it() -> None:
    assert harms("<style>u + .a, u + .b{display:flex}</style>") == []
    assert harms("<style>u + .a, p + .b{display:flex}</style>") == ["css-display-flex"]


@pytest.mark.parametrize(
    "html",
    [
        f"<style>{'u + .b,' * 40_000}i{{color:red}}</style>",
        f"<p style='{'float&colon;left;' * 40_000}'>",
        "<video><p>" * 100_000,
    ],
    ids=["selectors", "references", "films"],
)
def test_a_hostile_mail_is_read_in_a_time_that_grows_as_it_does(html: str) -> None:
    """Each took minutes to hours when every part was looked for from the beginning."""
    assert uses_in_html(html)
