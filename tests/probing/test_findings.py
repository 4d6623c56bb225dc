"""What became of the pages of an issue is told at the places where their addresses are written."""

from __future__ import annotations

import socket
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from composer import shipped
from composer.checks import Finding
from composer.compose import check_folder
from composer.errors import NewsletterError
from composer.probing.findings import probe_links
from composer.probing.probe import Prober
from tests.probing.pages import ScriptedAnswer, serving
from tests.support.authoring import NEWSLETTER, issue_of, write_issue
from tests.support.command_line import run

PUBLICATION = NEWSLETTER.replace("[en, fr]", "[en]").replace("https://network.example.org/", "https://agora.city/")
TEXT = """\
- block: text
  body: |
    See [the survey](http://agora.city:PORT/survey), [its answers](http://agora.city:PORT/none#part),
    [the map](http://agora.city:PORT/map) and [an example](http://example.org/none).
- block: button
  label: Read the answers
  url: http://agora.city:PORT/none
"""
ANSWERS: dict[str, ScriptedAnswer] = {
    "/survey": (301, {"Location": "/surveys/2020"}),
    "/surveys/2020": (200, {}),
    "/map": (301, {"Location": "/map/"}),
    "/map/": (200, {}),
    "/old/story": (301, {"Location": "/"}),
    "/": (200, {}),
}


def to_this_machine(host: str, port: int) -> Sequence[str]:
    if port == 443:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return ["127.0.0.1"]


def probed(folder: Path, blocks: str, answers: dict[str, ScriptedAnswer]) -> tuple[Finding, ...]:
    with serving(answers) as served:
        issue = issue_of(blocks.replace("PORT", str(served.port)))
        written = write_issue(folder, issue, newsletter=PUBLICATION)
        checked = check_folder(written, templates=(shipped.TEMPLATES,))
        prober = Prober(resolve=to_this_machine, admit=lambda _: True)
        (found,) = probe_links([checked], prober)
        return tuple(one for one in found if "https://agora.city/" not in one.message)


def test_each_page_is_told_at_its_places_with_what_to_write(tmp_path: Path) -> None:
    found = probed(tmp_path, TEXT, ANSWERS)
    assert [(one.code, one.severity, one.position.line) for one in found] == [
        ("link-moved", "info", 7),
        ("link-gone", "warning", 7),
        ("link-gone", "warning", 11),
    ]
    moved, *_ = found
    assert moved.position.column == 24
    assert moved.mend is not None
    assert moved.mend.by.endswith("/surveys/2020")
    assert moved.hint == f"write {moved.mend.by}"


def test_a_page_that_became_the_front_page_is_probably_gone(tmp_path: Path) -> None:
    blocks = "- block: button\n  label: The story\n  url: http://agora.city:PORT/old/story\n"
    (found,) = probed(tmp_path, blocks, ANSWERS)
    assert (found.code, found.mend) == ("link-moved", None)
    assert found.hint == "the page itself is probably gone: look for it"


PERSONAL = """\
- block: text
  body: |
    [Leave](http://agora.city:PORT/go/1) [it](http://agora.city:PORT/unsubscribe?u=12&id=5),
    [Newsletter abbestellen](http://agora.city:PORT/ab), [here](http://agora.city:PORT/d%C3%A9sinscription),
    [Yes](http://agora.city:PORT/newsletter/confirm?token=a1), [your page](http://agora.city:PORT/me?for=ada%40agora.city),
    [Programme](http://agora.city:PORT/confirmed-speakers) and [we](http://agora.city:PORT/@agora@agora.city).
"""


def test_a_link_of_one_reader_is_not_asked_for(tmp_path: Path) -> None:
    blocks = PERSONAL.replace("[Leave]", "[Click here to unsubscribe]")
    told = [one.message.partition(" ")[0].rpartition(":")[2] for one in probed(tmp_path, blocks, {})]
    assert [address.partition("/")[2] for address in told] == ["confirmed-speakers", "@agora@agora.city"]


def test_what_is_no_address_is_not_asked_for(tmp_path: Path) -> None:
    blocks = """\
    - block: text
      body: |
        [a](https://[a.b]/x), [b](http://a..b:PORT/x), <http://ada:secret@agora.city:PORT/x>, [c](http://agora.city:99999/x)
    """
    assert probed(tmp_path, textwrap.dedent(blocks), {}) == ()


def test_a_page_of_several_issues_is_asked_for_once_and_told_in_each(tmp_path: Path) -> None:
    text = "- block: text\n  body: See [the map](http://agora.city:PORT/none).\n"
    gone = "- block: text\n  body: See [one](http://one.invalid.city:443/) and [two](http://two.invalid.city:443/).\n"
    with serving({}) as served:
        checked = [
            check_folder(
                write_issue(
                    tmp_path / str(number), issue_of(blocks.replace("PORT", str(served.port))), newsletter=PUBLICATION
                ),
                templates=(shipped.TEMPLATES,),
            )
            for number, blocks in enumerate((text, text, gone))
        ]
        found = probe_links(checked, Prober(resolve=to_this_machine, admit=lambda _: True))
        assert [asked for asked in served.asked if asked[2] == "/none"] == [
            ("HEAD", "agora.city", "/none"),
            ("GET", "agora.city", "/none"),
        ]
    told = [[one.code for one in of_issue if "https://agora.city/" not in one.message] for of_issue in found]
    assert told == [["link-gone"], ["link-gone"], ["link-gone", "link-gone"]]


def test_without_a_network_that_is_said_once(tmp_path: Path) -> None:
    blocks = "- block: text\n  body: See [one](https://one.city/) and [two](https://two.city/).\n"
    checked = check_folder(
        write_issue(tmp_path, issue_of(blocks), newsletter=PUBLICATION), templates=(shipped.TEMPLATES,)
    )
    with pytest.raises(NewsletterError, match="is this computer connected"):
        probe_links([checked], Prober(resolve=to_this_machine))


def test_the_command_asks_only_on_request_and_never_this_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with serving({}) as served:
        blocks = "".join(
            f"- block: button\n  label: Of {host}\n  url: http://{host}:{served.port}/x\n"
            for host in ("127.0.0.1", "0x7f000001", "localhost.localdomain")
        )
        write_issue(tmp_path / "issues", issue_of(blocks), newsletter=PUBLICATION.replace("website:", "# website:"))
        told = []
        for words in (["check"], ["check", "--probe-links"]):
            assert run(*words) == 1  # link-local
            told.append(capsys.readouterr().out)
        assert served.connections == 0
    assert told[0] == told[1]
