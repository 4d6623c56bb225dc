"""html-validate and axe-core find nothing in what readers get: mails and pages of every theme, in every language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from composer import shipped
from composer.edition import Edition, build_edition
from composer.edition.theme.tokens import theme_names
from composer.issue import load_issue
from tests.support.authoring import NEWSLETTER, png
from tests.support.block_forms import MAXIMAL
from tests.support.editions import build, read_as
from tests.support.judges import axe, html_validate

THEMES = theme_names((shipped.TEMPLATES,))
SAMPLES = [load_issue(folder) for folder in sorted(shipped.SAMPLE_ISSUES.glob("20*"))]
EVERY_BLOCK = "\n".join(form.replace("id: anchor, ", "") for name, form in MAXIMAL.items() if name != "masthead")

Documents = dict[str, tuple[str, str]]


@pytest.fixture(scope="module", params=THEMES)
def documents(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Mails and pages of a theme: the samples in their languages, and every block in a language without words."""
    theme: str = request.param
    themed = [replace(one, newsletter=one.newsletter.model_copy(update={"theme": {"name": theme}})) for one in SAMPLES]
    editions = [build_edition(one, language=language) for one in themed for language in one.languages]
    for language in ("ar", "ja"):
        newsletter = f"{NEWSLETTER.replace('[en, fr]', f'[{language}]')}theme: {{name: {theme}}}\n"
        editions.append(
            build(tmp_path_factory.mktemp(language), EVERY_BLOCK, newsletter=newsletter, files={"p.png": png(300, 200)})
        )
    return {f"{form} {one.language} {one.issue}": made for one in editions for form, made in _forms(one).items()}


def _forms(edition: Edition) -> Documents:
    html = {"mail": edition.html, "page": edition.web_html, "print": edition.print_html}
    return {form: (read_as(segments), "mail" if form == "mail" else "page") for form, segments in html.items()}


def test_html_validate_finds_nothing(documents: Documents) -> None:
    assert html_validate(documents) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(documents: Documents, scheme: str, browser: Browser) -> None:
    shown = {name: one for name, one in documents.items() if not name.startswith("print")}
    assert axe(browser, shown, color_scheme=scheme, viewport={"width": 390, "height": 844}) == []


def test_fallback_words_are_there_to_be_judged(documents: Documents) -> None:
    arabic = [html for name, (html, _) in documents.items() if " ar " in name]
    assert all('lang="en" dir="ltr"' in html for html in arabic)


def test_the_judges_find_a_link_without_a_name_and_faint_words(tmp_path: Path, browser: Browser) -> None:
    edition = build(tmp_path, "- {block: text, body: 'See [it](https://example.org/) there.'}")
    wrong: Documents = {}
    for form, (html, kind) in _forms(edition).items():
        nameless = html.replace(">it</a>", '><img src="https://example.org/x.png" alt=""></a>')
        assert nameless != html
        wrong[form] = (nameless.replace("there.", '<b style="color:#eee">there</b>'), kind)
    validated = " ".join(html_validate(wrong))
    assert [form for form in wrong if f"{form}:" not in validated] == []
    assert "wcag/h30" in validated
    found = " ".join(axe(browser, wrong))
    assert [form for form in wrong if f"{form}: link-name" not in found or f"{form}: color-contrast" not in found] == []
