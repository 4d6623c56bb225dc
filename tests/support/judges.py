"""Two judges of HTML that are not ours: html-validate, in Node, and axe-core, in a browser.

Both come with ``make check`` into ``build/node`` (``tools/npm_packages.py``). Where they are missing, tests say so
loudly and are skipped; in CI they fail.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tools.npm_packages import search_path

PACKAGES = Path(__file__).parents[2] / "build" / "node"
JUDGE = Path(__file__).with_name("judge_html.mjs")

# A mail is shown inside of a page of the mail program's, which has the landmarks.
_OF_WHOLE_PAGES = ("landmark-one-main", "region")
_RUN = """
async (off) => {
    const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
    const { violations } = await axe.run(document, { resultTypes: ["violations"], rules });
    return violations.flatMap((one) => one.nodes.map((node) => `${one.id} ${node.html}: ${node.failureSummary}`));
}
"""


def needed(package: str) -> Path:
    """Find a package of ``build/node``; skip the test, or fail it in CI, if it is not there."""
    folder = PACKAGES / "node_modules" / package
    if not folder.is_dir() or search_path() is None:
        reason = f"{package} is not installed (make check), so nobody but ourselves judges our HTML"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def html_validate(documents: Mapping[str, tuple[str, str]]) -> list[str]:
    """Tell what html-validate finds in documents, each by its name: (its HTML, "mail" or "page")."""
    needed("html-validate")
    node = shutil.which("node", path=search_path())
    assert node is not None
    asked = {name: {"html": html, "kind": kind} for name, (html, kind) in documents.items()}
    run = subprocess.run(
        [node, str(JUDGE), str(PACKAGES)], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    found: list[str] = json.loads(run.stdout)
    return found


def axe(browser: Browser, documents: Mapping[str, tuple[str, str]], **context: Any) -> list[str]:
    """Tell what axe-core finds in documents as they are shown; nothing is fetched. ``context`` is Playwright's."""
    script = (needed("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    found: list[str] = []
    with browser.new_context(**context) as opened:
        opened.route("**/*", lambda route: route.abort())
        page = opened.new_page()
        for name, (html, kind) in documents.items():
            page.set_content(html, wait_until="domcontentloaded")
            page.evaluate(script)
            off = _OF_WHOLE_PAGES if kind == "mail" else ()
            found += (f"{name}: {one}" for one in page.evaluate(_RUN, off))
    return found
