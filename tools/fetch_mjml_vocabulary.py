"""Refreshes ``composer/edition/mjml/lint/mjml_vocabulary.json``: what MJML knows, and what our renderer makes of it.

Enters: npm's ``mjml-preset-core`` (fetched into a temporary folder) and the mjml-python that is installed. Leaves: the
table, with version, licence, source and date. For every element: its attributes with their types, the elements that
may stand in it, whether its content is text; and which attributes the renderer ignores, found out by rendering each of
them and comparing. Needs node and npm::

    python tools/fetch_mjml_vocabulary.py [VERSION]
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import mjml

from composer.edition.mjml.lint.vocabulary import TABLE

VERSION = "5.4.1"

DUMP = """
const preset = require("mjml-preset-core");
const elements = {};
for (const component of preset.components) {
  elements[component.getTagName()] = {
    attributes: component.allowedAttributes || {},
    children: (preset.dependencies[component.getTagName()] || []).map((child) => child.source ? "*" : child),
    text: Boolean(component.endingTag),
  };
}
const root = preset.dependencies["mjml"];
const colours = require("mjml-core/lib/types/helpers/colors").default || require("mjml-core/lib/types/helpers/colors");
console.log(JSON.stringify({ elements, root, colours }));
"""

COMPONENTLESS = {
    "mj-all": {"text": False, "children": [], "attributes": {}},
    "mj-class": {"text": False, "children": [], "attributes": {}},
    "mj-selector": {"text": False, "children": ["mj-html-attribute"], "attributes": {"path": "string"}},
    "mj-html-attribute": {"text": True, "children": [], "attributes": {"name": "string"}},
}
"""Elements that MJML reads without a component of their own."""

TEXT = "<mj-text>x</mj-text>"
COLUMN = f"<mj-column>{TEXT}</mj-column>"
SECTION = f"<mj-section>{COLUMN}</mj-section>"
IN_COLUMN = "<mj-section><mj-column>{}</mj-column></mj-section>"
IN_ACCORDION = IN_COLUMN.format("<mj-accordion>{}</mj-accordion>")
IN_ENTRY = IN_ACCORDION.format("<mj-accordion-element>{}</mj-accordion-element>")
TITLE, ANSWER = "<mj-accordion-title>t</mj-accordion-title>", "<mj-accordion-text>x</mj-accordion-text>"
SLIDE = '<mj-carousel-image src="https://e.test/2.png" />'
PROFILES = "".join(
    f'<mj-social-element name="{name}" href="#">x</mj-social-element>' for name in ("facebook", "github")
)

PLACES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    # element: (where it stands, its content, attributes that must be there for others to show)
    "mj-body": ("{}", SECTION, ("",)),
    "mj-hero": ("{}", TEXT, ("", 'background-url="https://e.test/b.png" background-width="600px" height="300px"')),
    "mj-section": ("{}", COLUMN * 2, ("", 'background-url="https://e.test/b.png"', 'border="2px solid red"')),
    "mj-wrapper": ("{}", SECTION * 2, ("", 'background-url="https://e.test/b.png"', 'border="2px solid red"')),
    "mj-column": ("<mj-section>{}</mj-section>", TEXT, ("", 'padding="9px"')),
    "mj-group": ("<mj-section>{}</mj-section>", COLUMN * 2, ("",)),
    "mj-image": (IN_COLUMN, "", ('src="https://e.test/a.png"', 'src="https://e.test/a.png" href="#" border="0"')),
    "mj-button": (IN_COLUMN, "x", ("", 'href="#"')),
    "mj-divider": (IN_COLUMN, "", ("", 'width="50px"')),
    "mj-spacer": (IN_COLUMN, "", ("",)),
    "mj-text": (IN_COLUMN, "x", ("", 'height="9px"')),
    "mj-table": (IN_COLUMN, "<tr><td>x</td></tr>", ("",)),
    "mj-social": (IN_COLUMN, PROFILES, ("", 'mode="vertical"')),
    "mj-social-element": (IN_COLUMN.format("<mj-social>{}</mj-social>"), "x", ("", 'name="facebook"', 'href="#"')),
    "mj-navbar": (IN_COLUMN, '<mj-navbar-link href="#">x</mj-navbar-link>', ("", 'hamburger="hamburger"')),
    "mj-navbar-link": (IN_COLUMN.format("<mj-navbar>{}</mj-navbar>"), "x", ("", 'href="#"')),
    "mj-accordion": (IN_COLUMN, f"<mj-accordion-element>{TITLE}{ANSWER}</mj-accordion-element>", ("",)),
    "mj-accordion-element": (IN_ACCORDION, TITLE + ANSWER, ("",)),
    "mj-accordion-title": (IN_ENTRY.replace("{}", "{}" + ANSWER), "t", ("",)),
    "mj-accordion-text": (IN_ENTRY.replace("{}", TITLE + "{}"), "x", ("",)),
    "mj-carousel": (IN_COLUMN, SLIDE * 2, ("",)),
    "mj-carousel-image": (
        IN_COLUMN.format("<mj-carousel>{}" + SLIDE + "</mj-carousel>"),
        "",
        ("", 'src="https://e.test/1.png"', 'src="https://e.test/1.png" href="#"'),
    ),
}
"""How each element of the body is rendered to see what an attribute does. Those of the head are not tried."""

WORDS = (
    "zzqq",
    "3px solid #123456",
    "https://e.test/z.png",
    "fluid-height",
    "github",
    "vertical",
    "hamburger",
    "right",
)


def values(kind: str) -> tuple[str, ...]:
    """Values of a type, one of which ought to change something."""
    if kind.startswith("enum"):
        return tuple(kind[5:-1].split(","))
    if kind.startswith("unit"):
        return ("37px",) if "{" in kind else ("37px", "37%", "0.37em", "1.37")
    return {"color": ("#123456",), "boolean": ("true", "false"), "integer": ("7",)}.get(kind, WORDS)


def rendered(body: str) -> str:
    """The HTML, without what is different each time; the error if there is one, which is an answer too."""
    try:
        html: str = mjml.mjml2html(f"<mjml>{body}</mjml>", disable_comments=True, fonts={})
    except ValueError as error:
        return str(error)
    return re.sub(r"[0-9a-f]{8,}", "", html)


def ignored(tag: str, attributes: Mapping[str, str]) -> Iterator[str]:
    """The attributes of ``tag`` that change nothing, whatever their value."""
    around, content, companies = PLACES[tag]
    around = around if tag == "mj-body" else f"<mj-body>{around}</mj-body>"
    for name, kind in attributes.items():
        for others in companies:
            others_without = re.sub(rf'(^| ){name}="[^"]*"', "", others)
            make = around.replace("{}", f"<{tag} {others_without} {{}}>{content}</{tag}>")
            without = rendered(make.replace("{}", ""))
            if any(rendered(make.replace("{}", f'{name}="{value}"')) != without for value in values(kind)):
                break
        else:
            yield name


def ignored_attributes(elements: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the renderer ignores, by element."""
    return {tag: found for tag in PLACES if (found := sorted(ignored(tag, elements[tag]["attributes"])))}


