"""Blocks rendered before are found again, and only where they would be the same."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import _lru_cache_wrapper
from pathlib import Path

import pytest
from babel import Locale

from composer import shipped
from composer.edition import Edition, build_edition, filters
from composer.edition.draft import draft_issue
from composer.edition.filters import TemplateFilters
from composer.edition.theme import block_cache
from composer.errors import EditionError
from composer.issue import load_issue
from composer.remembered import KeptLately
from tests.support.authoring import issue_of, png, write_issue
from tests.support.editions import read_as

BLOCKS = """\
- block: text
  title: One
  body: The [first](https://example.org/1) of {{ subscriber.first_name }}.
- block: article
  title: Two
  body: The [second](https://example.org/2).
  picture: {file: a.png, alt: A picture}
- block: text
  body: The [third](https://example.org/3).
"""
TEMPLATE = "<mj-section><mj-column><mj-text>{}: {{{{ block.body | markdown }}}}</mj-text></mj-column></mj-section>"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_cache, "_kept", KeptLately(block_cache._kept.most))
    monkeypatch.setattr(filters, "_parsed", KeptLately(filters._parsed.most))


def built(folder: Path, blocks: str = BLOCKS, *, picture: bytes = b"") -> Edition:
    issue = write_issue(folder / "issues", issue_of(blocks), files={"a.png": picture or png(8, 4)})
    return build_edition(load_issue(issue), templates=(folder / "templates", shipped.TEMPLATES))


def fresh(folder: Path, blocks: str = BLOCKS, *, picture: bytes = b"") -> Edition:
    block_cache._kept.clear()
    filters._parsed.clear()
    return built(folder, blocks, picture=picture)


def _unchanged(known: Mapping[bytes, object]) -> int:
    """Count what is kept still, and was not made again."""
    now = dict(block_cache._kept.items())
    return sum(now.get(key) is kept for key, kept in known.items())


def test_a_second_build_renders_no_block_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = built(tmp_path)
    known = dict(block_cache._kept.items())
    # Three blocks, in the mail, as text, on pages; the style sheet that is inlined; and what four layouts have around.
    assert len(known) == 14
    assert built(tmp_path) == first
    assert _unchanged(known) == len(known)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: One", "title: Uno"),
        ("https://example.org/1", "https://example.org/other"),
        ("The [first](https://example.org/1) of", "The first of"),  # the links behind it have other numbers
        ("{{ subscriber.first_name }}", "{{ subscriber.city }} and {{ subscriber.name }}"),
        ("alt: A picture", "alt: Another"),
        ("- block: text\n  body: The [third]", "- block: callout\n  body: The [third]"),
        ("- block: text\n  title: One", "- block: text\n  show_if: subscriber.city\n  title: One"),
    ],
)
def test_what_is_built_after_an_edit_is_what_is_built_from_nothing(tmp_path: Path, old: str, new: str) -> None:
    built(tmp_path)
    assert old in BLOCKS
    edited = BLOCKS.replace(old, new)
    assert built(tmp_path, edited) == fresh(tmp_path, edited)
    assert built(tmp_path) == fresh(tmp_path)


def test_a_block_beside_an_edited_one_is_rendered_again_only_if_its_template_reads_the_edit(tmp_path: Path) -> None:
    built(tmp_path)
    known = dict(block_cache._kept.items())
    built(tmp_path, BLOCKS.replace("The [second]", "This [second]"))
    assert _unchanged(known) == len(known)
    assert len(block_cache._kept) == len(known) + 3, "the article, in its three forms"


@pytest.mark.parametrize("reading", ["previous.body", "previous['body']", "previous == block", "block in [previous]"])
def test_whatever_a_template_reads_of_a_neighbour_is_looked_at_again(tmp_path: Path, reading: str) -> None:
    template = tmp_path / "templates" / "blocks" / "text" / "block.txt.j2"
    template.parent.mkdir(parents=True)
    template.write_text(f"{{% if previous %}}{{{{ {reading} }}}}{{% endif %}}\n{{{{ block.body }}}}", "utf-8")
    for body in ("One", "Two", "One"):
        blocks = f"- block: text\n  body: {body}\n- block: text\n  body: Two\n"
        assert built(tmp_path, blocks) == fresh(tmp_path, blocks)
        built(tmp_path, blocks.replace(f"body: {body}", "body: Three"))


def test_another_picture_of_the_same_name_is_seen(tmp_path: Path) -> None:
    built(tmp_path)
    assert built(tmp_path, picture=png(100, 10)) == fresh(tmp_path, picture=png(100, 10))


def test_a_picture_that_is_gone_is_told_at_its_line_of_today(tmp_path: Path) -> None:
    built(tmp_path)
    issue = tmp_path / "issues" / "spring"
    (issue / "issue.yaml").write_text("# a note\n" + (issue / "issue.yaml").read_text())
    (issue / "a.png").unlink()
    # The picture is looked for when the issue is loaded too, so load it while it is there.
    (issue / "a.png").write_bytes(png())
    loaded = load_issue(issue)
    (issue / "a.png").unlink()
    with pytest.raises(EditionError) as raised:
        build_edition(loaded, templates=(tmp_path / "templates", shipped.TEMPLATES))
    (problem,) = raised.value.problems
    assert problem.position.line == 12


def test_a_changed_template_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "templates" / "blocks" / "text" / "block.mjml.j2"
    file.parent.mkdir(parents=True)
    for number, word in enumerate(("once", "twice")):
        file.write_text(TEMPLATE.format(word), encoding="utf-8")
        os.utime(file, ns=(number, number))
        assert f"{word}: " in read_as(built(tmp_path).html)


def test_a_changed_template_is_seen_beside_links_to_nothing(tmp_path: Path) -> None:
    template = tmp_path / "templates" / "blocks" / "text" / "block.mjml.j2"
    template.parent.mkdir(parents=True)
    for number in range(20):  # before and behind the template, in whatever order the system lists them
        (template.parent / f".#{number}.mjml.j2").symlink_to("ana@desk.4711:1764000000")
    template.write_text(TEMPLATE.format("One"), encoding="utf-8")
    assert "One: " in read_as(built(tmp_path).html)
    template.write_text(TEMPLATE.format("Three"), encoding="utf-8")
    assert "Three: " in read_as(built(tmp_path).html)


def test_only_what_a_template_is_made_of_is_looked_at(tmp_path: Path) -> None:
    """Its file and those that it includes or imports, wherever they are found now."""
    partial = tmp_path / "templates" / "partials" / "words.j2"
    partial.parent.mkdir(parents=True)
    template = tmp_path / "templates" / "blocks" / "text" / "block.mjml.j2"
    template.parent.mkdir(parents=True)
    template.write_text('{% include "partials/words.j2" ignore missing %}' + TEMPLATE.format("One"), encoding="utf-8")
    built(tmp_path)
    known = dict(block_cache._kept.items())
    (tmp_path / "templates" / "blocks" / "quote").mkdir()
    (tmp_path / "templates" / "blocks" / "quote" / "block.mjml.j2").write_text("not asked for", encoding="utf-8")
    built(tmp_path)
    assert _unchanged(known) == len(known)
    partial.write_text("<mj-section><mj-column><mj-text>Before</mj-text></mj-column></mj-section>", encoding="utf-8")
    assert read_as(built(tmp_path).html).count("Before") == 2
    assert _unchanged(known) == len(known) - 2, "both texts, in the mail"


IMPORTING = '{% import "partials/a.j2" as a %}{{ a.said() if block.title }}'


def put(folder: Path, name: str, text: str) -> None:
    file = folder / "templates" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_what_an_imported_template_imports_is_looked_at_for_each_block(tmp_path: Path) -> None:
    blocks = "- {block: text, title: One, body: A}\n- {block: text, title: Two, body: B}\n"
    put(tmp_path, "blocks/text/block.txt.j2", IMPORTING)
    put(tmp_path, "partials/a.j2", '{% import "partials/b.j2" as b %}{% macro said() %}{{ b.word() }}{% endmacro %}')
    for word in ("Before", "Later on"):
        put(tmp_path, "partials/b.j2", f"{{% macro word() %}}{word}{{% endmacro %}}")
        assert read_as(built(tmp_path, blocks).text).count(word) == 2


def test_what_an_imported_template_asks_is_asked_for_each_block(tmp_path: Path) -> None:
    blocks = "- {block: text, title: One, body: A}\n- {block: text, title: Two, body: B}\n"
    put(tmp_path, "blocks/text/block.mjml.j2", TEMPLATE.format("{% if block.title %}" + IMPORTING + "{% endif %}"))
    macro = '<img src="{{ logo }}" width="8" height="4" alt="">'
    put(tmp_path, "partials/a.j2", f'{{% set logo = "logo.png" | asset %}}{{% macro said() %}}{macro}{{% endmacro %}}')
    (tmp_path / "templates" / "logo.png").write_bytes(png(8, 4))
    built(tmp_path, blocks)
    edited = blocks.replace("title: One, ", "")
    assert "logo.png" in {asset.name for asset in built(tmp_path, edited).assets}
    assert built(tmp_path, edited) == fresh(tmp_path, edited)


def test_a_word_that_is_one_of_the_language_from_now_on_is_seen(tmp_path: Path) -> None:
    """Words are marked where they are lacking and English; the language may have the same one."""
    blocks = "- {block: sponsor, title: A firm}\n"
    write_issue(tmp_path / "issues", issue_of(blocks))
    newsletter = tmp_path / "issues" / "newsletter.yaml"
    german = newsletter.read_text("utf-8").replace("languages: [en, fr]", "languages: [de]")

    def mail() -> str:
        issue = write_issue(tmp_path / "issues", issue_of(blocks))
        newsletter.write_text(german, encoding="utf-8")
        return read_as(build_edition(load_issue(issue), templates=(tmp_path / "templates", shipped.TEMPLATES)).html)

    assert 'lang="en" dir="ltr">Sponsored<' in mail()
    put(tmp_path, "locales/de.yaml", "sponsored: Sponsored\n")
    assert 'lang="en" dir="ltr">Sponsored<' not in mail()


def test_a_text_that_was_parsed_before_has_the_pictures_of_today(tmp_path: Path) -> None:
    text = "- block: text\n  body: Look ![at it](a.png).\n"
    first = built(tmp_path, text, picture=png(8, 4))
    [(_, parsed)] = filters._parsed.items()
    assert built(tmp_path, text, picture=png(100, 10)) == fresh(tmp_path, text, picture=png(100, 10)) != first
    loaded = load_issue(tmp_path / "issues" / "spring")
    (tmp_path / "issues" / "spring" / "a.png").unlink()
    with pytest.raises(EditionError, match=r"no picture 'a\.png'"):
        build_edition(loaded, templates=(tmp_path / "templates", shipped.TEMPLATES))
    assert built(tmp_path, text, picture=png(8, 4)) == first
    assert parsed.pictures == ("a.png",)


def test_two_issues_with_the_same_words_have_their_own_pictures(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    built(one, picture=png(8, 4))
    (asset,) = built(two, picture=png(8, 4, padding_bytes=9)).assets
    assert asset.content == (two / "issues" / "spring" / "a.png").read_bytes()


@dataclass
class Counter:
    """Keeps what it is asked, as filters do that gather pictures or problems."""

    asked: list[str]

    def count(self, word: str) -> str:
        """Answer with the number of questions so far."""
        self.asked.append(word)
        return f"{word} {len(self.asked)}"


def test_a_filter_that_gathers_is_asked_again_though_nobody_has_named_it() -> None:
    def rendered(counter: Counter) -> str:
        calls = block_cache.FilterCalls({"count": counter.count, "lower": str.lower})
        return block_cache.rendered_once(b"key", calls, lambda: calls.filters["count"](calls.filters["lower"]("A")))

    for _ in range(2):
        counter = Counter([])
        assert (rendered(counter), counter.asked) == ("a 1", ["a"])
    assert rendered(Counter(["before"])) == "a 3", "another answer than before: rendered anew"


def test_every_filter_that_holds_something_of_the_edition_is_a_method(tmp_path: Path) -> None:
    """A closure or a partial over the edition's objects could gather too, and would not be asked again."""
    draft = draft_issue(load_issue(write_issue(tmp_path, issue_of(BLOCKS), files={"a.png": png()})), "en")
    made = TemplateFilters(draft, [shipped.TEMPLATES], column=600)
    for name, filter_ in {
        **made.for_mjml(),
        **made.for_mjml(noted=True),
        **made.for_pages(),
        **made.for_calendar(),
    }.items():
        if block_cache.has_memory(filter_):
            continue
        assert inspect.isfunction(filter_), f"{name} is neither a method nor a function"
        held = [cell.cell_contents for cell in filter_.__closure__ or ()]
        # The filters of dates know the language, each other, and what they said before.
        assert all(isinstance(one, Locale | _lru_cache_wrapper) or inspect.isfunction(one) for one in held), name


def test_all_of_a_long_issue_is_kept(tmp_path: Path) -> None:
    many = "".join(f"- block: text\n  body: The {number}th of many.\n" for number in range(300))
    built(tmp_path, many)
    known = dict(block_cache._kept.items())
    assert len(known) > 900  # each block in the mail, as text, on pages
    built(tmp_path, many)
    assert _unchanged(known) == len(known)


def test_what_is_kept_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_cache, "_kept", KeptLately(30_000))
    assert built(tmp_path) == fresh(tmp_path)
    assert 0 < len(block_cache._kept) < 14
