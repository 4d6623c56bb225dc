"""An author illustrates an issue in the studio, in Chromium: drops, pastes, chooses and crops pictures."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.support.hanging import wait_until
from tests.support.judges import needed
from tests.support.projects import ISSUE, SLUG, ProjectFolder
from tests.support.studio_page import mail, opened, panel

UNTOLD = "TODO: what the picture shows"
QUOTE = """\
  - block: quote
    body: |
      It was time.
    person: Ada Bridge
"""


@pytest.fixture
def page(browser: Browser, project_folder: ProjectFolder, studio_url: str) -> Iterator[Page]:
    project_folder.issue_file.write_text(ISSUE + QUOTE, encoding="utf-8")
    with opened(browser, f"{studio_url}/?issue={SLUG}", showing="It was time.") as page:
        yield page


def picture(width: int = 90, height: int = 60, colour: tuple[int, int, int] = (30, 90, 160)) -> bytes:
    made = io.BytesIO()
    image = Image.new("RGB", (width, height), (255, 255, 255))
    image.paste(colour, (0, 0, width // 3, height))
    image.save(made, "PNG")
    return made.getvalue()


_BRING = """
(element, { names, contents, part }) => {
    const view = element.ownerDocument.defaultView;
    const data = new view.DataTransfer();
    for (const [name, content] of Object.entries(contents)) {
        data.items.add(new view.File([Uint8Array.from(atob(content), (one) => one.charCodeAt(0))], name,
            { type: "image/png" }));
    }
    const box = element.getBoundingClientRect();
    const place = { clientX: box.left + box.width / 2, clientY: box.top + box.height * part };
    for (const kind of names) {
        element.dispatchEvent(kind === "paste"
            ? new view.ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true })
            : new view.DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true, ...place }));
    }
}
"""


def bring(to: Locator, *kinds: str, name: str = "New bridge.png", content: bytes = b"", part: float = 0.5) -> None:
    """Do what a browser does when a file is dragged or pasted there. ``part`` is how far down."""
    bring_several(to, *kinds, contents={name: content or picture()}, part=part)


def bring_several(to: Locator, *kinds: str, contents: dict[str, bytes], part: float = 0.5) -> None:
    """Do it with these files at once."""
    encoded = {name: base64.b64encode(content).decode() for name, content in contents.items()}
    to.evaluate(_BRING, {"names": kinds, "contents": encoded, "part": part})


def written(folder: ProjectFolder, *parts: str) -> None:
    """The file comes to say all of it."""
    try:
        wait_until(lambda: all(part in folder.issue_file.read_text(encoding="utf-8") for part in parts))
    except AssertionError:
        text = folder.issue_file.read_text(encoding="utf-8")
        assert [part for part in parts if part not in text] == [], text


def test_a_picture_that_is_dropped_on_one_in_the_mail_takes_its_place_and_its_words_are_asked_for(
    page: Page, project_folder: ProjectFolder
) -> None:
    old = mail(page).get_by_alt_text("A bridge at night")
    bring(old, "dragover")
    expect(page.locator(".drop-mark.into")).to_have_text("Into: Picture")
    bring(old, "drop")
    alt = panel(page).get_by_label("What the picture shows")
    expect(alt).to_be_focused()
    expect(panel(page).get_by_text("tell them what this one shows")).to_be_visible()
    page.keyboard.type("The new bridge")
    expect(mail(page).get_by_alt_text("The new bridge")).to_be_visible()
    expect(panel(page).get_by_text("tell them what this one shows")).to_have_count(0)
    written(project_folder, "file: new-bridge.png\n", "The new bridge")
    panel(page).get_by_role("button", name="From this issue").click()
    panel(page).get_by_role("button", name="bridge.png", exact=True).click()
    written(project_folder, "file: bridge.png\n", "TODO: what the picture shows")
    for shown in ("The new bridge", UNTOLD, "A bridge at night"):
        page.keyboard.press("Control+z")
        expect(mail(page).get_by_alt_text(shown)).to_be_attached()
    assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE + QUOTE


def test_a_picture_that_is_dropped_between_blocks_gets_a_block_of_its_own(
    page: Page, project_folder: ProjectFolder
) -> None:
    text = mail(page).get_by_text("Dear Ana")
    bring(text, "dragover", part=0.05)
    expect(page.locator(".drop-mark.between:visible")).to_have_text("In a block of its own")
    bring(text, "drop", part=0.05)
    expect(panel(page).get_by_role("heading", name="Show the picture in")).to_be_visible()
    expect(panel(page).get_by_role("button", name=re.compile("^Table"))).to_have_count(0)
    panel(page).get_by_role("button", name=re.compile("^Picture")).first.click()
    expect(panel(page).get_by_label("What the picture shows")).to_be_focused()
    panel(page).get_by_role("button", name="It is only decoration").click()
    written(project_folder, 'blocks:\n  - block: image\n    picture:\n      file: new-bridge.png\n      alt: ""\n')


@pytest.mark.parametrize("events", [("dragover", "drop"), ("paste",)])
def test_a_picture_that_is_brought_before_the_file_is_open_waits_for_it(
    page: Page, project_folder: ProjectFolder, events: tuple[str, ...]
) -> None:
    held: list[Route] = []
    page.route("**/api/issues/*/document*", lambda route: held.append(route))
    with page.expect_request("**/api/issues/*/document*"):
        page.reload()
    bridge = mail(page).get_by_alt_text("A bridge at night")
    if events == ("paste",):
        bridge.click()  # into the block that is picked
    bring(bridge, *events)
    for route in held:
        route.continue_()
    page.unroute("**/api/issues/*/document*")
    expect(panel(page).get_by_label("What the picture shows")).to_be_focused()
    written(project_folder, "file: new-bridge.png\n")


GALLERY = """\
  - block: gallery
    pictures:
      - {file: bridge.png, alt: By day}
      - {file: bridge.png, alt: By dusk}
