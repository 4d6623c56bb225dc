"""What ``premailing.py`` overrides and sets of premailer's internals, as it is in the release that is pinned.

If one of these fails after an update, premailer has changed inside: read its new ``_parse_style_rules`` and ``cache``,
mend ``edition/mjml/premailing.py``, and then this file.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import cssutils
import pytest
from premailer import Premailer
from premailer import cache as premailer_cache

from composer.edition.mjml import premailing as ours
from composer.edition.mjml.inline_css import inline_css

CHANGED = (
    "premailer's {} is not what edition/mjml/premailing.py overrides any more: read the release, then mend that module"
)
CSS = ".a b { color: red; margin: 0 !important } .c:hover { color: blue } @media print { .d { color: black } }"


def test_the_rules_of_a_sheet_are_parsed_by_one_method_of_two_arguments() -> None:
    parameters = list(inspect.signature(Premailer._parse_style_rules).parameters)
    assert parameters == ["self", "css_body", "ruleset_index"], CHANGED.format("_parse_style_rules")


def test_a_rule_is_its_specificity_its_selector_and_its_declarations() -> None:
    options = {"disable_validation": True, "strip_important": False, "cache_css_parsing": False}
    rules, leftover = Premailer("", **options)._parse_style_rules(CSS, 7)
    assert [(selector, declarations) for _, selector, declarations in rules] == [
        (".a b", "margin:0 !important"),
        (".a b", "color:red"),
    ], CHANGED.format("list of rules")
    assert [specificity[0] for specificity, _, _ in rules] == [1, 0], CHANGED.format("specificity")
    assert leftover[0] == (".c:hover", "color:blue"), CHANGED.format("list of what is left over")
    assert len(leftover) == 2, CHANGED.format("list of what is left over")


def test_a_transformation_asks_that_method_once_for_the_sheet_that_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    overridden, asked = ours.our_premailer(), []
    original = overridden._parse_style_rules

    def noting(self: Any, css_body: str, ruleset_index: int) -> Any:
        asked.append((css_body, self.html is not None))
        return original(self, css_body, ruleset_index)

    monkeypatch.setattr(overridden, "_parse_style_rules", noting)
    html = "<!doctype html><html><head><style>i { top: 0 }</style></head><body><p class='a'><b>x</b></p></body></html>"
    inlined = inline_css(html, css=".a b { color: red }")
    assert asked == [(".a b { color: red }", True)], CHANGED.format("way to the rules, or its mark of ignored styles,")
    assert '<b style="color:red">' in inlined
    assert "<style>i { top: 0 }</style>" in inlined, CHANGED.format("mark of ignored styles")


def test_its_http_client_is_not_read_and_is_there_for_everybody_else() -> None:
    script = (
        "import sys; from composer.edition.mjml.inline_css import inline_css\n"
        'html = \'<!doctype html><html><body><p class="a" style="color: RED">x</p></body></html>\'\n'
        "print(inline_css(html, css='.a { margin: 0 }'))\n"
        "print(*({'requests', 'urllib3'} & {*sys.modules}), sep='')\n"
        "import premailer.premailer, requests; print(premailer.premailer.requests.get is requests.get)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    inlined, read, is_the_same = run.stdout.splitlines()
    assert '<p class="a" style="margin:0; color:RED">' in inlined
    assert read == "", CHANGED.format("import of requests")
    assert is_the_same == "True"


def test_who_asks_for_its_http_client_while_it_is_left_out_gets_it_or_an_answer() -> None:
    """Another thread may look through the modules then, as ``inspect`` does, or import this one or a part of it."""
    script = (
        "import inspect, sys\n"
        "from composer.starting.unread import unread\n"
        "with unread('requests'):\n"
        "    inspect.getmodule(unread.__code__)\n"
        "    print(hasattr(sys.modules['requests'], '__file__'), 'urllib3' in sys.modules)\n"
        "    {}\n"
        "import requests; print(inspect.isfunction(requests.get), requests.adapters.HTTPAdapter.__name__)\n"
    )
    for asked in ("from requests import get", "import requests.adapters", "import requests; requests.get"):
        command = [sys.executable, "-c", script.format(asked)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (run.stdout, run.stderr) == ("False False\nTrue HTTPAdapter\n", ""), asked


def test_no_value_is_judged() -> None:
    ours._cssutils()
    assert not cssutils.profile.knownNames, CHANGED.format("validation")


def test_its_cache_can_be_made_larger() -> None:
    ours.our_premailer()
    assert premailer_cache.cache.maxsize == ours._KEPT_STYLES, CHANGED.format("cache")


def test_complaints_about_a_sheet_reach_us_and_not_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="color"):
        inline_css("<html><body><p>x</p></body></html>", css="p { color: }")
    assert capfd.readouterr() == ("", "")