def fetch(version: str) -> dict[str, Any]:
    """Let node read the tables of ``mjml-preset-core``."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]
        subprocess.run([*command, f"mjml-preset-core@{version}"], check=True, stdout=sys.stderr)
        run = subprocess.run(["node", "-e", DUMP], check=True, cwd=folder, capture_output=True)
        tables: dict[str, Any] = json.loads(run.stdout)
        package = json.loads(Path(folder, "node_modules", "mjml-preset-core", "package.json").read_text("utf-8"))
    assert package["license"] == "MIT", package["license"]
    return tables


def written(table: Mapping[str, Any]) -> str:
    """JSON with a line for each element, so that a new version can be read in the diff."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in table.items() if key != "elements"]
    elements = [f"    {json.dumps(tag)}: {json.dumps(about)}" for tag, about in sorted(table["elements"].items())]
    lines.append('  "elements": {\n' + ",\n".join(elements) + "\n  }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(version: str = VERSION) -> None:
    """Write the table into ``edition/mjml/lint``, from the package that npm fetches."""
    tables = fetch(version)
    elements = tables["elements"] | COMPONENTLESS
    elements["mjml"] = {"attributes": {}, "children": tables["root"], "text": False}
    for tag, names in ignored_attributes(elements).items():
        elements[tag]["ignored"] = names
    table = {
        "source": "npm mjml-preset-core",
        "version": version,
        "licence": "MIT, (c) Mailjet and the MJML authors",
        "read": dt.date.today().isoformat(),
        "renderer": f"mjml-python {importlib.metadata.version('mjml-python')}",
        "colours": tables["colours"],
        "elements": elements,
    }
    TABLE.write_text(written(table), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
