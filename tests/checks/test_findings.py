"""Each code: an issue in which it is found, at its line; and one that is nearly the same, in which it is not."""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PIL import Image

from composer import shipped
from composer.checks import Finding
from composer.checks.codes import CODES
from composer.checks.run import check_editions
from composer.compose import CheckedIssue, check_folder
from composer.edition.model import Context, Slot, SlottedText
from tests.support.authoring import NEWSLETTER, issue_of, png, write_issue

PUBLICATION = NEWSLETTER.replace("[en, fr]", "[en]")
REAL = PUBLICATION.replace("website: https://network.example.org/\n", "").replace(
    "sender:\n  name: The Network\n  email: news@network.example.org\n", ""
)
HEAD = "subject: {subject}\npreheader: {preheader}\ndate: 2020-03-31\n"
LINK = "- block: button\n  label: {label}\n  url: {url}\n"
MJML_PICTURE = """\
subject: Spring in the network
preheader: A survey and three dates
date: 2020-03-31
blocks:
  - block: mjml
    body: A bridge
    mjml: |
      <mj-section><mj-column>
        <mj-image href="https://x.example.org" src="a.png" alt="{alt}" />
      </mj-column></mj-section>
"""
PICTURE = "- block: image\n  picture: {{file: a.png, alt: {alt}}}\n"


def check(folder: Path, issue: str, *, newsletter: str = PUBLICATION, files: dict[str, str | bytes]) -> CheckedIssue:
    return check_folder(write_issue(folder, issue, newsletter=newsletter, files=files), templates=(shipped.TEMPLATES,))


def head(subject: str = "Spring", preheader: str = "A survey and three dates") -> str:
    return issue_of("- block: divider\n", head=HEAD.format(subject=subject, preheader=preheader))


def accented(colour: str) -> str:
    theme = f"theme: {{accent: '{colour}'}}\n"
    return issue_of("- block: divider\n", head=HEAD.format(subject="Spring", preheader="A survey") + theme)


def said(words: str) -> str:
    return issue_of(f'- block: quote\n  person: Ada\n  body: "{words}"\n')


def body(text: str) -> str:
    return issue_of(f"- block: text\n  body: {text}\n")


def titled(text: str) -> str:
    return issue_of(f"- block: text\n  title: Headings\n  body: |\n    {text}\n")


def button(url: str, label: str = "See the survey") -> str:
    return issue_of(LINK.format(label=f'"{label}"', url=f'"{url}"'))


def events(*entries: str, kind: str = "events: ") -> str:
    block = "events" if kind == "events: " else "agenda"
    rows = "\n".join(f"    - {{title: Day {number}, {entry}}}" for number, entry in enumerate(entries))
    return issue_of(f"- block: {block}\n  title: Dates\n  {kind}\n{rows}\n")


def agenda(*entries: str) -> str:
    return events(*entries, kind="entries: ")


@dataclass
class Case:
    """An issue in which ``code`` is found in ``line`` of ``file``, and one in which it is not found."""

    code: str
    wrong: str
    line: int
    right: str
    file: str = "issue.yaml"
    newsletter: str = PUBLICATION
    right_newsletter: str = PUBLICATION
    files: dict[str, str | bytes] = field(default_factory=dict)
    right_files: dict[str, str | bytes] = field(default_factory=dict)


def moving(width: int) -> bytes:
    """A film of two frames, one pixel high."""
    frames = [Image.new("P", (width, 1), colour) for colour in (0, 1)]
    data = io.BytesIO()
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], duration=90)
    return data.getvalue()


CLEAN = body("Welcome to spring.")
FRENCH = NEWSLETTER
GERMAN = NEWSLETTER.replace("[en, fr]", "[de]")
CITY = "\"{{ subscriber.city | default('your city') }}\""
FREEMAIL = PUBLICATION.replace("network.example.org\npostal", "gmail.com\npostal")
TWO = "- block: text\n  body: Welcome to this spring.\n- block: divider\n"
TWO_LINKS = """
- block: events
  title: Dates
  events:
    - {date: 2020-04-07, title: One, link: {label: About one, url: https://network.example.org/one}}
    - {date: 2020-04-08, title: Two, link: {label: About two, url: https://network.example.org/TWO}}
"""

