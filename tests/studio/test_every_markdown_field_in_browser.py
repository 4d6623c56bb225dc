"""Nothing can be made in a text that its place in the mail has no look for, by keys, buttons or pasting, in Chromium.

What is pasted at random into each field of every block, a project's own too, is Markdown that the checks take.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from composer import shipped
from composer.checks.codes import Severity
from composer.compose import check_folder
from composer.issue.blocks.values import MarkdownPart
from composer.issue.own_blocks import own_blocks
from composer.studio.authoring.links import judge_link
from composer.writing.forms import FormField, block_forms
from tests.support.authoring import issue_of, png, write_issue
from tests.support.block_forms import MAXIMAL
from tests.support.node import run_script
from tests.support.pasted import PASTED_LISTS, list_as_markdown, some_list

ROOT = Path(__file__).parents[2]
OWN = """\
title: line
note: {type: markdown, without: [headings, lists, quotations, code, rules]}
stops: {type: list, fields: {words: {type: markdown, without: [code]}, more: markdown}}
"""
OWN_BLOCK = {"block": "walk", "title": "A walk", "note": "N", "stops": [{"words": "W", "more": "M"}]}
ROUNDS = 8
SHOWN = ["text", "article", "digest", "callout", "agenda", "download", "hero", "columns", "quote", "sponsor"]
SHOWN += ["video", "statistics", "poll", "mjml", "footer"]

MAKE = """([markdown, without]) => {
    window.made?.destroy();
    document.body.replaceChildren(document.createElement('main'));
    window.said = markdown;
    window.made = new editor.ProseEditor(document.querySelector('main'), {
        id: 'text', label: 'Text', markdown, without, fields: () => [], changed: said => { window.said = said; },
        judged: window.judgeLinks,
    });
}"""
PASTE_AT_END = f"""([markdown, pasted]) => pasted.map(html => {{
    ({MAKE})([markdown, []]);
    const {{ view }} = window.made;
    view.dispatch(view.state.tr.setSelection(view.state.selection.constructor.atEnd(view.state.doc)));
    view.pasteHTML(html);
    return window.said;
}})"""
PASTE = f"""([pasted, without]) => pasted.map(html => {{
    ({MAKE})(['', without]);
    window.made.view.pasteHTML(html);
    return window.said;
}})"""


@pytest.fixture(scope="module")
def page(browser: Browser, built_page: None) -> Iterator[Page]:
    with browser.new_context(offline=True) as context:
        context.expose_function("judgeLinks", lambda asked: [judge_link(one).model_dump() for one in asked])
        page = context.new_page()
        page.add_script_tag(content=run_script(ROOT / "tests" / "support" / "editor_in_browser.mjs", ROOT, "").decode())
        yield page


WORDS = ["Noon", "harbour", "# one", "- two", "> three", "1. four", "```", "---", "a*b*c", "<b>", "{{ no field"]
WORDS += ["{{ subscriber.city | default('your town') }}", "https://example.org/a_b", "é", "  ", "\n", ":::", "| - |"]
LINKS = [
    "https://example.org/a_b(c)",
    "javascript:top()",
    "/here",
    "#top",
    "mailto:ada@example.org",
    "file:///C:/a",
    "",
]
BLOCKS = ["h1", "h2", "h3", "h6", "p", "p", "div", "ul", "ol", "blockquote", "pre", "hr", "table", "article", "li"]
INLINES = ["b", "i", "a", "code", "span style='font-weight:700'", "sub", "br", "u", "img src=x"]


def _html(chance: random.Random, depth: int = 0) -> str:
    if depth > 3 or chance.random() < 0.35:
        return _line(chance)
    made = []
    for _ in range(chance.randint(1, 3)):
        tag = chance.choice(BLOCKS)
        inner = _html(chance, depth + 1)
        if tag in ("ul", "ol"):
            inner = "".join(f"<li>{_html(chance, depth + 1)}</li>" for _ in range(chance.randint(1, 3)))
        elif tag == "table":
            inner = "".join(f"<tr><td>{_html(chance, depth + 2)}</td><td>{_line(chance)}</td></tr>" for _ in range(2))
        made.append("<hr>" if tag == "hr" else f"<{tag}>{inner}</{tag}>")
    return "".join(made)


def _line(chance: random.Random) -> str:
    made = []
    for _ in range(chance.randint(1, 4)):
        words = chance.choice(WORDS).replace("<", "&lt;")
        tag = chance.choice([*INLINES, "", "", ""])
        if tag == "a":
            tag = f'a href="{chance.choice(LINKS)}"'
        made.append(f"<{tag}>{words}</{tag.split()[0]}>" if tag not in ("", "br") else f"{words}<br>" if tag else words)
    return chance.choice(["", " "]).join(made)


def fill(values: dict[str, Any], fields: Sequence[FormField], texts: dict[tuple[str, ...], Iterator[str]]) -> int:
    """Put a pasted text into each Markdown field of a block and of what is in it; how many there are."""
    filled = 0
    for one in fields:
        inner = one.entry if one.kind == "list" else one
        held = values.get(one.name)
        if one.kind == "markdown":
            values[one.name] = next(texts[one.without])
            filled += 1
        elif inner is not None and inner.fields and held is not None:
            filled += sum(fill(each, inner.fields, texts) for each in (held if isinstance(held, list) else [held]))
    return filled


def test_what_is_pasted_into_any_field_is_taken_by_its_checks(page: Page, tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    (templates / "blocks" / "walk").mkdir(parents=True)
    said = (
        "{{ block.note | markdown }}{% for stop in block.stops %}{{ stop.words | markdown }}{{ stop.more | markdown }}"
    )
    said += "{% endfor %}"
    files = {
        "fields.yaml": OWN,
        "block.mjml.j2": f"<mj-section><mj-column><mj-text>{said}</mj-text></mj-column></mj-section>",
        "block.html.j2": said,
        "block.txt.j2": said.replace("| markdown", "| markdown_text"),
    }
    for name, text in files.items():
        (templates / "blocks" / "walk" / name).write_text(text)
    forms = {form.kind: form for form in block_forms(own_blocks((templates, shipped.TEMPLATES)))}
    chance = random.Random(5)
    kinds = {one.without for form in forms.values() for one in _all_fields(form.fields) if one.kind == "markdown"}
    assert {(), ("headings", "rules"), ("headings", "quotations", "rules"), ("code",)} < kinds
    pasted: dict[tuple[str, ...], list[str]] = {}
    for kind in sorted(kinds):
        said = page.evaluate(PASTE, [[_html(chance) for _ in range(250)], list(kind)])
        pasted[kind] = [text for text in said if text.strip()]
        assert len(pasted[kind]) > 150
    texts = {kind: iter(found) for kind, found in pasted.items()}
    newsletter = (
        "name: N\norganisation: The N\npostal_address: 1 Long Street\nlanguages: [en]\nfields: {city: Where.}\n"
    )
    newsletter += "sender: {name: N, email: n@example.org}\nwebsite: https://example.org/\ntimezone: Europe/Paris\n"
    for number in range(ROUNDS):
        blocks: list[dict[str, Any]] = [OWN_BLOCK | {"stops": [{"words": "W", "more": "M"}]}]
        for form in SHOWN:
            blocks += yaml.safe_load(MAXIMAL[form])
        filled = 0
        for block in blocks:
            block.pop("id", None)
            filled += fill(block, forms[block["block"]].fields, texts)
        assert filled >= 20
        written = issue_of("\n".join(f"- {json.dumps(block, default=str)}" for block in blocks))
        folder = write_issue(tmp_path / str(number), written, newsletter=newsletter, files={"p.png": png(900, 600)})
        found = check_folder(folder, templates=(templates, shipped.TEMPLATES)).findings
        # All that was pasted together is longer than Gmail shows.
        wrong = [one for one in found if one.severity is Severity.ERROR and one.code != "html-clipped"]
        wrong += [one for one in found if one.code == "markdown-part"]
        assert wrong == [], (wrong[0], written.splitlines()[wrong[0].position.line - 1])


def _all_fields(fields: Sequence[FormField]) -> Iterator[FormField]:
    for one in fields:
        yield one
        yield from _all_fields((*one.fields, *((one.entry,) if one.entry else ())))


def test_a_list_is_the_same_from_whichever_program_it_is_pasted(page: Page) -> None:
    chance = random.Random(13)
    lists = [some_list(chance) for _ in range(60)]
    written = [list_as_markdown(made) for made in lists]
    for program, put in PASTED_LISTS.items():
        pasted = [put(made) for made in lists]
        assert page.evaluate(PASTE, [pasted, []]) == written, program
        # Behind words it is a list of its own, and its first entry is one.
        behind = page.evaluate(PASTE_AT_END, ["Dear you", pasted])
        assert behind == [f"Dear you\n\n{one}" for one in written], program
        between = [f"<p>Before</p>{one}<p>After</p>" for one in pasted]
        assert page.evaluate(PASTE, [between, []]) == [f"Before\n\n{one}\n\nAfter" for one in written], program
    # Within a list its entries are entries.
    assert page.evaluate(PASTE_AT_END, ["- a\n-", ["<ul><li><p>b</p></li><li><p>c</p></li></ul>"]]) == ["- a\n- b\n- c"]
    # One list that was cut in two is one; one that counts anew is another.
    cut = ["<ul><li>a</li></ul>\n<ul><li>b</li></ul>", "<ol><li>a</li></ol><ol start=2><li>b</li></ol>"]
    cut.append("<ol><li>a</li></ol><ol><li>b</li></ol>")
    said = page.evaluate(PASTE, [cut, []])
    assert said[:2] == ["- a\n- b", "1. a\n2. b"]
    assert said[2].split() == ["1.", "a", "1)", "b"]
    # A single entry is words, as a part of one is.
    assert page.evaluate(PASTE_AT_END, ["Dear", ["<ul><li>you</li></ul>"]]) == ["Dearyou"]


def test_a_field_offers_types_and_pastes_only_what_has_a_place_in_it(page: Page) -> None:
    every = [str(part) for part in MarkdownPart]
    page.evaluate(MAKE, ["", every])
    names = ["List", "Numbered list", "Heading", "Quotation"]
    for name in names:
        expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Link (Ctrl K)")).to_be_visible()
    page.get_by_role("textbox").click()
    page.keyboard.type("# one")
    page.keyboard.press("Enter")
    page.keyboard.type("- two")
    page.keyboard.press("Enter")
    page.keyboard.type("1. three")
    page.keyboard.press("Enter")
    page.keyboard.type("> four")
    page.wait_for_function("() => window.said.includes('four')")
    assert page.evaluate("window.said") == "\\# one\n\n\\- two\n\n1\\. three\n\n\\> four"
    html = "<h2>News <a href='https://example.org/'>of <i>it</i></a></h2>"
    html += "<ul><li>one</li><li>two<ol><li>three</li></ol></li></ul>"
    html += "<blockquote><p>said</p></blockquote><hr><pre>x\ny</pre>"
    said = page.evaluate(PASTE, [[html], every])[0]
    assert said == "**News [of *it*](https://example.org/)**\n\none\n\ntwo\n\nthree\n\nsaid\n\nx\ny"
    # What the file has already stays, and can be taken away.
    page.evaluate(MAKE, ["## One\n\nTwo", ["headings"]])
    heading = page.get_by_role("button", name="Heading", exact=True)
    page.get_by_role("textbox").get_by_text("Two").click()
    expect(heading).to_be_hidden()
    page.get_by_role("heading", name="One").click()
    heading.click()
    page.wait_for_function("() => window.said === 'One\\n\\nTwo'")
    expect(heading).to_be_hidden()
    # Where all has a place, all of it is there.
    page.evaluate(MAKE, ["", []])
    for name in names:
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    assert page.evaluate(PASTE, [[html], []])[0].startswith("## News [of *it*](https://example.org/)\n\n- one\n- two\n")