"""


def test_several_pictures_become_entries_as_far_as_there_is_room(page: Page, project_folder: ProjectFolder) -> None:
    project_folder.issue_file.write_text(ISSUE + GALLERY, encoding="utf-8")
    dusk = mail(page).get_by_alt_text("By dusk")
    contents = {
        "One.png": picture(),
        "Two.png": picture(colour=(160, 30, 30)),
        "Three.png": picture(colour=(30, 160, 30)),
    }
    bring_several(dusk, "dragover", "drop", contents=contents)
    written(project_folder, "alt: By dusk}\n", "file: one.png", "file: two.png")
    expect(mail(page).get_by_alt_text(UNTOLD)).to_have_count(2)
    assert "three.png" not in project_folder.issue_file.read_text(encoding="utf-8")
    for count in (1, 0):
        page.keyboard.press("Control+z")
        expect(mail(page).get_by_alt_text(UNTOLD)).to_have_count(count)
    assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE + GALLERY


def test_a_pasted_portrait_is_cut_around_a_point_that_mouse_and_keys_set(
    page: Page, project_folder: ProjectFolder
) -> None:
    mail(page).get_by_text("It was time.").click()
    expect(panel(page).get_by_text("Drop or paste a picture")).to_be_visible()
    bring(page.locator("body"), "paste", name="image.png")
    expect(panel(page).get_by_label("What the picture shows")).to_be_focused()
    page.keyboard.type("Ada")
    portrait = mail(page).get_by_alt_text("Ada")
    expect(portrait).to_have_js_property("naturalWidth", 60)
    point = panel(page).get_by_role("slider", name="What must stay in view")
    expect(point).to_have_attribute("aria-valuetext", "50 % across, 50 % down")
    area = panel(page).locator(".focus-area")
    box = area.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    expect(point).to_be_focused()
    expect(point).to_have_attribute("aria-valuetext", re.compile(r"^20 % across"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    expect(point).to_have_attribute("aria-valuetext", re.compile(r"^12 % across"))
    written(project_folder, "focus: 12% 50%")
    frame = panel(page).locator(".focus-frame").bounding_box()
    assert frame
    assert abs(frame["x"] - box["x"]) < 1
    # The mail shows what is in the frame: blue from the left on, half of it.
    expect(portrait).to_have_attribute("src", re.compile("12-50"))
    colour = portrait.evaluate(
        """async (shown) => {
            await shown.decode();
            const canvas = document.createElement("canvas");
            const pen = canvas.getContext("2d");
            pen.drawImage(shown, 0, 0);
            return [...pen.getImageData(2, 30, 1, 1).data];
        }"""
    )
    assert colour[:3] == [30, 90, 160]
    panel(page).get_by_role("button", name="Remove “Picture”").click()
    written(project_folder, QUOTE)
    expect(mail(page).get_by_alt_text("Ada")).to_have_count(0)


def test_a_file_is_chosen_or_refused_in_words_and_one_that_is_gone_is_told(
    page: Page, project_folder: ProjectFolder
) -> None:
    mail(page).get_by_text("It was time.").click()
    places = [panel(page).get_by_text(words).bounding_box() for words in ("What they do", "Drop or paste a picture")]
    above, below = (box["y"] for box in places if box)
    assert below - above < 200
    chooser = panel(page).locator("input[type=file]")
    chooser.set_input_files({"name": "plan.png", "mimeType": "image/png", "buffer": b"%PDF-1.7"})
    expect(panel(page).get_by_role("alert")).to_contain_text("plan.png was not taken: ")
    chooser.set_input_files({"name": "Ada.png", "mimeType": "image/png", "buffer": picture()})
    expect(panel(page).locator(".focus-frame.round")).to_be_visible()
    expect(panel(page).get_by_role("alert")).to_have_count(0)
    written(project_folder, "file: ada.png")
    project_folder.edit("file: ada.png", "file: gone.png")
    expect(panel(page).get_by_text("There is no picture gone.png beside the issue.")).to_be_visible()


_AXE = """
async () => {
    const { violations } = await axe.run("#report", { resultTypes: ["violations"], iframes: false });
    return violations.flatMap((one) => one.nodes.map((node) => `${one.id} ${node.html}: ${node.failureSummary}`));
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_pictures_are_put_in(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.evaluate((needed("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    mail(page).get_by_text("It was time.").click()
    expect(panel(page).get_by_text("Drop or paste a picture")).to_be_visible()
    found = {"empty": page.evaluate(_AXE)}
    bring(page.locator("body"), "paste", name="image.png")
    expect(panel(page).get_by_role("slider")).to_be_visible()
    panel(page).get_by_role("button", name="From this issue").click()
    expect(panel(page).get_by_role("list", name="Pictures of this issue")).to_be_visible()
    found["filled"] = page.evaluate(_AXE)
    bring(mail(page).get_by_text("Dear Ana"), "drop", part=0.05)
    expect(panel(page).get_by_role("heading", name="Show the picture in")).to_be_visible()
    found["offered"] = page.evaluate(_AXE)
    assert {name: told for name, told in found.items() if told} == {}
