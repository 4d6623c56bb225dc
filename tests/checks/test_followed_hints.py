"""Every hint, followed literally, works: what was found is gone, and nothing else has come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from composer import shipped
from composer.checks import Finding
from composer.checks.codes import CODES
from composer.compose import check_folder
from tests.support.authoring import NEWSLETTER, issue_of, png, write_issue

PUBLICATION = NEWSLETTER.replace("[en, fr]", "[en]")
SENDER = "sender:\n  name: The Network\n  email: news@network.example.org\n"


@dataclass
class Hint:
    """An issue with ``wrong`` in it, of which ``code`` is found with ``said`` in its hint, which puts ``right`` there.

    ``file`` is where it stands: the issue, ``newsletter.yaml``, a translation or a locale.
    """

    code: str
    said: str
    issue: str
    wrong: str
    right: str
    file: str = "issue.yaml"
    newsletter: str = PUBLICATION
    files: dict[str, str | bytes] = field(default_factory=dict)


def body(text: str) -> str:
    return issue_of(f"- block: text\n  body: |\n    {text}\n")


def said(words: str) -> str:
    return issue_of(f'- block: quote\n  person: Ada\n  body: "{words}"\n')


def article(rest: str = "") -> str:
    return issue_of(f"- block: article\n  title: A bridge\n  body: It is long.\n{rest}")


def button(url: str, label: str = "See the survey") -> str:
    return issue_of(f'- block: button\n  label: "{label}"\n  url: "{url}"\n')


def events(*rows: str) -> str:
    entries = "".join(f"    - {{title: Day {number}, {row}}}\n" for number, row in enumerate(rows))
    return issue_of(f"- block: events\n  title: Dates\n  events:\n{entries}")


def headed(subject: str, preheader: str = "A survey and three dates") -> str:
    return issue_of("- block: divider\n", head=f"subject: {subject}\npreheader: {preheader}\ndate: 2020-03-31\n")


PICTURE = issue_of('- block: image\n  picture: {file: a.png, alt: "A bridge"}\n')
CLEAN = body("Welcome to spring.")
SITE = "https://network.example.org"
OF_THE_CHECKS = [
    Hint(
        "sender-missing",
        "add sender: with a name and an email",
        CLEAN,
        "",
        SENDER,
        "newsletter.yaml",
        PUBLICATION.replace(SENDER, ""),
    ),
    Hint(
        "postal-address-missing",
        "add postal_address: with street and city",
        CLEAN,
        "",
        "postal_address: Long Street 1, Paris\n",
        "newsletter.yaml",
        PUBLICATION.replace("postal_address: 1 Long Street, 75001 Paris\n", ""),
    ),
    Hint(
        "sender-invalid",
        "news@example.org",
        CLEAN,
        "news.network",
        "news@example.org #",
        "newsletter.yaml",
        PUBLICATION.replace("news@network", "news.network"),
    ),
    Hint(
        "list-id-invalid",
        "news.example.org",
        CLEAN,
        "net_news",
        "news.example.org",
        "newsletter.yaml",
        PUBLICATION + "list_id: net_news\n",
    ),
    Hint(
        "list-id-invalid",
        "leave list_id out",
        CLEAN,
        "list_id: net_news\n",
        "",
        "newsletter.yaml",
        PUBLICATION + "list_id: net_news\n",
    ),
    Hint(
        "sender-freemail",
        "an address of your own domain",
        CLEAN,
        "gmail.com",
        "network.org",
        "newsletter.yaml",
        PUBLICATION.replace("network.example.org\npostal", "gmail.com\npostal"),
    ),
    Hint(
        "edition-invalid",
        "did you mean 'subscriber.first_name'?",
        body('{{ subscriber.frist_name | default("x") }}'),
        "subscriber.frist_name",
        "subscriber.first_name",
    ),
    Hint(
        "slot-no-default",
        'write {{ subscriber.city | default("your city") }}',
        body("To {{ subscriber.city }}"),
        "{{ subscriber.city }}",
        '{{ subscriber.city | default("your city") }}',
    ),
    Hint(
        "template-syntax",
        "{{ subscriber.first_name }}",
        body("Dear [[name]]"),
        "[[name]]",
        '{{ subscriber.first_name | default("x") }}',
    ),
    Hint("subject-empty", "add words, or a default", headed('"{{ subscriber.city }}"'), '}}"', '}} in spring"'),
    Hint("subject-long", "cut the rest", headed("x" * 71), "x" * 71, "x" * 69),
    Hint("subject-shouting", "write it as a sentence", headed("SPRING IS HERE"), "SPRING IS HERE", "Spring is here"),
    Hint("subject-shouting", "one is enough", headed("Spring is here!!"), "!!", "!"),
    Hint("preheader-repeats", "say what else is in the issue", headed("Spring", "Spring!"), "Spring!", "Three dates"),
    Hint("preheader-long", "put what matters first", headed("Spring", "x" * 151), "x" * 151, "x" * 140),
    Hint("issue-invalid", "copy it again from the browser", button("https://"), "https://", SITE),
    Hint("link-nameless", "write words between the brackets", body(f"See [](  {SITE})."), "[]", "[the words]"),
    Hint("link-nameless", "delete the link", body(f"See it [](  {SITE})."), f"[](  {SITE})", ""),
    Hint("link-local", "write the public address", button("http://localhost/x"), "http://localhost", SITE),
    Hint("link-placeholder", "write the address that is meant", button("https://todo.org"), "https://todo.org", SITE),
    Hint("link-placeholder", "delete the link", body("See [it](https://todo.org)."), "[it](https://todo.org)", "it"),
    Hint("link-pasted", f"write {SITE}/a", button(f"{SITE}/a."), "/a.", "/a"),
    Hint("link-insecure", "write https://", button(f"http{SITE[5:]}"), "http:", "https:"),
    Hint("link-shortener", "write the long address", button("https://bit.ly/3x"), "https://bit.ly/3x", f"{SITE}/x"),
    Hint(
        "link-anchor",
        "give the block that is meant an id: of this name",
        button("#agenda"),
        '"#agenda"',
        '"#agenda"\n    id: agenda',
    ),
    Hint(
        "link-anchor",
        "id: uber-uns, and write #uber-uns",
        button("#Über_uns"),
        '"#Über_uns"',
        '"#uber-uns"\n    id: uber-uns',
    ),
    Hint("link-vague", "name what is there", button(SITE, "Click here"), "Click here", "The survey of spring"),
    Hint(
        "inbox-cut",
        "further ahead",
        headed("A conference on safety in public spaces after dark, 25 November"),
        "A conference on safety in public spaces after dark, 25 November",
        "On 25 November, a conference on safety in public spaces after dark",
    ),
    Hint(
        "link-ambiguous",
        "name in each what is there",
        body(f"Read [more]({SITE}/a) and [more]({SITE}/b)."),
        f"[more]({SITE}/b)",
        f"[the programme]({SITE}/b)",
    ),
    Hint(
        "link-misleading",
        "show the same address",
        body(f"See [www.bank.example]({SITE})."),
        "www.bank.example",
        "network.example.org",
    ),
    Hint("link-misleading", "or words", body(f"See [www.bank.example]({SITE})."), "www.bank.example", "the bank"),
    Hint("alt-vague", "what the picture shows", PICTURE.replace("A bridge", "Our banner"), "Our banner", "A bridge"),
    Hint(
        "picture-words",
        "what it says, when, and where",
        PICTURE.replace("a.png", "poster.png"),
        "A bridge",
        "Spring festival on the bridge, Friday 3 April",
        files={"poster.png": png()},
    ),
    Hint(
        "alt-missing",
        "say in a few words what the picture shows",
        PICTURE.replace("A bridge", ""),
        'alt: ""',
        "alt: A bridge",
    ),
    Hint("alt-filename", "say in a few words", PICTURE.replace("A bridge", "IMG_0042"), "IMG_0042", "A bridge"),
    Hint(
        "colour-unreadable",
        "choose a darker",
        issue_of("- block: divider\n", head='subject: S\npreheader: P\ndate: 2020-03-31\ntheme: {accent: "#ff0"}\n'),
        "#ff0",
        "#00c",
    ),
    Hint(
        "colour-faint",
        "choose a darker",
        issue_of("- block: divider\n", head='subject: S\npreheader: P\ndate: 2020-03-31\ntheme: {accent: "#f90"}\n'),
        "#f90",
        "#00c",
    ),
    Hint("heading-jump", "write it with fewer #", body("## A\n\n    #### B"), "####", "###"),
    Hint("markup-unread", "write the signs close to the words", body("A ** bold ** word."), "** bold **", "**bold**"),
    Hint("markup-unread", "write <b>words</b>", body("Up **50 %**der."), "**50 %**", "<b>50 %</b>"),
    Hint("markup-unmeant", "\\* for each star", body("It is 2*3*4 big."), "2*3*4", "2\\*3\\*4"),
    Hint("markup-unmeant", "write ×", body("It is 2*3*4 big."), "2*3*4", "2×3×4"),
    Hint("markup-unmeant", "write 2.", body("1. One\n    3. Two"), "3. Two", "2. Two"),
    Hint("markup-unmeant", "\\. behind each", body("3. May\n    9. May"), "3. May\n      9.", "3\\. May\n      9\\."),
    Hint("markup-unmeant", "a blank line above", body("Yours\n    --\n    Ann"), "Yours\n", "Yours\n\n"),
    Hint("markdown-part", "in bold", said("## One\\n\\nTwo"), "## One", "**One**"),
    Hint("markdown-part", "without the >", said("Two\\n\\n> One"), "> One", "One"),
    Hint("markdown-part", "delete the line", said("One.\\n\\n---\\n\\nTwo."), "---\\n\\n", ""),
    Hint("markup-unmeant", "write </a> behind", body('<a href="https://a.city/x">Go.'), "Go.", "Go</a>."),
    Hint("markup-unmeant", "take the blanks away", body("x\n\n        Some more words"), " " * 10 + "S", " " * 6 + "S"),
    Hint("markup-unread", "write a blank behind the #", body("x\n\n    ##Spring"), "##", "## "),
    Hint("markup-unread", "without a blank between", body(f"See [it] ({SITE})."), "] (", "]("),
    Hint("markup-unread", "write [text](address)", body(f"See (it)[{SITE}]."), f"(it)[{SITE}]", f"[it]({SITE})"),
    Hint(
        "markup-unread",
        "write [text](<address>)",
        body("Call [us](tel:+49 (0)30 1234)."),
        "tel:+49 (0)30 1234",
        "<tel:+49 (0)30 1234>",
    ),
    Hint(
        "markup-unread",
        "with the address alone",
        body("Ask [us](<mailto:Ana <ana@example.org>>)."),
        "mailto:Ana <ana@example.org>",
        "mailto:ana@example.org",
    ),
    Hint("markup-unread", "write - and a blank", body("x\n\n    • one"), "• ", "- "),
    Hint("markup-unread", "H<sub>2</sub>O", body("H~2~O is water."), "H~2~O", "H<sub>2</sub>O"),
    Hint("markup-unread", "x<sup>2</sup>", body("It is x^2^."), "x^2^", "x<sup>2</sup>"),
    Hint("markup-unread", "<mark>words</mark>", body("It is ==new== here."), "==new==", "<mark>new</mark>"),
    Hint("markup-unread", "write ](, with", body(f"See [it[({SITE})."), "[(", "]("),
    Hint(
        "markup-unread",
        "the words come first",
        body(f"See [{SITE}](the site)."),
        f"[{SITE}](the site)",
        f"[it]({SITE})",
    ),
    Hint("link-empty", "write the whole address", body("See [it]()."), "()", f"({SITE})"),
    Hint("link-empty", "delete the link", body("See [it]()."), "[it]()", "it"),
    Hint("markup-unread", "close the link with )", body(f"See [it]({SITE}"), SITE, f"{SITE})"),
    Hint(
        "markup-unread",
        "write the footnote too: [^1]: its words",
        body("It is so[^1].\n"),
        "so[^1].",
        "so[^1].\n\n      [^1]: its words",
    ),
    Hint("markup-unread", "write **bold**", body("A [b]bold[/b] word."), "[b]bold[/b]", "**bold**"),
    Hint("markup-unread", "|---|---|", body("| a | b |\n    | 1 | 2 |"), "| 1", "|---|---|\n      | 1"),
    Hint("markup-unread", "\\* for a star", body("A *star."), "*star", "\\*star"),
    Hint("markup-unread", "\\` for the sign alone", body("A ` sign."), "`", "\\`"),
    Hint("markup-unread", "write ; behind it", body("A &nbsp blank."), "&nbsp", "&nbsp;"),
    Hint(
        "markup-in-line", "leave the signs out", article().replace("A bridge", "A **long** bridge"), "**long**", "long"
    ),
    Hint("html-removed", "leave it out", body("A <video>film</video>."), "<video>film</video>", "film"),
    Hint("text-todo", "write it", body("TODO: the story"), "TODO: the story", "The story"),
    Hint("text-placeholder", "write it", body("The venue: TBC"), "TBC", "the harbour"),
    Hint(
        "text-placeholder",
        "delete the note",
        body("Words.\n\n    <!-- a picture was here: a.webp -->"),
        "<!-- a picture was here: a.webp -->",
        "",
    ),
    Hint("text-placeholder", "say what the letter is about", headed("A first letter"), "A first letter", "Spring"),
    Hint("text-placeholder", "delete it", body("Words.\n\n    TODO"), "TODO", ""),
    Hint("date-past", "is the year right?", events("date: 2019-04-07"), "2019", "2020"),
    Hint(
        "date-past",
        "delete the entry",
        events("date: 2019-04-07", "date: 2020-04-08"),
        "      - {title: Day 0, date: 2019-04-07}\n",
        "",
    ),
    Hint("date-far", "is the year right?", events("date: 2029-04-07"), "2029", "2020"),
    Hint(
        "time-order",
        "exchange them",
        events("date: 2020-04-07, time: 11:00, end_time: 10:00"),
        "time: 11:00, end_time: 10:00",
        "time: 10:00, end_time: 11:00",
    ),
    Hint(
        "time-order",
        "add until: with the next day",
        events("date: 2020-04-07, time: 11:00, end_time: 10:00"),
        "end_time: 10:00",
        "end_time: 10:00, until: 2020-04-08",
    ),
    Hint(
        "time-missing",
        "an hour before or after it",
        events("date: 2020-03-29, time: 02:30", "date: 2020-05-01"),
        "02:30",
        "03:30",
        newsletter=PUBLICATION,
    ),
    Hint("time-twice", "write another hour", events("date: 2020-10-25, time: 02:30"), "02:30", "03:30"),
    Hint("weekday-wrong", "is it the day", body("On Tuesday 25 November."), "25", "24"),
    Hint("weekday-wrong", "or the weekday", body("On Tuesday 25 November."), "Tuesday", "Wednesday"),
    Hint(
        "translation-figure",
        "one of them is wrong",
        body("We were 27 on 3 May."),
        "28",
        "27",
        "issue.fr.yaml",
        NEWSLETTER,
        {"issue.fr.yaml": "subject: P\npreheader: Q\nblocks:\n  - {body: Nous étions 28 le 3 mai.}\n"},
    ),
    Hint(
        "untranslated",
        "write it in 'fr' in issue.fr.yaml",
        body("Welcome to this long spring of ours and of yours and theirs."),
        "Welcome to this long spring of ours and of yours and theirs.",
        "Voici le printemps.",
        "issue.fr.yaml",
        NEWSLETTER,
        {
            "issue.fr.yaml": "subject: P\npreheader: Q\nblocks:\n  - {body: "
            "Welcome to this long spring of ours and of yours and theirs.}\n"
        },
    ),
    Hint("issue-invalid", "did you mean 'title'?", article().replace("title:", "titel:"), "titel", "title"),
    Hint("issue-invalid", "did you mean 'article'?", article().replace("article", "artcle"), "artcle", "article"),
    Hint(
        "issue-invalid",
        "add 'url': Where it leads.",
        article("  link: {label: The story}\n"),
        "The story}",
        f"The story, 'url': '{SITE}'}}",
    ),
    Hint(
        "issue-invalid",
        "link: {label: Read on, url: https://network.example.org/x}",
        article(f"  link: {SITE}/x\n"),
        f"link: {SITE}/x",
        f"link: {{label: Read on, url: {SITE}/x}}",
    ),
    Hint(
        "issue-invalid",
        "picture: {file: a.png, alt: What it shows}",
        article("  picture: a.png\n"),
        "picture: a.png",
        "picture: {file: a.png, alt: What it shows}",
    ),
    Hint("issue-invalid", "Allowed: top, left, right", article("  layout: rigth\n"), "rigth", "right"),
    Hint("issue-invalid", "delete the line", article("  lead:\n"), "    lead:\n", ""),
    Hint("issue-invalid", "small letters, digits and hyphens", article("  id: Agenda 1\n"), "Agenda 1", "agenda-1"),
    Hint(
        "issue-invalid",
        "delete the line break",
        article("  kicker: |\n    one\n    two\n"),
        "|\n      one\n      two",
        "one two",
    ),
    Hint(
        "issue-invalid", "write hours:minutes, such as 11:00", events("date: 2020-04-07, time: noon"), "noon", "11:00"
    ),
    Hint("issue-invalid", "such as 2020-03-31", events("date: soon"), "soon", "2020-03-31"),
    Hint("issue-invalid", "delete it", body("Words\x07 here."), "\x07", ""),
    Hint("issue-invalid", "", article("  subject: x\n"), "    subject: x\n", ""),
    Hint(
        "issue-invalid",
        'begin it with "- block: text"',
        issue_of("- title: Words\n  body: Here.\n"),
        "- title: Words",
        "- block: text\n    title: Words",
    ),
    Hint(
        "issue-invalid",
        "choose another one",
        issue_of("- {block: divider, id: a}\n- {block: divider, id: a}\n"),
        "- {block: divider, id: a}\n  - ",
        "- {block: divider, id: b}\n  - ",
    ),
]

HAS_NO_SUCH_HINT = {
    "issue-repeated": "a gate of sending: tests/cli/commands/test_new.py rewrites the issue",
    "story-repeated": "needs an earlier issue: tests/checks/test_repetition.py rewrites the story",
    "number-repeated": "needs an earlier issue: tests/checks/test_repetition.py mends the number",
    "template-invalid": "of a designer's files: tests/edition/language/test_placeholders.py and theme tests",
    **dict.fromkeys(
        ("mjml-element", "mjml-nesting", "mjml-attribute", "mjml-value", "mjml-missing", "mjml-unsupported"),
        "of a designer's MJML",
    ),
    "client-support": "says which programs do not know it; what to do is the designer's choice",
    "unsubscribe-missing": "only a template can cause it",
    "slot-unknown": "only a template can cause it; an author's is edition-invalid",
    "slot-unresolved": "only a template can cause it",
    "html-clipped": "a size",
    "html-near-clip": "a size",
    "image-heavy": "a size: the file is made smaller",
    "font-heavy": "a size: the file is made smaller",
    "image-large": "a size: the file is made smaller",
    **dict.fromkeys(
        ("css-syntax", "css-selector", "css-property", "css-value", "css-lost", "css-font", "dark-missing"),
        "only a project's templates can cause it: tests/edition/theme/test_stylesheets.py",
    ),
    "theme-token": "only a project's theme.yaml can cause it: tests/edition/theme/test_theme_files.py",
    "images-heavy": "a size: the files are made smaller",
    "text-part-incomplete": "only a template can cause it",
    "link-duplicate": "asks a question",
    **dict.fromkeys(("spelling", "spelling-unchecked"), "needs hunspell: tests/checks/spelling/"),
    "colour-forced": "another colour is the designer's choice: tests/checks/cases/colour-forced/",
    **dict.fromkeys(("link-gone", "link-broken", "link-moved", "link-unsure"), "needs a network: tests/probing/"),
    "dates-unordered": "moves an entry: tests/checks/test_findings.py",
    "language-missing": "a file to be written",
    "words-missing": "a file to be written: tests/edition/language/test_placeholders.py",
    "words-incomplete": "tests/edition/language/test_placeholders.py",
    "translation-differs": "asks a question",
    "translation-link": "asks a question",
}


def findings(folder: Path, hint: Hint, files: dict[str, str | bytes]) -> tuple[Finding, ...]:
    texts = {"issue.yaml": hint.issue, "newsletter.yaml": hint.newsletter} | files
    issue, newsletter = texts.pop("issue.yaml"), texts.pop("newsletter.yaml")
    assert isinstance(issue, str)
    assert isinstance(newsletter, str)
    written = write_issue(folder, issue, newsletter=newsletter, files={"a.png": png(), **texts})
    return check_folder(written, templates=(shipped.TEMPLATES,)).findings


@pytest.mark.parametrize("hint", OF_THE_CHECKS, ids=lambda hint: f"{hint.code}-{OF_THE_CHECKS.index(hint)}")
def test_who_follows_a_hint_has_mended_it(tmp_path: Path, hint: Hint) -> None:
    texts = {"issue.yaml": hint.issue, "newsletter.yaml": hint.newsletter} | hint.files
    wrong = texts[hint.file]
    assert isinstance(wrong, str)
    before = findings(tmp_path / "before", hint, hint.files)
    assert [one for one in before if one.code == hint.code and hint.said in one.hint], list(map(str, before))
    right = wrong.replace(hint.wrong, hint.right, 1) if hint.wrong else wrong + hint.right
    assert right != wrong
    after = findings(tmp_path / "after", hint, hint.files | {hint.file: right})
    assert hint.code not in {one.code for one in after}, list(map(str, after))
    assert not Counter(one.code for one in after) - Counter(one.code for one in before), list(map(str, after))


def test_every_code_has_its_hint_followed_or_a_reason() -> None:
    followed = {hint.code for hint in OF_THE_CHECKS}
    assert followed | HAS_NO_SUCH_HINT.keys() == CODES.keys()
    assert not followed & HAS_NO_SUCH_HINT.keys()
