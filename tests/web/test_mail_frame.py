"""The mail in the frame: one colour scheme at a time, and nothing that could run."""

from __future__ import annotations

import pytest

from composer.web.mail_frame import Scheme, count_foreign_pictures, frame_html, frame_policy

MAIL = """<!doctype html><html><head><title>x</title>
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) and (max-width: 480px) { p { color: white } }
@media ( Prefers-Color-Scheme : light ) { p { color: black } }
</style></head><body><p>About (prefers-color-scheme: dark).</p>
<picture><source media="(prefers-color-scheme: dark)" srcset="dark.png"></picture>
<a href="#agenda">agenda</a><a href="https://example.org/#x">out</a></body></html>"""


def test_own_dark_styles_are_shown_whatever_the_authors_system_prefers() -> None:
    html = frame_html(MAIL, scheme=Scheme.DARK)
    assert "@media (min-width: 0) and (max-width: 480px)" in html
    assert '<source media="(min-width: 0)"' in html
    assert "@media (max-width: 0) and (min-width: 1px) { p { color: black } }" in html


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.FORCED])
def test_a_client_without_dark_styles_never_shows_them(scheme: Scheme) -> None:
    html = frame_html(MAIL, scheme=scheme)
    assert "@media (max-width: 0) and (min-width: 1px) and (max-width: 480px)" in html
    assert "@media (min-width: 0) { p { color: black } }" in html


def test_the_pages_own_colour_scheme_is_pinned_too() -> None:
    html = frame_html(MAIL, scheme=Scheme.DARK)
    assert '<meta name="color-scheme" content="dark">' in html
    assert ":root { color-scheme: dark; }" in html
    assert "light dark" not in html


def test_words_of_the_mail_are_not_touched() -> None:
    assert "About (prefers-color-scheme: dark)." in frame_html(MAIL, scheme=Scheme.LIGHT)


def test_only_the_forced_kind_inverts() -> None:
    inverted = {scheme: "invert(" in frame_html(MAIL, scheme=scheme) for scheme in Scheme}
    assert inverted == {scheme: scheme is Scheme.FORCED for scheme in Scheme}


def test_links_open_beside_the_studio_and_anchors_stay() -> None:
    html = frame_html(MAIL, scheme=Scheme.LIGHT)
    assert '<base target="_blank">' in html
    assert '<a target="_self" href="#agenda">' in html
    assert '<a href="https://example.org/#x">' in html


def test_a_picture_is_written_out_as_often_as_there_is_room() -> None:
    picture = "data:image/png;base64," + 1024 * 1024 * "A"
    html = frame_html(200 * "<img src='cid:a%40b'>", scheme=Scheme.SYSTEM, pictures={"a@b": picture})
    assert html.count(picture) == 63
    assert html.count("src='about:blank'") == 200 - 63


def test_the_policy_lets_nothing_run_and_only_the_issues_pictures_load() -> None:
    sources = "http://127.0.0.1:1/pictures/a/en/ data:"
    written = frame_policy(pictures=sources, same_origin=True)
    policy = dict(part.strip().split(" ", 1) for part in written.split(";"))
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-forms" not in policy["sandbox"]
    assert "allow-top-navigation" not in policy["sandbox"]
    assert policy["default-src"] == policy["script-src"] == policy["form-action"] == "'none'"
    assert policy["img-src"] == sources
    assert "allow-same-origin" in policy["sandbox"]
    assert "allow-same-origin" not in frame_policy(pictures=sources, same_origin=False)


def test_in_the_readers_own_scheme_the_styles_stay_as_they_came() -> None:
    assert frame_html(MAIL, scheme=Scheme.SYSTEM).count("prefers-color-scheme: dark") == 3


def test_a_link_that_a_policy_does_not_cover_connects_to_nothing() -> None:
    html = frame_html("<head><LINK/rel=preconnect href='//x.example'></head>", scheme=Scheme.DARK)
    assert "<link" not in html.lower()


@pytest.mark.parametrize("before", ["<!doctype html><p>", "<!doctype html><html lang=en><p>", "<p>"])
def test_additions_leave_a_doctype_first(before: str) -> None:
    html = frame_html(f"{before}x", scheme=Scheme.LIGHT)
    assert html.startswith(before.removesuffix("<p>"))
    assert '<base target="_blank">' in html


@pytest.mark.parametrize(
    "repeated",
    ["<style>", "<style><", "<meta ", "<meta name=", "<head ", "<a href=", "<a ", "<img ", "media='", "color-scheme"],
)
def test_a_message_made_to_be_slow_is_read_in_one_pass(repeated: str) -> None:
    """Two million characters: what looks at each of them from each of them would not end in this test's life."""
    html = repeated * (2_000_000 // len(repeated))
    assert len(frame_html(html, scheme=Scheme.DARK)) > len(repeated)
    assert count_foreign_pictures(html) == 0
