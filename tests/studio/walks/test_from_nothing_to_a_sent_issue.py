"""One long walk: from an empty folder to a sent issue, by somebody who never sees a terminal, an editor or YAML."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.studio_page import mail, panel
from tests.support.truth_sink import Sink
from tests.support.walking import Walk, drop_files, is_saved, photograph, pick, room, studio_in, text_field

PEOPLE = """\
E-mail,First name,Last name,Language
ana@example.org,Ana,Petrescu,en
ben@example.org,Ben,Okafor,en
chloe@example.org,Chloé,Martin,fr
dag@example.org,Dag,,
not an address,Eve,,en
emile@example.org,Émile,Roux,fr
"""

GETS = {
    "ana@example.org": ("en", "Ana"),
    "ben@example.org": ("en", "Ben"),
    "chloe@example.org": ("fr", "Chloé"),
    "dag@example.org": ("en", "Dag"),
    "emile@example.org": ("fr", "Émile"),
}

SUBJECT = {"en": "The harbour wakes up", "fr": "Le port se réveille"}

ALTS = {
    "en": ("The harbour at six in the morning", "The new ferry", "Ada Bridge"),
    "fr": ("Le port à six heures du matin", "Le nouveau bac", "Ada Bridge au travail"),
}

SAID = {
    "en": (
        "A ferry, a market and three dates.",
        "spring has come to the harbour.",
        "The ferry sails again",
        "The first boat leaves at seven.",
        "Read about the ferry",
        "Open day at the lock",
        "It was time.",
        "Ada Bridge",
        "Did you know?",
        "passengers a year",
        "Come to the market",
        "Timetable of the ferry",
    ),
    "fr": (
        "Un bac, un marché et trois dates.",
        "le printemps est arrivé au port.",
        "Le bac reprend la mer",
        "Le premier bateau part à sept heures.",
        "Tout sur le bac",
        "Portes ouvertes à l’écluse",
        "Il était temps.",
        "Ada Bridge",
        "Le saviez-vous ?",
        "passagers par an",
        "Venez au marché",
        "Horaires du bac",
    ),
}

TRANSLATED = (
    ("Subject", SUBJECT["en"], SUBJECT["fr"]),
    ("What inboxes show after the subject", SAID["en"][0], SAID["fr"][0]),
    ("Text", SAID["en"][1], SAID["fr"][1]),
    ("What the picture shows", ALTS["en"][0], ALTS["fr"][0]),
    ("Small line above", "On the water", "Sur l’eau"),
    ("Headline", SAID["en"][2], SAID["fr"][2]),
    ("Text", SAID["en"][3], SAID["fr"][3]),
    ("What the picture shows", ALTS["en"][1], ALTS["fr"][1]),
    ("Words of the link", SAID["en"][4], SAID["fr"][4]),
    ("Headline", "Coming up", "À venir"),
    ("What takes place", SAID["en"][5], SAID["fr"][5]),
    ("Place", "Lock 3", "Écluse 3"),
    ("Words of the link", "How to get there", "Comment venir"),
    ("What was said", SAID["en"][6], SAID["fr"][6]),
    ("Who said it", SAID["en"][7], SAID["fr"][7]),
    ("What the picture shows", ALTS["en"][2], ALTS["fr"][2]),
    ("Headline", SAID["en"][8], SAID["fr"][8]),
    ("Text", "The lock is older than the town.", "L’écluse est plus vieille que la ville."),
    ("Large figure", "4,200", "4 200"),
    ("What the figure counts", SAID["en"][9], SAID["fr"][9]),
    ("Large figure", "12", "12"),
    ("What the figure counts", "boats", "bateaux"),
    ("Words on the button", SAID["en"][10], SAID["fr"][10]),
    ("Headline", SAID["en"][11], SAID["fr"][11]),
    ("Words of the link", "Download", "Télécharger"),
)

GREETINGS = {"en": "Dear {}", "fr": "Bonjour {}"}

WRAPPED = (
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fmarket.example.com%2F&data=05%7C02&reserved=0"
)
"""A link as it is copied out of a mail in Outlook."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Paris")
    yield context.new_page()
    context.close()