ARTICLES = """
- {{block: article, title: {}, body: Words of it., link: {{label: About it, url: U}}}}
- {{block: article, title: {}, body: Words of it., link: {{label: About it, url: U}}}}
"""

CASES = [
    Case("issue-invalid", "subject: x\n" + CLEAN, 2, CLEAN),
    Case("edition-invalid", body('"{{ subscriber.frist_name }}"'), 6, body(CITY)),
    Case(
        "sender-missing",
        CLEAN,
        1,
        CLEAN,
        file="newsletter.yaml",
        newsletter=PUBLICATION.replace("sender:\n  name: The Network\n  email: news@network.example.org\n", ""),
    ),
    Case("sender-invalid", CLEAN, 6, CLEAN, "newsletter.yaml", PUBLICATION.replace("news@network.", "news.network.")),
    Case(
        "list-id-invalid",
        CLEAN,
        8,
        CLEAN,
        "newsletter.yaml",
        PUBLICATION.replace("languages:", "list_id: network_news.example.org\nlanguages:"),
    ),
    Case(
        "sender-freemail",
        CLEAN,
        6,
        CLEAN,
        "newsletter.yaml",
        FREEMAIL,
    ),
    Case(
        "postal-address-missing",
        CLEAN,
        1,
        CLEAN,
        file="newsletter.yaml",
        newsletter=PUBLICATION.replace("postal_address: 1 Long Street, 75001 Paris\n", ""),
    ),
    Case(
        "slot-no-default", body('"{{ subscriber.city }}"'), 6, body("\"{{ subscriber.city | default('your city') }}\"")
    ),
    Case("subject-empty", head('"{{ subscriber.city }}"'), 1, head('"{{ subscriber.city }} in spring"')),
    Case("subject-long", head("x" * 71), 1, head("x" * 70)),
    Case("subject-shouting", head("SPRING IS HERE"), 1, head("UN and NATO in spring")),
    Case("subject-shouting", head("Spring is here!!"), 1, head("Spring is here!")),
    Case("preheader-repeats", head("Spring", "spring!"), 2, head("Spring", "Spring in three dates")),
    Case("preheader-long", head(preheader="x" * 151), 2, head(preheader="x" * 150)),
    Case("link-empty", body('"[the survey]()"'), 6, body('"[the survey](https://network.example.org)"')),
    Case(
        "link-nameless",
        issue_of(PICTURE.format(alt='""') + "  url: https://x.example.org\n"),
        6,
        issue_of(PICTURE.format(alt="A bridge") + "  url: https://x.example.org\n"),
    ),
    Case("link-nameless", body('"a [](https://x.example.org/é)"'), 6, body('"a [b](https://x.example.org/é)"')),
    Case("link-nameless", body('"[&#8203;](https://x.example.org)"'), 6, body('"[–](https://x.example.org)"')),
    Case(
        "link-nameless",
        body('"[![](a.png)](https://x.example.org)"'),
        6,
        body('"[![A bridge](a.png)](https://x.example.org)"'),
    ),
    Case(
        "link-nameless",
        MJML_PICTURE.format(alt=""),
        9,
        MJML_PICTURE.format(alt="A bridge"),
    ),
    Case("link-local", button("http://localhost:8000/x"), 7, button("https://local.example.org")),
    Case("link-local", button("https://192.168.1.4/x"), 7, button("https://network.example.org/192.168.1.4")),
    Case("link-placeholder", button("https://example.com/x"), 7, button("https://example.com/x"), newsletter=REAL),
    Case("link-placeholder", button("https://TODO.org"), 7, button("https://todos.org")),
    Case("link-insecure", button("http://network.example.org"), 7, button("https://network.example.org")),
    Case("link-pasted", button("https://x.example.org/a."), 7, button("https://x.example.org/wiki/Inc.")),
    Case("link-pasted", button("https://x.example.org/a)"), 7, button("https://x.example.org/a_(b)")),
    Case("link-pasted", button("https://x.example.org/a”"), 7, button("“https://x.example.org/a”")),
    Case(
        "link-pasted", button("https://x.example.org/a https://x.example.org/b"), 7, button("https://x.example.org/a b")
    ),
    Case(
        "link-pasted",
        button("https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example.org%2Fa&data=05"),
        7,
        button("https://x.example.org/?url=https%3A%2F%2Fx.example.org%2Fa"),
    ),
    Case("link-shortener", button("https://bit.ly/3x"), 7, button("https://habit.ly/3x")),
    Case("link-anchor", button("#agenda"), 7, button("#agenda") + "    id: agenda\n"),
    Case("link-vague", button("https://x.example.org", "Click here!"), 7, button("https://x.example.org", "Hereford")),
    Case(
        "link-misleading",
        body('"[www.bank.example](https://network.example.org)"'),
        6,
        body('"[network.example.org](https://www.network.example.org/x)"'),
    ),
    Case("link-duplicate", issue_of(TWO_LINKS.replace("TWO", "one")), 9, issue_of(TWO_LINKS)),
    Case("alt-missing", issue_of(PICTURE.format(alt='""')), 6, issue_of(PICTURE.format(alt="A bridge"))),
    Case("alt-missing", body('"![](a.png)"'), 6, issue_of(PICTURE.format(alt="A bridge"))),
    Case("alt-filename", issue_of(PICTURE.format(alt="IMG_0042")), 6, issue_of(PICTURE.format(alt="Imagine a bridge"))),
    Case(
        "image-heavy",
        issue_of(PICTURE.format(alt="A bridge")),
        6,
        issue_of(PICTURE.format(alt="A bridge")),
        files={"a.png": png(padding_bytes=500_000)},
    ),
    Case(
        "image-large",
        issue_of(PICTURE.format(alt="A bridge").replace("a.png", "a.gif")),
        6,
        issue_of(PICTURE.format(alt="A bridge")),
        files={"a.gif": moving(2001)},  # which is not scaled
        right_files={"a.png": png(2001)},
    ),
    Case("colour-unreadable", accented("#ff0"), 4, accented("#f90")),
    Case("colour-unreadable", accented("#ffd600"), 4, accented("#cc0")),  # 1.4, and 1.7
    Case("colour-faint", accented("#f90"), 4, accented("#00c")),
    Case(
        "images-heavy",
        issue_of("".join(PICTURE.format(alt="A bridge").replace("a.png", f"{name}.png") for name in "abcdef")),
        4,
        issue_of(PICTURE.format(alt="A bridge")),
        files={f"{name}.png": png(padding_bytes=450_000) for name in "abcdef"},
    ),
    Case("heading-jump", titled("# A\n\n    ### B"), 10, titled("# A\n\n    ## B")),
    Case("markup-unread", body("A ** bold ** word."), 6, body("A **bold** word.")),
    Case("markup-unmeant", body("It is 2*3*4 big."), 6, body("It is 2\\*3\\*4 big, *so* big.")),
    Case("markdown-part", said("One.\\n\\n---"), 7, said("One, ---")),
    Case("markup-in-line", titled("x").replace("Headings", "A **bold** title"), 6, titled("x")),
    Case("html-removed", body("A <video>film</video>."), 6, body("A <kbd>key</kbd>.")),
    Case("text-todo", body("'TODO: the story'"), 6, body("How to keep a TODO list")),
    Case("text-todo", head(preheader="'TODO: a promise'"), 2, head()),
    Case(
        "text-todo",
        CLEAN,
        2,
        CLEAN,
        file="newsletter.yaml",
        newsletter=PUBLICATION.replace("organisation: The Network", "organisation: 'TODO: the Network'"),
    ),
    Case("text-placeholder", head(subject="A first letter"), 1, head(subject="A first letter from Nice")),
    Case(
        "text-placeholder",
        body("|\n      Words.\n\n      <!-- a picture was here: bridge.webp -->"),
        9,
        body("|\n      Words.\n\n      <!-- a picture is to come -->"),
    ),
    Case("text-placeholder", body("Lorem ipsum dolor."), 6, body("Todo el mundo.")),
    Case("heading-jump", titled("## A\n\n    #### B"), 10, titled("## A\n\n    ### B")),
    Case("heading-jump", titled("## A\n\n    #### B"), 10, body("|\n    Words.\n\n    ## A\n\n    ### B")),
    Case("link-placeholder", button("https://network.example.org/TODO"), 7, button("https://link.springer.com/x")),
    Case(
        "slot-no-default",
        body(f"'{CITY[1:-1]} or {{{{ subscriber.city }}}}'".replace("('your city')", '("x")')),
        6,
        CLEAN,
    ),
    Case(
        "slot-no-default",
        body('"{{ subscriber.city }}"') + "    show_if: subscriber.language\n",
        6,
        body('"{{ subscriber.city }}"') + "    show_if: subscriber.city\n",
    ),
    Case("template-syntax", body('"Hello [[name]]"'), 6, body('"Hello [name]"')),
    Case("template-syntax", body('"Hello [[name]]"'), 6, body("Write \\{{ subscriber.name \\}} or \\}} here.")),
    Case("date-past", events("date: 2019-04-07"), 8, events("date: 2020-03-30, until: 2020-03-31")),
    Case("date-far", events("date: 2022-04-07"), 8, events("date: 2022-03-07")),
    Case(
        "dates-unordered",
        events("date: 2020-04-08", "date: 2020-04-07"),
        9,
        agenda("date: 2020-04-07, time: 9:00", "date: 2020-04-07, time: 11:00"),
    ),
    Case(
        "dates-unordered",
        agenda("date: 2020-04-07, time: 11:00", "date: 2020-04-07, time: 9:00"),
        9,
        agenda("date: 2020-04-07, time: 11:00", "date: 2020-04-07"),
    ),
    Case(
        "time-order",
        agenda("date: 2020-04-07, time: 11:00, end_time: 10:00"),
        8,
        agenda("date: 2020-04-07, time: 22:00, end_time: 02:00, until: 2020-04-08"),
    ),
    Case(
        "time-missing",
        agenda("date: 2021-03-28, time: 02:30"),
        8,
        agenda("date: 2021-03-28, time: 02:30, timezone: Asia/Tokyo", "date: 2021-03-28, time: 03:00"),
    ),
    Case(
        "time-missing",
        agenda("date: 2021-03-28, time: 01:30, end_time: 05:00, sessions: [{title: S, time: 02:30}]"),
        8,
        agenda("date: 2021-03-28, time: 01:30, end_time: 05:00, sessions: [{title: S, time: 03:30}]"),
    ),
    Case(
        "time-missing",
        agenda("date: 2021-03-27, time: 22:00, end_time: 05:00, sessions: [{title: S, time: 02:30}]"),
        8,
        agenda("date: 2021-03-27, time: 01:00, end_time: 05:00, sessions: [{title: S, time: 02:30}]"),
    ),
    Case(
        "time-missing",
        events("date: 2021-03-26, until: 2021-03-29, time: 02:10, end_time: 04:00"),
        8,
        events("date: 2021-03-29, until: 2021-03-30, time: 02:10, end_time: 04:00"),
    ),
    Case(
        "time-twice",
        agenda("date: 2020-10-24, time: 23:00, end_time: 02:30"),
        8,
        agenda("date: 2020-10-25, time: 03:30"),
    ),
    Case(
        "time-order",
        events("date: 2020-04-07, time: 11:00, end_time: 10:00"),
        8,
        events("date: 2020-04-07, time: 22:00, end_time: 02:00"),
    ),
    Case("weekday-wrong", body("See you on Tuesday 25 November."), 6, body("See you on Wednesday 25 November.")),
    Case("weekday-wrong", body("See you on Monday, April 7th."), 6, body("See you on Tuesday, April 7, 2020.")),
    Case("weekday-wrong", body("See you on Tuesday, 31 April."), 6, body("See you on Tuesday, 1 May 2018.")),
    Case("words-missing", CLEAN, 8, CLEAN, "newsletter.yaml", GERMAN, FRENCH),
    Case("language-missing", CLEAN, 8, CLEAN, "newsletter.yaml", FRENCH),
    Case(
        "translation-differs",
        issue_of(TWO),
        3,
        issue_of(TWO),
        "issue.fr.yaml",
        FRENCH,
        FRENCH,
        files={"issue.fr.yaml": "blocks:\n  - {block: divider}\n  - {block: divider}\n"},
        right_files={"issue.fr.yaml": "blocks:\n  - {block: text, body: Le printemps}\n  - {block: divider}\n"},
    ),
    Case(
        "translation-link",
        body("Read [the survey](https://network.example.org/survey)."),
        4,
        body("Read [the survey](https://network.example.org/survey)."),
        "issue.fr.yaml",
        FRENCH,
        FRENCH,
        files={"issue.fr.yaml": "subject: P\nblocks:\n  - body: |\n      Lire [ceci](https://other.example.org/)."},
        right_files={"issue.fr.yaml": "blocks:\n  - body: Lire [ceci](https://fr.network.example.org/enquete)."},
    ),
    Case(
        "translation-figure",
        body("On 25 November, 27 % of 1,000 came."),
        4,
        body("On 25 November, 27 % of 1,000 came."),
        "issue.fr.yaml",
        FRENCH,
        FRENCH,
        files={"issue.fr.yaml": "subject: P\nblocks:\n  - body: |\n      Le 25 novembre, 28 % de 1 000."},
        right_files={"issue.fr.yaml": "blocks:\n  - body: Le 25 novembre, 27 % de 1\u202f000 étaient là."},
    ),
    Case(
        "untranslated",
        issue_of(TWO),
        3,
        issue_of(TWO),
        "issue.fr.yaml",
        FRENCH,
        FRENCH,
        files={"issue.fr.yaml": "subject: P\nblocks:\n  - {}\n  - {}\n"},
        right_files={"issue.fr.yaml": "preheader: P\nsubject: P\nblocks:\n  - {body: Voici le printemps.}\n  - {}\n"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{CASES.index(case)}")
def test_a_mistake_is_found_at_its_line_and_what_is_right_is_not(tmp_path: Path, case: Case) -> None:
    pictures: dict[str, str | bytes] = {"a.png": png()}
    found = check(tmp_path / "wrong", case.wrong, newsletter=case.newsletter, files=pictures | case.files).findings
    places = [(finding.position.file.name, finding.position.line) for finding in found if finding.code == case.code]
    assert (case.file, case.line) in places, [str(finding) for finding in found]
    right = check(
        tmp_path / "right", case.right, newsletter=case.right_newsletter, files=pictures | case.right_files
    ).findings
    assert case.code not in {finding.code for finding in right}, [str(finding) for finding in right]


def test_a_clean_issue_has_no_findings(tmp_path: Path) -> None:
    assert check(tmp_path, CLEAN, files={}).findings == ()


def test_the_shipped_sample_has_no_findings() -> None:
    for folder in shipped.SAMPLE_ISSUES.glob("*/issue.yaml"):
        assert check_folder(folder.parent, templates=(shipped.TEMPLATES,)).findings == ()


# What authors cannot cause but templates can: the edition is changed after it was made.


def changed(folder: Path, issue: str = CLEAN, **parts: SlottedText) -> set[str]:
    """The codes found in an edition with these parts."""
    checked = check(folder, issue, files={})
    assert checked.issue is not None
    return {found.code for found in check_editions(checked.issue, {"en": replace(checked.editions["en"], **parts)})}


LEAVE = ('<a href="', Slot("links.unsubscribe", Context.URL), '">Leave</a> 1 Long Street, 75001&nbsp;Paris')
LEAVE_TEXT = ("Welcome to spring. ", Slot("links.unsubscribe", Context.PLAIN), " 1 Long Street, 75001\nParis")


@pytest.mark.parametrize(
    ("html", "text", "codes"),
    [
        (LEAVE, LEAVE_TEXT, set()),
        (("1 Long Street, 75001 Paris",), LEAVE_TEXT, {"unsubscribe-missing"}),
        (LEAVE, ("1 Long Street, 75001 Paris",), {"unsubscribe-missing"}),
        (("<!-- ", *LEAVE, " -->", "1 Long Street, 75001 Paris"), LEAVE_TEXT, {"unsubscribe-missing"}),
        ((*LEAVE[:2], '">Leave</a>'), LEAVE_TEXT, {"postal-address-missing"}),
        (LEAVE, LEAVE_TEXT[:2], {"postal-address-missing"}),
        ((*LEAVE, Slot("subscriber.frist_name", Context.TEXT, (("default", ("x",)),))), LEAVE_TEXT, {"slot-unknown"}),
        ((*LEAVE, "Dear {{ first_name }}"), LEAVE_TEXT, {"slot-unresolved"}),
        ((*LEAVE, "<style>@media x{a{b:c}}</style>"), LEAVE_TEXT, set()),
        (LEAVE, (*LEAVE_TEXT, "{% if x %}"), {"slot-unresolved"}),
        ((*LEAVE, '<a href="#">x</a>'), LEAVE_TEXT, {"link-empty"}),
        ((*LEAVE, '<a href="https://x.example.org"><img src="p.png" alt=""></a>'), LEAVE_TEXT, {"link-nameless"}),
        ((*LEAVE, '<a href="https://x.example.org"> &nbsp;&zwnj; </a>'), LEAVE_TEXT, {"link-nameless"}),
        ((*LEAVE, '<a href="https://x.example.org" aria-label="Home"></a>'), LEAVE_TEXT, set()),
        ((*LEAVE, "<h1>A</h1><h3>B</h3>"), LEAVE_TEXT, {"heading-jump"}),
        ((*LEAVE, "x" * 102_400), LEAVE_TEXT, {"html-clipped"}),
        ((*LEAVE, "x" * 93_000), LEAVE_TEXT, {"html-near-clip"}),
        ((*LEAVE, "é" * 47_000), LEAVE_TEXT, {"html-near-clip"}),
    ],
)
def test_what_a_template_does_wrong_is_found(
    tmp_path: Path, html: SlottedText, text: SlottedText, codes: set[str]
) -> None:
    assert changed(tmp_path, html=html, text=text) == codes


def test_a_plain_text_without_a_title_or_a_link_is_incomplete(tmp_path: Path) -> None:
    issue = issue_of("- block: download\n  title: Fact sheet\n  link: {label: Read it, url: https://x.example.org/f}\n")
    assert changed(tmp_path, issue) == set()
    assert changed(tmp_path, issue, text=(*LEAVE_TEXT, "\nFACT\nSHEET https://x.example.org/f")) == set()
    assert changed(tmp_path, issue, text=(*LEAVE_TEXT, "\nFact sheet")) == {"text-part-incomplete"}
    assert changed(tmp_path, issue, text=(*LEAVE_TEXT, "https://x.example.org/f")) == {"text-part-incomplete"}


TITLES = (
    "What's new?",
    'What\'s on "this" week',
    "l'été : 20 % de plus ?",
    "« Rendez-vous » !",
    "Straße & Café #2",
    "100 €",
    "Nächste *Schritte*",
    "東京からのお知らせ：新しい議題と提案についての長い見出しがここにあります、二行になるほど",
    "İstanbul'da yılın buluşması",
    "A very long title that is broken over more than one line of the plain text, because it says so much",
    "🎄 Season's greetings 🎄",
    "🎄",
)


@pytest.mark.parametrize("language", ["en", "fr", "tr"])
def test_a_title_is_in_the_text_part_however_it_is_set(tmp_path: Path, language: str) -> None:
    quoted = [title.replace("'", "''") for title in TITLES]
    issue = issue_of("".join(f"- {{block: article, title: '{title}', body: x}}\n" for title in quoted))
    found = check(tmp_path, issue, newsletter=NEWSLETTER.replace("[en, fr]", f"[{language}]"), files={}).findings
    assert not [finding for finding in found if finding.code == "text-part-incomplete"]


def test_a_title_that_is_only_a_part_of_a_word_of_the_text_is_missed(tmp_path: Path) -> None:
    issue = issue_of("- block: text\n  title: Art\n  body: x\n")
    assert changed(tmp_path, issue, text=(*LEAVE_TEXT, "\nParty x")) == {"text-part-incomplete"}


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example.org/été",
        "https://x.example.org/a%20b",
        "https://bücher.example.org/",
        "https://x.example.org/?a=1&b=2",
    ],
)
def test_an_address_is_in_the_text_part_however_it_is_encoded(tmp_path: Path, url: str) -> None:
    issue = issue_of(
        f"- block: text\n  body: See [the books]({url}).\n- block: button\n  label: The books\n  url: {url}\n"
    )
    assert "text-part-incomplete" not in {f.code for f in check(tmp_path, issue, files={}).findings}


def test_each_place_without_a_default_is_told_and_no_other(tmp_path: Path) -> None:
    text = body(
        "'{{ subscriber.city | default(\"your city\") | title }}, {{ subscriber.city }}, {{subscriber.city|upper}}'"
    )
    found = [f for f in check(tmp_path, text, files={}).findings if f.code == "slot-no-default"]
    assert [f.position.column for f in found] == [66, 89]
    assert found[0].hint == "write {{ subscriber.city | default(“your city”) }}"  # in a quoted value


@pytest.mark.parametrize(
    ("blocks", "count"),
    [
        ("- {block: button, label: Join, url: U}\n- {block: divider}\n- {block: button, label: Join, url: U}\n", 0),
        ("- {block: text, body: 'See [this page](U).'}\n- {block: text, body: 'See [that page](U).'}\n", 0),
        (ARTICLES.format("One", "Two"), 1),
        (ARTICLES.format("Webinar 3", "Webinar 4"), 0),
        (ARTICLES.format("One", "Two").replace("About it", "Register"), 0),
        (ARTICLES.format("One", "Two").replace("U}", "https://network.example.org/}"), 0),
        (ARTICLES.format("One", "Two") + ARTICLES.format("Three", "Four"), 0),
    ],
)
def test_a_link_stands_twice_by_mistake_or_on_purpose(tmp_path: Path, blocks: str, count: int) -> None:
    issue = issue_of(blocks.replace("U", "https://network.example.org/page"))
    found = check(tmp_path, issue, files={}).findings
    assert [f.code for f in found].count("link-duplicate") == count


@pytest.mark.parametrize("day", ["2020-06-31", "2020-02-30", "32.1.", "31 June", "2020-13-01", "20200407"])
def test_an_impossible_day_is_one_error(tmp_path: Path, day: str) -> None:
    issue = events("date: 2020-05-01", f"date: {day}, until: 2020-07-02", "date: 2020-08-01")
    found = [finding for finding in check(tmp_path, issue, files={}).findings if finding.code != "language-missing"]
    assert [(f.code, f.position.line) for f in found] == [("issue-invalid", 9)], found
    assert "1900" not in str(found)


def test_braces_that_the_author_means_are_no_mistake(tmp_path: Path) -> None:
    text = body("'Write \\{{ subscriber.name \\}}, \\{% if %} or \\}} here.'")
    assert check(tmp_path, text, files={}).findings == ()


def test_a_broken_template_is_a_finding_in_the_template(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "blocks" / "text" / "block.mjml.j2"
    own.parent.mkdir(parents=True)
    own.write_text("{% if block.title %}\n{{ nothing | nofilter }}\n")
    checked = check_folder(write_issue(tmp_path, CLEAN), templates=(tmp_path / "templates", shipped.TEMPLATES))
    broken = [finding for finding in checked.findings if finding.code == "template-invalid"]
    assert broken
    assert broken[0].position.file == own
    assert checked.editions == {}


SECTION = "<mj-section><mj-column>\n{}\n</mj-column></mj-section>\n"


@pytest.mark.parametrize(
    ("code", "wrong", "line"),
    [
        ("mjml-element", SECTION.format("<mj-txt>x</mj-txt>"), 2),
        ("mjml-nesting", "<mj-section>\n\n<mj-text>x</mj-text></mj-section>", 3),
        ("mjml-attribute", SECTION.format('<mj-text\n font-sise="17px">x</mj-text>'), 3),
        ("mjml-value", SECTION.format('<mj-text padding="big">x</mj-text>'), 2),
        ("mjml-missing", SECTION.format('<mj-image src="a.png" />'), 2),
        ("mjml-unsupported", SECTION.format('<mj-text background-color="#ffffff">x</mj-text>'), 2),
        ("client-support", SECTION.format('<mj-text>\n<p style="display: flex">x</p></mj-text>'), 3),
    ],
)
def test_a_mistake_in_mjml_is_found_in_the_template_and_in_a_block_of_mjml(
    tmp_path: Path, code: str, wrong: str, line: int
) -> None:
    own = tmp_path / "templates" / "blocks" / "divider" / "block.mjml.j2"
    own.parent.mkdir(parents=True)
    own.write_text(wrong)
    divider = issue_of("- block: divider\n")
    by_template = check_folder(write_issue(tmp_path, divider), templates=(tmp_path / "templates", shipped.TEMPLATES))
    ((place, message),) = [(f.position, f.message) for f in by_template.findings if f.code == code]
    assert (place.file, place.line) == (own, line)
    assert message.endswith("(in the divider at issue.yaml:5)")

    block = "- block: mjml\n  body: The same in words.\n  mjml: |\n" + textwrap.indent(wrong, "    ")
    by_author = check(tmp_path / "authored", issue_of(block), files={"a.png": png(30, 20)})
    ((place, message),) = [(f.position, f.message) for f in by_author.findings if f.code == code]
    assert (place.file.name, place.line) == ("issue.yaml", 7 + line)
    assert "(in the" not in message


def test_every_code_is_tested() -> None:
    with_cases = {case.code for case in CASES}
    with_editions = {"unsubscribe-missing", "slot-unknown", "slot-unresolved", "html-clipped", "html-near-clip"}
    of_mjml = {code for code in CODES if code.startswith("mjml-")} | {"client-support"}  # each has its case above
    of_css = {code for code in CODES if code.startswith("css-")}  # tests/edition/theme/test_stylesheets.py
    assert set(CODES) == with_cases | with_editions | of_mjml | of_css | {
        "dark-missing",
        "font-heavy",  # tests/edition/theme/test_web_fonts.py
        "theme-token",  # tests/edition/theme/test_theme_files.py
        "text-part-incomplete",
        "template-invalid",
        "issue-repeated",
        "story-repeated",  # tests/checks/test_repetition.py
        "number-repeated",
        "words-incomplete",
        "link-ambiguous",  # tests/checks/access/
        "alt-vague",  # tests/checks/cases/
        "picture-words",
        "colour-forced",
        "inbox-cut",
        *("spelling", "spelling-unchecked"),  # tests/checks/spelling/
        *("link-gone", "link-broken", "link-moved", "link-unsure"),  # tests/probing/
    }


def test_a_finding_tells_programs_what_it_tells_people(tmp_path: Path) -> None:
    (found,) = check(tmp_path, head("SPRING IS HERE"), files={}).findings
    assert isinstance(found, Finding)
    assert found.as_json() == {
        "code": "subject-shouting",
        "severity": "warning",
        "file": str(tmp_path / "spring/issue.yaml"),
        "line": 1,
        "column": 10,
        "message": "the subject is in capitals only",
        "hint": "write it as a sentence",
    }


def test_a_language_that_cannot_be_rendered_is_still_checked_as_written(tmp_path: Path) -> None:
    issue = body('"{{ subscriber.frist_name }} [here](http://localhost)"')
    codes = {finding.code for finding in check(tmp_path, issue, files={}).findings}
    assert {"edition-invalid", "link-local", "link-vague"} <= codes


def test_braces_that_are_meant_are_known_however_they_are_escaped_and_set(tmp_path: Path) -> None:
    text = body('\'Hugo writes \\{{\\< figure src="x.png" \\>\\}} and \\{{ x \\}}, "so".\'')
    folder = write_issue(tmp_path, text, newsletter=NEWSLETTER)
    found = {one.code for one in check_folder(folder, templates=(shipped.TEMPLATES,)).findings}
    assert found & {"slot-unresolved", "template-syntax", "edition-invalid", "issue-invalid"} == set()
