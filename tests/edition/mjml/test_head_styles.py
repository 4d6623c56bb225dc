"""The style sheets of a head: rules for what is not in the mail go, and nothing that somebody needs."""

from __future__ import annotations

import pytest

from composer import shipped
from composer.edition.mjml.head_styles import shipped_classes, short_names, shorter_head

OURS = frozenset({"prose", "title", "tight", "tile", "absent"})
SHORT = short_names(OURS)
PROSE, TITLE = SHORT["prose"], SHORT["title"]


def head_of(css: str, body: str = '<p class="prose">A</p><p class="title">B</p>') -> str:
    """The style sheet of a mail with these elements, shortened."""
    html = f'<html><head><style type="text/css">{css}</style></head><body>{body}</body></html>'
    written = shorter_head(html, ours=OURS).partition("</head>")[0]
    return written.partition("<style>")[2].removesuffix("</style>")


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".prose { color: #ffffff !important; }", f".{PROSE}{{color:#fff!important}}"),
        (".absent { color: red }", ""),
        (".absent, .prose > p { color: red; }", f".{PROSE}>p{{color:red}}"),
        (".prose.tight { color: red }", ""),
        (".prose:not(.absent) { color: red }", f".{PROSE}:not(.{SHORT['absent']}){{color:red}}"),
        (".prose li ul { color: red } .prose th { top: 0 }", ""),
        ("@media (max-width: 480px) { .absent { top: 0 } }", ""),
        ("@media (max-width: 480px) { .prose + p { top: 0 } }", f"@media (max-width:480px){{.{PROSE}+p{{top:0}}}}"),
        (".prose tr > :first-child:nth-last-child(n+3) ~ * { top: 0 }", ""),
        (".prose { top: 0 } .title { top: 0 }", f".{PROSE},.{TITLE}{{top:0}}"),
        # A list with a selector that a program does not know is dropped whole.
        (".prose { top: 0 } .title:hover { top: 0 }", f".{PROSE}{{top:0}}.{TITLE}:hover{{top:0}}"),
        ("/* words */ .prose { content: \" · \"; }", f".{PROSE}{{content:\" · \"}}"),
        # These are put into a mail by programs, or were named by an author.
        ("u + #body .aBn { top: 0 }", "u+#body .aBn{top:0}"),
        (".moz-text-html .prose { top: 0 }", f".moz-text-html .{PROSE}{{top:0}}"),
        (".moz-text-html .mj-column-per-50 { top: 0 }", ""),
        (".mine { top: 0 }", ".mine{top:0}"),
        ("[data-ogsc] .prose { top: 0 }", f"[data-ogsc] .{PROSE}{{top:0}}"),
        # What cannot be read stays as it was written, and then no class has another name.
        (".prose { top: 0; } } .title { top: 0 }", ".prose { top: 0; } } .title { top: 0 }"),
        ("[class~=prose] { top: 0 }", "[class~=prose]{top:0}"),
    ],
)  # fmt: skip
def test_a_rule_is_left_where_somebody_may_need_it(css: str, left: str) -> None:
    assert head_of(css) == left


def test_a_table_of_markdown_keeps_its_rules() -> None:
    css = ".prose td { top: 0 }"
    assert head_of(css, '<div class="prose"><table><tr><td>A</td></tr></table></div>') == f".{PROSE} td{{top:0}}"
    assert head_of(css, '<div class="prose"><table role="presentation"><tr><td>A</td></tr></table></div>') == ""


def body_of(body: str, css: str = ".prose { top: 0 }") -> str:
    """The body of a mail whose head is shortened."""
    html = f"<html><head><style>{css}</style></head><body>{body}</body></html>"
    return shorter_head(html, ours=OURS).partition("<body>")[2].removesuffix("</body></html>")


def test_a_class_has_a_short_name_and_goes_where_no_rule_is_for_it() -> None:
    assert body_of('<p class="prose title">A</p>') == f"<p class={PROSE}>A</p>"
    assert body_of('<p class="title mine">A</p>') == "<p class=mine>A</p>"
    assert body_of('<p class="title">A</p>') == "<p>A</p>"
    assert body_of('<p class="prose mine">A</p>') == f'<p class="{PROSE} mine">A</p>'


def test_names_stay_where_an_author_has_one_of_the_short_ones_or_a_sheet_in_the_body() -> None:
    assert body_of(f'<p class="prose">A</p><p class="{PROSE}">B</p>').startswith("<p class=prose>")
    assert body_of('<style>.prose{}</style><p class="prose">A</p>').endswith("<p class=prose>A</p>")


def test_the_classes_of_the_shipped_style_sheets_are_known() -> None:
    ours = shipped_classes(shipped.TEMPLATES)
    assert {"prose", "tile", "band", "hero-title", "folio-end"} <= ours
    assert ours.isdisjoint({"moz-text-html", "ExternalClass"})
    assert len(set(short_names(ours).values())) == len(short_names(ours)) > 100


def test_the_classes_that_stand_most_often_have_one_letter() -> None:
    names = short_names(shipped_classes(shipped.TEMPLATES))
    letters = {name for name, short in names.items() if len(short) == 1}
    assert len(letters) == 26, "each is a class of a shipped style sheet"
    assert {"prose", "kicker", "gutter"} <= letters


def test_mrmls_columns_have_a_short_name_of_their_width() -> None:
    css = "@media (min-width:9px) { .mj-column-per-33-333333 { width:33.333333% } }"
    html = f"<html><head><style>{css}</style></head><body><div class='mj-column-per-33-333333'>A</div></body></html>"
    written = shorter_head(html, ours=OURS)
    assert ".w-33-333333{width:33.333333%}" in written
    assert "<div class=w-33-333333>" in written
