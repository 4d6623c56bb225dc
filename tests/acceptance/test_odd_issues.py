"""Issues as nobody should write them: each is built, or refused in words with a place; never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from composer import shipped
from composer.compose import CheckedIssue, check_folder
from tests.support.authoring import NEWSLETTER, issue_of, png, write_issue

HEAD = "---\nsubject: Spring\npreheader: A survey\ndate: 2020-03-31\n---\n"
RIGHT_TO_LEFT = NEWSLETTER.replace("[en, fr]", "[ar]")
PUBLICATION = NEWSLETTER.replace("[en, fr]", "[en]")
BLOCKS_300 = "\n".join(
    f"- block: article\n  title: Story {number}\n  body: Words of story {number}.\n"
    f"  link: {{label: Read story {number}, url: https://network.example.org/{number}}}"
    for number in range(300)
)
ZALGO = "Z̸̢̛͔̪͎̳̺̲͓̰̭͖͈̬̀a" + "\u0301" * 300 + "lgo"


@dataclass
class Odd:
    """An issue; ``says`` is what stands in the HTML of its editions if it is built, or in the refusal if not."""

    name: str
    issue: str
    is_built: bool
    says: str = ""
    suffix: str = "yaml"
    newsletter: str = PUBLICATION
    files: dict[str, str | bytes] = field(default_factory=dict)


def built(name: str, issue: str, says: str = "", **more: object) -> Odd:
    return Odd(name, issue, True, says, **more)  # type: ignore[arg-type]


def refused(name: str, issue: str, says: str, **more: object) -> Odd:
    return Odd(name, issue, False, says, **more)  # type: ignore[arg-type]


def text_of(words: str) -> str:
    """An issue of these words."""
    return issue_of("- block: text\n  body: |\n" + textwrap.indent(words, "    "))


ODD = [
    # Nothing, or almost
    refused("empty", "", "the file is empty"),
    refused("only a comment", "# soon\n", "the file is empty"),
    refused("only blanks", " \n\n  \n", "the file is empty"),
    refused("markdown without a text", HEAD, "'blocks' is empty", suffix="md"),
    refused("nothing but a byte", "\x00", "control character"),
    built("one divider", issue_of("- block: divider")),
    # Much
    built("300 blocks", issue_of(BLOCKS_300), "Words of story 299"),
    built("2 MB of text", text_of(("word " * 999 + "word\n\n") * 399), "word word"),
    built("half a MB in one paragraph", text_of("word " * 100_000), "word word"),
    refused("more than 5 MB", text_of("word\n" * 1_100_000), "at most 5,000,000 can be read"),
    built("one word of 100 kB", text_of("x" * 100_000), "x" * 1000),
    refused("a title of 10,000 letters", issue_of(f"- {{block: text, title: {'x' * 10_000}, body: b}}"), "at most"),
    built("a list 15 levels deep", text_of("".join(f"{'  ' * level}- level {level}\n" for level in range(15)))),
    built("quotations 100 levels deep", text_of(">" * 100 + " deep")),
    refused("YAML 30 levels deep", "subject: " + "[" * 30, "nested more than 20 levels"),
    built("a table of 1,000 rows", text_of("| a | b |\n|---|---|\n" + "| x | y |\n" * 1000), "<td"),
    built("1,000 links", text_of("\n".join(f"[a{n}](https://network.example.org/{n})\n" for n in range(1000))), "/999"),
    built("1,000 merge fields", text_of('{{ subscriber.first_name | default("you") }} ' * 1000)),
    built("5,000 open brackets", text_of("[" * 5_000 + "a"), "[[["),
    built("5,000 asterisks", text_of("*a_ " * 5_000), "a_"),
    # Scripts and signs
    built("right to left", text_of("مرحبا بكم في النشرة"), 'dir="rtl"', newsletter=RIGHT_TO_LEFT),
    built("both directions at once", text_of("Hello שלום world \u202eمرحبا\u202c end"), "שלום"),
    built("emoji", issue_of("- {block: article, title: '👩‍👩‍👧‍👦 🏳️‍🌈 🇫🇷', body: '🎉'}"), "👩‍👩‍👧‍👦"),
    built("letters piled up", text_of(ZALGO), "lgo"),
    built("Chinese and Thai", text_of("日本語と中文。" * 200 + "ภาษาไทย" * 200), "日本語"),
    built("other line breaks", issue_of("- {block: text, body: X}").replace("X", "a\u2028b\u2029c\x85d"), "a b c d"),
    built("private letters", text_of("\ue000slot\ue001 \uf8ff"), "slot"),
    refused("half a surrogate", r'subject: "\ud800"', "issue.yaml:"),
    refused("a tab for indentation", "subject: a\nblocks:\n\t- block: divider\n", "tab"),
    # Code where words belong
    built("a script", text_of("<script>alert(1)</script><p onclick='x()'>hi</p>"), "hi"),
    built("a style that ends itself", text_of("</style></head><body><table>"), ""),
    built("MJML in a text", text_of("<mj-section><mj-raw>x</mj-raw></mj-section>"), "x"),
    built("an unclosed comment", text_of("a <!-- b"), "a"),
    built("templates in a text", text_of("\\{{ 7 * 7 \\}} \\{% for x in y %}"), "7 * 7"),
    refused("a template's loop", text_of("{{ cycler.__init__.__globals__ }}"), "there is no merge field"),
    built("entities", issue_of("- {block: article, title: '&lt;b&gt; & <b>', body: '&nbsp;&copy;'}"), "&lt;b&gt;"),
    refused("an address that runs code", issue_of("- {block: button, label: a, url: 'javascript:a(1)'}"), "is not an"),
    refused("a link that runs code", text_of("[a](javascript:alert(1))"), "leads nowhere in a mail"),
    # Files
    refused("a picture from elsewhere", issue_of("- {block: image, picture: {file: ../a.png, alt: a}}"), "is outside"),
    refused("a picture that is a text", issue_of("- {block: image, picture: {file: a.png, alt: a}}"), "is not what its",
            files={"a.png": "text"}),
    refused("half a picture", issue_of("- {block: image, picture: {file: a.png, alt: a}}"), "a.png",
            files={"a.png": png(4, 4)[:20]}),
    built("a picture of one pixel", issue_of("- {block: image, picture: {file: a.png, alt: a}}"), "a.png",
          files={"a.png": png(1, 1)}),
    built("a very long picture", issue_of("- {block: image, picture: {file: a.png, alt: a}}"), "a.png",
          files={"a.png": png(1, 30_000)}),
    refused("two files of one issue", issue_of("- block: divider"), "issue.yaml is here too",
            files={"issue.md": HEAD + "a\n"}),
    refused("a translation of nothing", issue_of("- block: divider"), "is empty", newsletter=NEWSLETTER,
            files={"issue.fr.yaml": ""}),
    # Markdown
    built("markdown of fences alone", HEAD + ":::divider\n:::\n" * 300, suffix="md"),
    refused("a fence that never closes", HEAD + ":::text\n---\n" + "words\n" * 1000, "is not closed", suffix="md"),
    built("two thousand headlines", HEAD + "Text.\n\n" + "### H\n\n" * 2_000, "H", suffix="md"),
    refused("a publication without a name", issue_of("- block: divider"), "'name'", newsletter="languages: [en]\n"),
]  # fmt: skip


def check(folder: Path, odd: Odd) -> CheckedIssue:
    spring = write_issue(folder, odd.issue, newsletter=odd.newsletter, files=odd.files)
    if odd.suffix != "yaml":
        (spring / "issue.yaml").rename(spring / f"issue.{odd.suffix}")
    return check_folder(spring, templates=(shipped.TEMPLATES,))


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_it_is_built_or_refused_in_words(tmp_path: Path, odd: Odd) -> None:
    checked = check(tmp_path, odd)
    told = "\n".join(str(finding) for finding in checked.findings)
    for finding in checked.findings:
        assert finding.message
        assert finding.position.line >= 1
        assert len(str(finding)) < 2000, "a finding is a sentence, whatever the author wrote"
    if not odd.is_built:
        assert not checked.editions
        assert odd.says in told
        return
    assert checked.editions, told
    for edition in checked.editions.values():
        html = "".join(part for part in edition.html if isinstance(part, str))
        assert odd.says in html
        assert "<script" not in html
        assert html.rstrip().endswith("</html>")


def test_there_are_enough_of_them() -> None:
    assert len(ODD) >= 25
    assert len({odd.name for odd in ODD}) == len(ODD)


def test_the_program_refuses_all_of_them_at_once_without_a_traceback(tmp_path: Path) -> None:
    for number, odd in enumerate(ODD):
        if not odd.is_built and len(odd.issue) < 20_000 and odd.newsletter is PUBLICATION:
            write_issue(tmp_path / "issues", odd.issue, newsletter=PUBLICATION, files=odd.files).rename(
                tmp_path / "issues" / f"odd-{number}"
            )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run(
        [sys.executable, "-m", "composer", "check", "--format", "json"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    assert "Traceback" not in ran.stderr
    assert {found["code"] for found in json.loads(ran.stdout)} >= {"issue-invalid", "edition-invalid"}
