"""The gallery: a page that opens from the disk and shows every block in every theme."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from composer import shipped
from composer.cli.main import build_app
from composer.errors import TemplateError
from composer.issue import load_issue
from composer.issue.blocks import BLOCKS
from composer.output.gallery import Gallery, find_samples, write_gallery


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    return write_gallery(tmp_path_factory.mktemp("gallery"), templates=(shipped.TEMPLATES,))


@pytest.fixture(scope="module")
def page(gallery: Gallery, browser: Browser) -> Iterator[Page]:
    """The gallery in a browser without a network."""
    with browser.new_context(offline=True, viewport={"width": 1720, "height": 1000}) as context:
        page = context.new_page()
        page.goto(gallery.page.as_uri())
        yield page


def test_every_block_has_a_frame_in_every_theme_by_day_and_by_night(gallery: Gallery) -> None:
    frames = gallery.page.parent / "frames"
    for theme in ("gazette", "bulletin", "poster"):
        names = {file.name for file in (frames / theme).iterdir()}
        assert names == {f"{block}{scheme}.html" for block in BLOCKS for scheme in ("", ".dark")}


def test_a_sample_that_is_a_link_to_somewhere_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY: k3y")
    sample = tmp_path / "templates" / "blocks" / "text" / "sample.yaml"
    sample.parent.mkdir(parents=True)
    sample.symlink_to(tmp_path / ".env")
    with pytest.raises(TemplateError, match="link to a file outside"):
        find_samples((tmp_path / "templates", shipped.TEMPLATES))


def test_frames_are_as_high_as_what_they_show(page: Page) -> None:
    page.wait_for_function("document.querySelector('#hero .desktop iframe').offsetHeight > 500")
    assert page.evaluate("document.querySelector('#masthead .desktop iframe').offsetHeight") < 320


def test_a_choice_of_theme_and_scheme_reaches_every_frame(page: Page) -> None:
    page.check("input[value=poster]")
    page.check("input[value='.dark']")
    sources = page.evaluate("[...document.querySelectorAll('iframe')].map(frame => frame.getAttribute('src'))")
    assert len(sources) == 2 * len(BLOCKS)
    assert {source.partition("/")[2].partition("/")[0] for source in sources} == {"poster"}
    assert all(source.endswith(".dark.html") for source in sources)
    assert page.locator(".palette:visible").get_attribute("data-theme") == "poster"


def test_what_is_copied_can_be_pasted_into_an_issue(page: Page, gallery: Gallery, tmp_path: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for number, block in enumerate(sorted(BLOCKS)):
        page.click(f"#{block} button.copy")
        page.wait_for_function(f"document.querySelector('#{block} button.copy').textContent === 'Copied'")
        copied = page.evaluate("navigator.clipboard.readText()")
        issue = tmp_path / f"issues/{number}"
        issue.mkdir(parents=True)
        (issue.parent / "newsletter.yaml").write_text("name: N\norganisation: N\nlanguages: [en]\n")
        for link in page.query_selector_all(f"#{block} .pictures a"):
            name = link.get_attribute("href") or ""
            shutil.copy(gallery.page.parent / name, issue / Path(name).name)
        (issue / "issue.yaml").write_text(f"subject: S\npreheader: P\ndate: 2020-03-31\nblocks:\n{copied}")
        assert [one.block for one in next(iter(load_issue(issue).contents.values())).blocks] == [block]


def test_a_projects_own_theme_is_shown(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    (own / "themes/harbour").mkdir(parents=True)
    (own / "themes/harbour/theme.yaml").write_text('accent: "#00557f"\n')
    gallery = write_gallery(tmp_path / "out", templates=(own, shipped.TEMPLATES))
    assert "#00557f" in (tmp_path / "out/frames/harbour/button.html").read_text()
    assert gallery.themes == 4


def test_the_command_says_where_the_page_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(build_app(["gallery"]), ["gallery", "--out", "shown"])
    assert f"{len(BLOCKS)} blocks in 3 themes" in result.output
    assert "open shown/index.html" in result.output
    assert (tmp_path / "shown/index.html").is_file()
