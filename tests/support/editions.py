"""Issues and editions for tests: a few lines of YAML, with templates of the test's own where it needs them."""

from __future__ import annotations

import re
from pathlib import Path

from composer import shipped
from composer.edition import Edition, build_edition, fill
from composer.edition.mjml.head_styles import shipped_classes, short_names
from composer.edition.model import SlottedText
from composer.issue import load_issue
from tests.support.authoring import issue_of, write_issue


def build(
    folder: Path,
    blocks: str,
    *,
    head: str = "",
    newsletter: str | None = None,
    templates: dict[str, str] | None = None,
    files: dict[str, str | bytes] | None = None,
) -> Edition:
    """The edition of an issue with ``blocks``; ``templates`` lie over the shipped ones."""
    more = {} if newsletter is None else {"newsletter": newsletter}
    issue = load_issue(write_issue(folder / "issues", issue_of(blocks, head=head), files=files, **more))
    own = folder / "templates"
    own.mkdir(exist_ok=True)
    for name, text in (templates or {}).items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(text, encoding="utf-8")
    return build_edition(issue, templates=(own, shipped.TEMPLATES))


def read_as(segments: SlottedText, **fields: str) -> str:
    """What a subscriber with these fields reads; links go to example.org."""
    values = {f"subscriber.{name}": value for name, value in fields.items()}
    links = ("unsubscribe", "browser", "print", "assets")
    return with_long_names(
        fill(segments, values | {f"links.{name}": f"https://news.example.org/{name}" for name in links})
    )


_LONG = {short: name for name, short in short_names(shipped_classes(shipped.TEMPLATES)).items()}
_CLASS = re.compile(r"""(?<=\sclass=)(?:"([^"]*)"|'([^']*)'|([\w-]+))""")


def with_long_names(html: str) -> str:
    """The HTML of a mail with its classes called as in the templates, in its head and its body."""

    def long(found: re.Match[str]) -> str:
        names = (found[1] or found[2] or found[3] or "").split()
        return f'"{" ".join(_LONG.get(name, name) for name in names)}"'

    head, end, body = html.partition("</head>")
    if not end or "<mjml" in html or not re.search(r"<body id=\"?body", html):
        return html
    selectors = re.compile(r"[^{};]+(?=\{)")
    head = selectors.sub(
        lambda part: re.sub(r"\.([a-z]\w?)(?![\w-])", lambda one: f".{_LONG.get(one[1], one[1])}", part[0]), head
    )
    return head + end + _CLASS.sub(long, body)
