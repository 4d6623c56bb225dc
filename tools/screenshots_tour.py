"""Takes the pictures of ``docs/tour.md``, in ``docs/screenshots/``.

    python tools/screenshots_tour.py [--out DIR]

Goes the way that the tour tells, as its reader would: from an empty folder to the report of a letter that was sent,
with `newsletter inbox` as the relay, at its own ports. The day of the letter is typed, times are not shown.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import FilePayload, FloatRect, FrameLocator, Locator, Page, sync_playwright
from screenshots import OUT, save

from composer import shipped

WIDTH, HEIGHT = 1440, 900
MOST_BYTES = 190_000
PICTURE = shipped.SAMPLE_ISSUES / "2020-03-network-news" / "nice.png"
DAY = "2027-04-01"
NAMES = ("Amélie Roussel", "Brian O’Connor", "Chiara Ferrero", "Łukasz Nowak", "Zoë Martin")
PROVIDERS = ("gmail.com", "outlook.com", "example.org", "free.fr")
LANGUAGES = ("fr", "en", "en")
PEOPLE = "E-mail;First name;Last name;Language\n" + "".join(
    f"reader{number}@{PROVIDERS[number % 4]};{NAMES[number % 5].replace(' ', ';')};{LANGUAGES[number % 3]}\n"
    for number in range(240)
)
FRENCH = {
    "Subject": "Le pont ouvre en mai",
    "What inboxes show after the subject": "Traversons-le ensemble, un samedi matin.",
    "Headline of the issue": "Le pont ouvre",
}
GREETING = (
    "après deux hivers de travaux, le vieux port et la ville nouvelle se retrouvent le samedi 15 mai 2027."
    " Venez le traverser avec nous !"
)


@contextmanager
def running(*arguments: str, folder: Path, lines: int = 1) -> Iterator[str]:
    """Run the program in a folder; yields the first lines that it prints, which tell where it listens."""
    program = str(Path(sys.executable).with_name("newsletter"))
    with subprocess.Popen([program, *arguments], cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield "".join(process.stdout.readline() for _ in range(lines))
        finally:
            process.terminate()


class Tour:
    """One visit of the studio, and the pictures that are taken on the way."""

    def __init__(self, page: Page, *, out: Path) -> None:
        self.page = page
        self.out = out

    @property
    def mail(self) -> FrameLocator:
        """Return the mail that is shown, without the one that is coming."""
        return self.page.frame_locator(".frames iframe:not(.coming)")

    @property
    def panel(self) -> Locator:
        """Return the form beside the mail, whichever tab is open."""
        return self.page.get_by_role("tabpanel")

    @property
    def room(self) -> Locator:
        """Return the place where letters are sent."""
        return self.page.locator("#sending")

    def keep(self, name: str, box: FloatRect | Locator) -> None:
        """Take a picture of a part of the window, or of one thing with a margin around it."""
        self.page.mouse.move(0, HEIGHT - 1)
        self.page.wait_for_timeout(800)  # the end of every transition
        clip = around(box) if isinstance(box, Locator) else box
        save(
            self.page.screenshot(clip=clip, style="time { visibility: hidden }"),
            self.out / f"tour-{name}.png",
            most_bytes=MOST_BYTES,
        )

    def saved(self) -> None:
        """Wait until what was typed is in the file."""
        self.panel.get_by_text("Saved", exact=True).wait_for()

    def begin(self) -> None:
        """Fill in what the newsletter is called, and begin it."""
        page = self.page
        page.get_by_role("radio", name="Gazette").wait_for()
        page.get_by_label("Name", exact=True).fill("The Quay")
        page.get_by_label("Sent from").fill("letter@example.org")
        page.get_by_label("Postal address").fill("1 Quay Street, 12345 Harbour")
        page.get_by_label("Languages").fill("English, French")
        self.keep("begin", page.locator("form.start"))
        page.get_by_role("button", name="Begin with the first issue").click()
        self.mail.get_by_text("one or two sentences of welcome").wait_for()

    def write(self) -> None:
        """Write the head of the issue, and its first words."""
        page, panel = self.page, self.panel
        page.get_by_role("tab", name="Write").click()
        panel.get_by_label(re.compile("^Subject")).fill("The bridge opens in May")
        panel.get_by_label(re.compile("^What inboxes show")).fill("Walk across with us, on a Saturday morning.")
        panel.get_by_label("Headline of the issue").fill("The bridge opens")
        panel.get_by_label(re.compile("^Day of publication")).fill(DAY)
        self.mail.get_by_role("heading", name="The bridge opens").wait_for()
        self.mail.get_by_text("one or two sentences of welcome").click()
        panel.get_by_role("textbox", name="Text").locator("p").nth(1).click(click_count=3)
        page.keyboard.type("after two winters of work, the old harbour and the new town meet again on ")
        page.keyboard.press("Control+b")
        page.keyboard.type("Friday, 15 May 2027")
        page.keyboard.press("Control+b")
        page.keyboard.type(". Come and walk across with us!")
        self.mail.get_by_text("Come and walk across with us!").wait_for()
        self.saved()
        self.keep("write", {"x": 248, "y": 0, "width": 1192, "height": 640})

    def show(self) -> None:
        """Give the story its words, a picture, and another block."""
        page, panel = self.page, self.panel
        self.mail.get_by_role("heading", name="the main story").click()
        panel.get_by_label(re.compile("^Headline")).fill("Four hundred metres that change a town")
        panel.get_by_label(re.compile("^Small line above")).fill("The new bridge")
        panel.get_by_role("textbox", name="Text").get_by_text("two to four sentences").click(click_count=3)
        page.keyboard.type(
            "It is open to feet and bicycles alone, and halves the way from the old harbour to the school."
        )
        panel.locator("input[type=file]").set_input_files(PICTURE)
        alt = panel.get_by_label("What the picture shows")
        alt.fill("The bay of the town, with palms and boats")
        self.mail.get_by_alt_text("The bay of the town").wait_for()
        panel.get_by_label(re.compile("^Address")).fill("https://www.example.org/bridge")
        self.saved()
        alt.scroll_into_view_if_needed()
        self.keep("picture", {"x": 248, "y": 48, "width": 1192, "height": 760})
        panel.get_by_role("button", name="Add a block after this one").click()
        panel.get_by_role("searchbox", name="Find a block").wait_for()
        panel.locator(".tile-picture[data-arrived=true]").nth(5).wait_for()
        self.keep("blocks", {"x": 1000, "y": 48, "width": 440, "height": 640})
        panel.get_by_role("searchbox", name="Find a block").fill("quotation")
        panel.get_by_role("button", name=re.compile("^Quotation")).click()
        said = panel.get_by_role("textbox", name="What was said")
        said.press("Control+a")
        page.keyboard.type("I shall cross it every morning, and back every evening.")
        panel.get_by_label(re.compile("^Who said it")).fill("Ada, who lives on the other side")
        self.mail.get_by_text("I shall cross it every morning").wait_for()
        self.mail.get_by_role("heading", name="Coming up").click()
        panel.get_by_text("List of dates", exact=True).wait_for()
        page.get_by_role("toolbar", name="Block").get_by_role("button", name="Delete").click()
        self.mail.get_by_role("heading", name="Coming up").wait_for(state="detached")

    def check(self) -> None:
        """Look at what the checks have found, and mend it."""
        page = self.page
        page.get_by_role("tab", name="Checks").click()
        self.panel.get_by_text("in 2027, that day is a Saturday").wait_for()
        self.keep("checks", {"x": 1000, "y": 0, "width": 440, "height": 620})
        self.panel.get_by_role("button", name="Show the place").first.click()
        day = self.panel.get_by_role("textbox", name="Text").locator("strong")
        day.dblclick(position={"x": 12, "y": 8})
        page.keyboard.type("Saturday")
        self.mail.get_by_text("Saturday, 15 May 2027").wait_for()

    def translate(self) -> None:
        """Write the French beside the English."""
        page = self.page
        page.get_by_role("button", name="Translate").click()
        room = page.locator("#translations")
        room.get_by_role("button", name="Begin in French").click()
        for label, words in FRENCH.items():
            room.get_by_label(label, exact=True).fill(words)
        room.get_by_role("textbox", name="Text").first.locator("p").nth(1).click(click_count=3)
        page.keyboard.type(GREETING)
        room.get_by_text("Saved", exact=True).wait_for()
        room.get_by_label("Subject", exact=True).click()
        self.keep("translate", {"x": 248, "y": 0, "width": 1192, "height": 780})
        room.get_by_role("button", name="The mail").click()

    def take_people_in(self) -> None:
        """Drop a file of people, and look at what would happen."""
        page, room = self.page, self.room
        page.get_by_role("button", name="Send", exact=True).click()
        room.get_by_role("link", name="People").click()
        room.get_by_role("link", name="Import a file").click()
        file = FilePayload(name="readers.csv", mimeType="text/csv", buffer=PEOPLE.encode())
        room.locator("input[type=file]").set_input_files(file)
        room.get_by_label("Name of the new list").fill("readers")
        room.get_by_label("How did they agree?").fill("the form on our website")
        room.get_by_role("button", name="See what would happen").click()
        room.get_by_role("heading", name="What would happen").wait_for()
        self.keep("people", {"x": 248, "y": 0, "width": 1192, "height": HEIGHT})
        room.get_by_role("button", name=re.compile("^Import")).click()
        room.get_by_role("link", name="See the list").wait_for()

    def test_mail(self, inbox: str) -> None:
        """Send a test mail, and look at it where it arrives."""
        room = self.room
        room.get_by_role("link", name="Test mail").click()
        room.get_by_role("textbox", name="To").fill("me@example.org")
        room.get_by_role("button", name="Send the test mail").click()
        room.get_by_role("heading", name="What the relay said").wait_for()
        self.keep("test", {"x": 248, "y": 0, "width": 1192, "height": 760})
        arrived = self.page.context.new_page()
        arrived.goto(inbox)
        arrived.get_by_text("[Test] The bridge opens in May").first.click()
        arrived.get_by_role("button", name="Phone width").click()
        Tour(arrived, out=self.out).keep("inbox", {"x": 392, "y": 64, "width": 1048, "height": 696})
        arrived.close()

    def send(self) -> None:
        """Look at the last page, send, and read the report."""
        room = self.room
        room.get_by_role("link", name="Send", exact=True).click()
        room.get_by_role("button", name="See who gets it").click()
        room.locator(".send-bar").wait_for()
        self.keep("last-page", {"x": 248, "y": 0, "width": 1192, "height": HEIGHT})
        room.get_by_role("button", name=re.compile("^Send to 240 people")).click()
        room.get_by_text("finished", exact=True).wait_for()
        room.get_by_text("240 people were taken by the relay.").wait_for()
        self.keep("report", {"x": 248, "y": 0, "width": 1192, "height": HEIGHT})

    def go(self, inbox: str) -> None:
        """Go the whole way; ``inbox`` is where the mails arrive."""
        self.begin()
        self.write()
        self.show()
        self.check()
        self.translate()
        self.take_people_in()
        self.test_mail(inbox)
        self.send()


def around(thing: Locator, margin: float = 24) -> FloatRect:
    """Return the place of a thing with a margin around it."""
    box = thing.bounding_box()
    assert box is not None
    return {
        "x": max(0, box["x"] - margin),
        "y": max(0, box["y"] - margin),
        "width": box["width"] + 2 * margin,
        "height": min(HEIGHT - max(0, box["y"] - margin), box["height"] + 2 * margin),
    }


@contextmanager
def studio(folder: Path) -> Iterator[tuple[str, str]]:
    """Run an inbox and a studio in an empty folder; yields their addresses."""
    with running("inbox", folder=folder, lines=2) as told:
        inbox = re.findall(r"http://\S+", told)
        if not inbox:
            raise SystemExit("another inbox runs on this machine; end it first")
        with running("studio", "--no-open", "--port", "0", folder=folder) as line:
            found = re.search(r"http://\S+", line)
            assert found is not None
            yield found[0], inbox[0]


def main() -> None:
    """Read the command line, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        quay = Path(folder) / "the-quay"
        quay.mkdir()
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        with studio(quay) as (start, inbox):
            visit = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2)
            page = visit.new_page()
            page.goto(start)
            Tour(page, out=out).go(inbox)
        browser.close()


if __name__ == "__main__":
    main()
