"""A hostile message in the inbox: nothing runs, nothing leaves the machine."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import Literal
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from composer import shipped
from composer.inbox.running import Inbox
from composer.web.mail_frame import count_foreign_pictures

FOREIGN = "http://tracker.example.org"
PAYLOADS = (
    "<script>top.ran=1;fetch('{0}/s')</script>",
    "<script src='{0}/x.js'></script>",
    "<img src=x onerror=\"top.ran=1;new Image().src='{0}/e'\">",
    "<svg onload=\"top.ran=1\"><image href='{0}/svg'/><use href='{0}/u#a'/></svg>",
    "<svg><script href='{0}/s.js'></script><animate attributeName=href values='javascript:top.ran=1'/></svg>",
    "<iframe src='{0}/frame'></iframe><iframe srcdoc='<script>top.ran=1</script>'></iframe>",
    "<object data='{0}/object'></object><embed src='{0}/embed'>",
    "<link rel=stylesheet href='{0}/l.css'><LINK/rel=preconnect href='{0}'><link rel=dns-prefetch href='{0}'>",
    "<link rel=prefetch href='{0}/prefetch'><link rel=icon href='{0}/icon'><link rel=manifest href='{0}/m'>",
    "<style>@import '{0}/i.css';@font-face{{font-family:f;src:url({0}/f)}}</style>",
    "<style>p{{font-family:f;background:url({0}/b)}}</style>",
    "<p style='background:url({0}/style);list-style-image:url({0}/li)'>text</p>",
    "<table background='{0}/table'><tr><td background='{0}/td'>x</table><body background='{0}/body'>",
    "<img srcset='{0}/a 1x, {0}/b 2x'><picture><source srcset='{0}/p'><img></picture>",
    "<video src='{0}/v' poster='{0}/poster' autoplay></video><audio src='{0}/a' autoplay></audio><track src='{0}/t'>",
    "<meta http-equiv=refresh content='0;url={0}/refresh'><base href='{0}/'>",
    "<form action='{0}/form'><input autofocus onfocus='top.ran=1;this.form.submit()'><button>x</button></form>",
    "<a href='javascript:top.ran=1' id=a>x</a><details open ontoggle='top.ran=1'>x</details>",
    "<body onload='top.ran=1'><marquee onstart='top.ran=1'>x</marquee>",
    "<math><mtext></p><style><img src=x onerror='top.ran=1'></style></mtext></math>",
    "<template><script>top.ran=1</script></template><noscript><img src='{0}/noscript'></noscript>",
    "<input type=image src='{0}/input'><isindex type=image src='{0}/isindex'>",
)


def send_html(inbox: Inbox, html: str) -> None:
    message = EmailMessage()
    message["From"] = message["To"] = "a@example.org"
    message["Subject"] = "<script>top.ran=1</script>"
    message.set_content("text")
    message.add_alternative(html, subtype="html")
    target = urlsplit(inbox.smtp_url)
    with smtplib.SMTP(target.hostname or "", target.port or 0) as smtp:
        smtp.send_message(message)


def test_nothing_runs_and_no_request_leaves_to_a_foreign_host(inbox: Inbox, browser: Browser) -> None:
    context = browser.new_context()
    asked: list[str] = []
    # At the edge of the network stack: what the policy has stopped does not come this far.

    def note_and_abort(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith(inbox.url), note_and_abort)
    page = context.new_page()
    for payload in PAYLOADS:
        send_html(inbox, f"<html><head></head><body>{payload.format(FOREIGN)}</body></html>")
    for number in range(1, len(PAYLOADS) + 1):
        page.goto(f"{inbox.url}/messages/{number}", wait_until="load")
        assert page.evaluate("window.ran") is None, PAYLOADS[number - 1]
        assert page.frames[1].url == f"{inbox.url}/messages/{number}/html?scheme=system"
    # All at once, opened outside the inbox's page: the answer's own policy protects there too.
    send_html(inbox, "".join(PAYLOADS).format(FOREIGN))
    page.goto(f"{inbox.url}/messages/{len(PAYLOADS) + 1}/html", wait_until="load")
    assert page.evaluate("window.ran") is None
    assert page.url.startswith(inbox.url)
    context.close()
    assert asked == []


def test_a_picture_on_this_machine_is_shown(inbox: Inbox, browser: Browser) -> None:
    send_html(inbox, f"<html><body><img src='{inbox.url}/picture.png'></body></html>")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{inbox.url}/messages/1", wait_until="load")
    page.close()
    assert f"{inbox.url}/picture.png" in asked


def test_a_picture_inside_the_message_is_shown_by_its_content_id(inbox: Inbox, web: httpx.Client) -> None:
    message = EmailMessage()
    message["To"] = "a@example.org"
    message.set_content("<img src='cid:logo'><img src=cid:evil>", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>")
    message.add_related(b"<svg/>", maintype="image", subtype="svg+xml", cid="<evil>")
    target = urlsplit(inbox.smtp_url)
    with smtplib.SMTP(target.hostname or "", target.port or 0) as smtp:
        smtp.sendmail("a@example.org", ["a@example.org"], bytes(message))
    html = web.get(f"{inbox.url}/messages/1/html").text
    assert "<img src='data:image/png;base64,iVBORw=='>" in html
    assert "<img src=about:blank>" in html
    picture = web.get(f"{inbox.url}/messages/1/files/0")
    assert (picture.content, picture.headers["content-type"]) == (b"\x89PNG", "image/png")
    drawing = web.get(f"{inbox.url}/messages/1/files/1")
    assert drawing.headers["content-type"] == "application/octet-stream"
    assert drawing.headers["content-disposition"] == "attachment"


def test_a_picture_inside_the_message_is_drawn_in_its_frame(inbox: Inbox, browser: Browser) -> None:
    message = EmailMessage()
    message["From"] = message["To"] = "a@example.org"
    message.set_content("<img src='cid:logo'>", subtype="html")
    logo = (shipped.SAMPLE_ISSUES / "agora.png").read_bytes()
    message.add_related(logo, maintype="image", subtype="png", cid="<logo>")
    target = urlsplit(inbox.smtp_url)
    with smtplib.SMTP(target.hostname or "", target.port or 0) as smtp:
        smtp.send_message(message)
    page = browser.new_page()
    page.goto(f"{inbox.url}/messages/1", wait_until="load")
    picture = page.frame_locator("iframe").locator("img")
    expect(picture).to_be_attached()
    assert picture.evaluate("async it => { await it.decode(); return it.naturalWidth }") == 192
    page.close()


@pytest.mark.parametrize(("preferred", "chosen"), [("light", "dark"), ("dark", "light")])
def test_the_colour_scheme_is_decided_by_the_reader(
    inbox: Inbox, browser: Browser, preferred: Literal["light", "dark"], chosen: str
) -> None:
    style = "p{color:rgb(1,1,1)} @media ( prefers-color-scheme : DARK ) and (min-width:1px){p{color:rgb(2,2,2)}}"
    send_html(inbox, f"<html><head></head><body><style>{style}</style><p>x</p></body></html>")
    context = browser.new_context(color_scheme=preferred)
    page = context.new_page()
    colours = {}
    for scheme in ("system", chosen):
        page.goto(f"{inbox.url}/messages/1/html?scheme={scheme}")
        colours[scheme] = page.evaluate("getComputedStyle(document.querySelector('p')).color")
        colours[f"{scheme} canvas"] = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    context.close()
    ink = {"light": "rgb(1, 1, 1)", "dark": "rgb(2, 2, 2)"}
    assert (colours["system"], colours[chosen]) == (ink[preferred], ink[chosen])
    assert (colours["system canvas"], colours[f"{chosen} canvas"]) == ("normal", f"{chosen} only")


def test_pictures_on_other_machines_are_counted() -> None:
    assert count_foreign_pictures("<img src='https://example.org/a'><IMG alt='' src=http://example.org/b>") == 2
    assert count_foreign_pictures("<img src='http://127.0.0.1:8025/a/x.png'><img src='cid:x'><img src='/x'>") == 0
