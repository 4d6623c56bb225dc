"""The page for everybody: the mail's content, what search engines and sharing ask for, and nothing of a reader's."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from composer import shipped
from composer.edition import Edition, build_edition
from composer.issue import load_issue
from tests.support.authoring import NEWSLETTER, png
from tests.support.editions import build, read_as

SAMPLE = shipped.SAMPLE_ISSUES / "2020-03-network-news"

BLOCKS = """\
- block: article
  title: A bridge & a market
  body: |
    Dear {{ subscriber.first_name | default("neighbour") }} of {{ subscriber.city }}, read
    [in your browser]({{ links.browser }}) or [leave]({{ links.unsubscribe }}).
  picture: {file: bridge.png, alt: A "bridge" at night}
- block: agenda
  title: Dates
  entries:
    - date: 2020-04-07
      time: "11:00"
      end_time: "12:30"
      title: "</script><script>alert(1)</script>"
      place: Nice & Turin
      link: {label: Register, url: "https://example.org/?a=1&b=2"}
    - {date: 2020-11-25, until: 2020-11-27, title: Conference}
"""


class Page(HTMLParser):
    """What a crawler takes from a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: dict[str, list[str]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag == "meta" and (name := found.get("name") or found.get("property")):
            self.meta[name] = found.get("content") or ""
        if tag == "link":
            self.links.setdefault(str(found["rel"]), []).append(str(found["href"]))


def page(folder: Path, *, newsletter: str = NEWSLETTER) -> str:
    edition = build(folder, BLOCKS, files={"bridge.png": png(600, 400)}, newsletter=newsletter)
    return read_as(edition.web_html, first_name="Ana", city="Nice")


def test_nothing_of_a_reader_is_left(tmp_path: Path) -> None:
    html = page(tmp_path)
    assert "Dear neighbour of ," in html
    for word in ("Ana", "news.example.org/unsubscribe", "news.example.org/browser", "news.example.org/print"):
        assert word not in html


def test_it_says_what_it_is(tmp_path: Path) -> None:
    html = page(tmp_path)
    found = Page(html)
    assert re.search(r'<html[^>]* lang="en" dir="ltr"', html)
    assert "<title>Spring in the network – Network news</title>" in html
    assert found.meta["description"] == found.meta["og:description"] == "A survey and three dates"
    assert found.meta["og:title"] == "Spring in the network"
    assert found.meta["og:site_name"] == "Network news"
    assert found.meta["og:image"] == "https://news.example.org/assets/bridge.png"
    assert found.meta["og:image:alt"].startswith("A ")
    assert (found.meta["og:image:width"], found.meta["og:image:height"]) == ("600", "400")
    assert "canonical" not in found.links
    assert "robots" not in found.meta


def test_in_an_archive_it_knows_its_address(tmp_path: Path) -> None:
    found = Page(page(tmp_path, newsletter=NEWSLETTER + "archive: https://www.example.org/letter/\n"))
    here = "https://www.example.org/letter/spring/en/"
    assert found.links["canonical"] == [here]
    assert found.meta["og:url"] == here
    assert found.meta["og:image"] == f"{here}assets/bridge.png"


def test_events_are_told_to_search_engines_and_cannot_end_their_script(tmp_path: Path) -> None:
    html = page(tmp_path)
    scripts = [attributes for tag, attributes in Page(html).tags if tag == "script"]
    assert scripts == [{"type": "application/ld+json"}]
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert text is not None
    found = json.loads(text[1])
    assert found["@context"] == "https://schema.org"
    webinar, conference = found["@graph"]
    assert webinar["name"] == "</script><script>alert(1)</script>"
    assert (webinar["startDate"], webinar["endDate"]) == ("2020-04-07T11:00:00+02:00", "2020-04-07T12:30:00+02:00")
    assert webinar["location"] == {"@type": "Place", "name": "Nice & Turin", "address": "Nice & Turin"}
    assert webinar["url"] == "https://example.org/?a=1&b=2"
    assert webinar["organizer"]["name"] == "The Network"
    assert (conference["startDate"], conference["endDate"]) == ("2020-11-25", "2020-11-27")


def test_a_mail_has_no_script(tmp_path: Path) -> None:
    edition = build(tmp_path, BLOCKS, files={"bridge.png": png(600, 400)})
    assert "<script" not in read_as(edition.html)
    assert "<script" not in read_as(edition.print_html)


@pytest.fixture(scope="module", params=["en", "fr"])
def sample(request: pytest.FixtureRequest) -> Edition:
    return build_edition(load_issue(SAMPLE), language=request.param)


def test_the_samples_page_has_all_that_the_mail_has(sample: Edition) -> None:
    mail, web = (read_as(segments) for segments in (sample.html, sample.web_html))
    own = "news.example.org/"
    addresses = {one for one in re.findall(r'href="(https?://[^"]+)"', mail) if own not in one}
    assert addresses
    assert addresses <= set(re.findall(r'href="(https?://[^"]+)"', web))
    for picture in set(re.findall(r'src="[^"]*/assets/([^"]+)"', mail)):
        assert picture in web


def test_every_element_of_the_samples_page_is_closed(sample: Edition) -> None:
    open_tags: list[str] = []
    void = {"meta", "link", "img", "br", "hr"}

    class Balance(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in void:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Balance().feed(read_as(sample.web_html))
    assert open_tags == []