@pytest.mark.usefixtures("built_page")
def test_from_an_empty_folder_to_a_sent_issue(
    page: Page, tmp_path: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", f"smtp://127.0.0.1:{sink.port}?tls=none")
    desk = tmp_path / "desktop"
    desk.mkdir()
    harbour = photograph(desk / "Harbour at six (1).jpg", (1800, 1200), (40, 90, 140))
    ferry = photograph(desk / "ferry.png", (1200, 800), (150, 60, 40))
    portrait = photograph(desk / "Portrait Ada.jpg", (800, 1200), (60, 120, 60))
    people = desk / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    folder = tmp_path / "the-quay"
    folder.mkdir()
    walk = Walk(page)
    with studio_in(folder) as program:
        with walk.step("the newsletter begins"):
            begin(page, program.address)
        with walk.step("the frame of the issue"):
            write_frame(page)
        with walk.step("the letter, and a picture that is chosen"):
            write_letter(page, harbour)
        with walk.step("the story, and a picture that is dropped on it"):
            write_story(page, ferry)
        with walk.step("dates, what somebody said, and a portrait"):
            write_dates_and_quotation(page, portrait)
        with walk.step("four blocks more"):
            write_the_rest(page)
        with walk.step("a finding is mended by its button"):
            mend(page)
        with walk.step("the other language"):
            translate(page)
        with walk.step("a test mail"):
            send_a_test(page)
        judge_test(sink)
        with walk.step("people are dropped in"):
            import_people(page, people)
        with walk.step("the last page, and sending"):
            send(page)
    walk.tell()
    judge(sink)


def begin(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Name", exact=True).fill("The Quay")
    page.get_by_label("Sent from").fill("letter@quay.example.com")
    page.get_by_label("Postal address").fill("1 Quay Street, 12345 Harbour")
    page.get_by_label("Languages").fill("en, fr")
    page.get_by_role("radio", name="Bulletin").check()
    page.get_by_role("button", name="Begin with the first issue").click()
    expect(mail(page).get_by_text("one or two sentences of welcome")).to_be_visible()


def write_frame(page: Page) -> None:
    page.get_by_role("tab", name="Write").click()
    text_field(page, "Subject").fill(SUBJECT["en"])
    text_field(page, "What inboxes show after the subject").fill(SAID["en"][0])
    expect(mail(page).get_by_role("heading", name=SUBJECT["en"])).to_be_visible()
    is_saved(page)


def write_letter(page: Page, harbour: Path) -> None:
    pick(page, "one or two sentences")
    rewrite(text_field(page, "Text"), "one or two sentences", SAID["en"][1])
    expect(mail(page).get_by_text(SAID["en"][1])).to_be_visible()
    add_after(page, "Picture")
    with page.expect_file_chooser() as chosen:
        panel(page).get_by_role("button", name="Choose a file").click()
    chosen.value.set_files(harbour)
    say_what_it_shows(page, ALTS["en"][0])


def write_story(page: Page, ferry: Path) -> None:
    drop_files(page, mail(page).get_by_text("Two to four sentences"), ferry, sign=page.get_by_text("Into: Article"))
    say_what_it_shows(page, ALTS["en"][1])
    text_field(page, "Headline").fill(SAID["en"][2])
    rewrite(text_field(page, "Text"), "Two to four sentences", SAID["en"][3])
    text_field(page, "Words of the link").fill(SAID["en"][4])
    text_field(page, "Address").fill("https://quay.example.com/ferry")
    text_field(page, "Small line above").fill("On the water")
    expect(mail(page).get_by_role("link", name=SAID["en"][4])).to_be_visible()


def write_dates_and_quotation(page: Page, portrait: Path) -> None:
    pick(page, "What takes place")
    text_field(page, "What takes place").fill(SAID["en"][5])
    text_field(page, "Place").fill("Lock 3")
    text_field(page, "Words of the link").fill("How to get there")
    text_field(page, "Address").fill("https://quay.example.com/lock")
    expect(mail(page).get_by_text(SAID["en"][5])).to_be_visible()
    add_after(page, "Quotation")
    rewrite(text_field(page, "What was said"), "TODO", SAID["en"][6])
    text_field(page, "Who said it").fill(SAID["en"][7])
    drop_files(page, panel(page).get_by_text("Drop or paste a picture"), portrait, sign=page.get_by_text("Let it go"))
    say_what_it_shows(page, ALTS["en"][2])
    point = panel(page).get_by_role("slider", name="What must stay in view")
    for _ in range(3):
        point.press("ArrowUp")
    expect(point).to_have_attribute("aria-valuetext", "50 % across, 44 % down")


def write_the_rest(page: Page) -> None:
    add_after(page, "Call-out")
    text_field(page, "Headline").fill(SAID["en"][8])
    rewrite(text_field(page, "Text"), "TODO", "The lock is older than the town.")
    add_after(page, "Large figures")
    for number, (figure, label) in enumerate((("4,200", SAID["en"][9]), ("12", "boats"))):
        text_field(page, "Large figure").nth(number).fill(figure)
        text_field(page, "What the figure counts").nth(number).fill(label)
    add_after(page, "Button")
    text_field(page, "Words on the button").fill(SAID["en"][10])
    text_field(page, "Address").fill(WRAPPED)
    add_after(page, "Dividing line")
    add_after(page, "Document to download")
    text_field(page, "Headline").fill(SAID["en"][11])
    text_field(page, "Words of the link").fill("Download")
    text_field(page, "Address").fill("https://quay.example.com/timetable.pdf")
    expect(mail(page).get_by_text(SAID["en"][11])).to_be_visible()
    is_saved(page)
    panel(page).get_by_role("button", name="All blocks").click()
    expect(panel(page).get_by_role("region", name="Blocks").get_by_role("listitem")).to_have_count(10)


def mend(page: Page) -> None:
    page.get_by_role("tab", name="Checks").click()
    finding = panel(page).get_by_role("group").filter(has_text="market.example.com").first
    finding.get_by_role("button", name="Replace by https://market.example.com/").click()
    expect(mail(page).get_by_role("link", name=SAID["en"][10])).to_have_attribute("href", "https://market.example.com/")
    expect(panel(page).get_by_text("safelinks")).to_have_count(0)


def translate(page: Page) -> None:
    page.get_by_role("button", name="Translate").click()
    place = room(page, "Translations")
    place.get_by_role("button", name="Begin in French").click()
    expect(place.get_by_text("texts are not translated")).to_be_visible()
    # The editors of Markdown come a moment after the fields.
    texts = place.get_by_role("textbox")
    expect(texts).to_have_count(len(TRANSLATED))
    for number, (label, old, new) in enumerate(TRANSLATED):
        text = texts.nth(number)
        expect(text).to_have_accessible_name(label)
        if label in ("Text", "What was said"):
            rewrite(text, old, new)
        else:
            expect(text).to_have_value(old)
            text.fill(new)
    greeting = texts.nth(2)
    greeting.press("ControlOrMeta+Home")
    for _ in "Dear":
        greeting.press("Shift+ArrowRight")
    greeting.press_sequentially("Bonjour")
    is_saved(page)
    expect(place.get_by_text("All texts are translated")).to_be_visible()
    place.get_by_role("button", name="Back to the mail").click()
    page.get_by_role("radio", name="fr").click()
    for words in ("Bonjour Ana", SAID["fr"][3]):
        expect(mail(page).get_by_text(words)).to_be_visible()


def send_a_test(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()
    place = room(page)
    place.get_by_role("textbox", name="To").fill("Zoë <zoe@example.com>")
    for language in ("English", "French"):
        place.get_by_role("checkbox", name=language).check()
    place.get_by_role("button", name="Send 2 test mails").click()
    expect(place.get_by_text("The relay took all 2.")).to_be_visible()


def judge_test(sink: Sink) -> None:
    subjects = [str(message["Subject"]) for message in messages(sink)]
    assert subjects == [f"[Test] {SUBJECT[language]}" for language in ("en", "fr")]
    assert {taken["recipient"] for taken in sink.taken()} == {"zoe@example.com"}


def import_people(page: Page, people: Path) -> None:
    place = room(page)
    place.get_by_role("link", name="People").click()
    place.get_by_role("link", name="Import a file").click()
    drop_files(page, place.get_by_text("Drop the file here"), people, sign=place.locator(".drop-place.is-over"))
    place.get_by_label("Name of the new list").fill("members")
    place.get_by_label("How did they agree?").fill("signed up at the harbour day")
    place.get_by_role("button", name="See what would happen").click()
    expect(place.get_by_text("line 6")).to_be_visible()
    place.get_by_role("button", name="Import 5 people").click()
    expect(place.get_by_text("went onto members")).to_be_visible()


def send(page: Page) -> None:
    place = room(page)
    place.get_by_role("link", name="Send an issue to it").click()
    place.get_by_role("button", name="See who gets it").click()
    place.get_by_role("button", name="Send to 5 people").click()
    expect(place.get_by_text("5 people were taken by the relay.")).to_be_visible()


def judge(sink: Sink) -> None:
    """Every mail is what was asked for: subject, language, words, name and pictures; to everybody, and once."""
    sent = list(zip(sink.taken(), messages(sink), strict=True))[2:]
    assert Counter(taken["recipient"] for taken, _ in sent) == Counter(list(GETS))
    for taken, message in sent:
        language, name = GETS[taken["recipient"]]
        html, text = (spaced(content(message, kind)) for kind in ("html", "plain"))
        assert message["Subject"] == SUBJECT[language]
        assert str(message["To"]).endswith(f"<{taken['recipient']}>") or str(message["To"]) == taken["recipient"]
        assert message["From"] == "The Quay <letter@quay.example.com>"
        assert f'lang="{language}"' in html
        for words in SAID[language][1:]:
            assert words in html, words
            assert words in text, words
        assert GREETINGS[language].format(name) in text
        alts = [alt for alt in re.findall(r'<img[^>]* alt="([^"]*)"', html) if alt]
        assert [alt for alt in alts if alt in ALTS[language]] == list(ALTS[language])
        assert "safelinks" not in html
        assert "https://market.example.com/" in html


def messages(sink: Sink) -> list[EmailMessage]:
    """What the relay has, in the order in which it came."""
    plain = (re.sub(rb"(?m)^\.", b"", message) for message in sink.messages)
    return [email.message_from_bytes(one, policy=email.policy.default) for one in plain]


def spaced(text: str) -> str:
    """With a blank for each break, and for each space that French sets before its signs."""
    return re.sub(r"\s+", " ", unescape(text))


def content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    found: str = part.get_content()
    return found


def add_after(page: Page, kind: str) -> None:
    """Add a block behind the one that is open, and wait until its form is there."""
    panel(page).get_by_role("button", name="Add a block after this one").click()
    panel(page).get_by_role("searchbox", name="Find a block").fill(kind)
    panel(page).get_by_role("button", name=re.compile(f"^{kind}")).first.click()
    expect(panel(page).get_by_role("region", name=kind, exact=True)).to_be_visible()


def rewrite(text: Locator, old: str, new: str) -> None:
    """Select a paragraph by three clicks, and write another."""
    text.get_by_text(old).click(click_count=3)
    text.press_sequentially(new)


def say_what_it_shows(page: Page, words: str) -> None:
    """A new picture asks for its words, with the cursor where they go."""
    asked = text_field(page, "What the picture shows")
    expect(asked).to_have_value("TODO: what the picture shows")
    expect(asked).to_be_focused()
    page.keyboard.type(words)
    expect(mail(page).get_by_alt_text(words)).to_be_visible()
