"""What HTML and MJML of an author's own may have in a mail: elements, attributes, schemes, addresses of pictures.

By what is allowed, not by what is known to be bad. Addresses are read as browsers read them (WHATWG URL): without the
blanks and line breaks in a scheme, a backslash as a slash; CSS by tinycss2, escapes and all. Nothing may be loaded from
elsewhere: a picture lies beside the issue, or a stranger's server would learn who reads the mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import tinycss2

from composer.link_address import LinkError, spell_link

Wrong = tuple[str, str]
"""What is wrong, and what to do."""

IsMark = Callable[[str], bool]

_HTML = frozenset(
    """a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl
    dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp
    section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr""".split()  # noqa: SIM905
)
_MJML_REFUSED = frozenset(
    """mj-include mj-head mj-body mj-style mj-attributes mj-all mj-class mj-font mj-html-attributes mj-selector
    mj-html-attribute mj-breakpoint mj-preview mj-title mjml""".split()  # noqa: SIM905
)
_ATTRIBUTES = frozenset(
    """abbr align alt bgcolor border cellpadding cellspacing char charoff cite class clear color cols colspan compact
    datetime dir face frame headers height hidden href hspace id lang name noshade nowrap rel reversed role rows rowspan
    rules scope size span src start style summary tabindex target title type valign value vspace width""".split()  # noqa: SIM905
)
_WORDS = frozenset({"alt", "title", "abbr", "summary", "aria-label"})
_LOADED = frozenset({"src", "background", "background-url", "poster", "thumbnails-src", "srcset", "data"})
_LOADED_BY_MJML = frozenset({"icon-wrapped-url", "icon-unwrapped-url"})
_NAME = re.compile(r"[a-z][a-z0-9:._-]*")
_RUNS = re.compile(r"^(on|formaction$|action$|srcdoc$|ping$|http-equiv$)")
_STRIPPED = re.compile(r"[\t\r\n]|^[\x00-\x20]+|[\x00-\x20]+$")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_FROM_ELSEWHERE = re.compile(r"(?:https?|ftp|data|javascript|vbscript):|//", re.IGNORECASE)
_ELSEWHERE = "put the picture beside the issue, and write its name"


def may_stand(tag: str) -> bool:
    """Tell whether an element of HTML or MJML may stand in an author's own MJML; the linter knows which MJML has."""
    return tag in _HTML or (tag.startswith("mj-") and tag not in _MJML_REFUSED)


def judge_attribute(tag: str, attribute: str, value: str, *, is_mark: IsMark) -> Iterator[Wrong]:
    """Tell what is wrong with an attribute; ``value`` is as a browser reads it."""
    name, is_mjml = attribute.lower(), tag.startswith("mj-")
    if _RUNS.match(name):
        yield f"{attribute}=… would run in the reader's browser", "leave it out"
    elif not is_mjml and not (name in _ATTRIBUTES | _LOADED or re.match(r"(aria|data)-[a-z-]+$", name)):
        yield f"{attribute}=… cannot stand in a mail", "leave it out"
    elif name == "href":
        yield from _judge_link(value, is_mark)
    elif name in _LOADED or (is_mjml and name in _LOADED_BY_MJML):
        yield from _judge_picture(value)
    elif name == "style":
        yield from judge_css(value)
        if re.search(r"\burl\(\s*['\"]?(?![\s'\")]|https?:|data:|//)", value, re.IGNORECASE):
            yield "a picture in a style is not found", "write background-url on an mj-section, or an mj-image"
    elif is_mjml and name not in _WORDS:
        yield from _judge_layout(attribute, value)


def _judge_layout(attribute: str, value: str) -> Iterator[Wrong]:
    """An attribute of MJML becomes a piece of CSS, or stands as it is in an attribute of HTML."""
    if re.search(r"[\"<>;{}\\]", value) and attribute.lower() not in ("css-class", "mj-class"):
        yield f"{attribute}={value[:60]!r} would end its attribute", "write the value alone, without quotes or ;"
    elif re.search(r"[\"<>]", value):
        yield f"{attribute}={value[:60]!r} would end its attribute", "write the value alone, without quotes"
    else:
        yield from judge_css(f"x:{value}")


def _judge_link(value: str, is_mark: IsMark) -> Iterator[Wrong]:
    if is_mark(value):
        return
    try:
        spell_link(value)
    except LinkError as error:
        yield f"{value[:60]!r} is no address for a mail", error.hint


def read_as_browser(address: str) -> str:
    """Spell an address as a browser understands it before it looks for a scheme."""
    return _STRIPPED.sub("", address).replace("\\", "/").strip()


def _judge_picture(value: str) -> Iterator[Wrong]:
    address = read_as_browser(value)
    if not address:
        return
    if _SCHEME.match(address) and not address.lower().startswith(("http:", "https:")):
        yield f"{value[:60]!r} is no address for a mail", _ELSEWHERE
    elif _SCHEME.match(address) or address.startswith("/") or re.search(r"[\s,]\s*(https?:)?//", address):
        yield f"{value[:60]!r} would be loaded from elsewhere, and count who reads", _ELSEWHERE


def judge_css(css: str) -> Iterator[Wrong]:
    """Tell what in the declarations of a style would load or run something."""
    yield from _judge_tokens(tinycss2.parse_component_value_list(css), css)


def _judge_tokens(tokens: Any, css: str) -> Iterator[Wrong]:
    for token in tokens:
        kind = token.type
        if kind == "url":
            yield from _judge_picture(token.value)
        elif kind == "string" and _FROM_ELSEWHERE.match(read_as_browser(token.value)):
            # It may be a picture of image(), or by way of var() of functions that no program has yet.
            yield from _judge_picture(token.value)
        elif kind == "function" and token.lower_name == "expression":
            yield "expression() would run in the reader's browser", "leave it out"
        elif kind == "function" and (token.lower_name in ("url", "src") or token.lower_name.endswith("image-set")):
            for part in token.arguments:
                if part.type in ("string", "url"):
                    yield from _judge_picture(part.value)
        elif kind == "ident" and token.lower_value in ("behavior", "-moz-binding"):
            yield f"{token.value} would run in the reader's browser", "leave it out"
        elif kind == "at-keyword" and token.lower_value in ("import", "font-face"):
            yield f"@{token.value} would load something from elsewhere", "leave it out"
        elif kind in ("error", "bad-url"):
            yield f"the style {css[:60]!r} cannot be read", "write name: value; name: value"
        inner = getattr(token, "arguments", None) or getattr(token, "content", None)
        if isinstance(inner, list):
            yield from _judge_tokens(inner, css)


# --- as rendered --------------------------------------------------------------------------------------------

_RUNNING = frozenset(
    """script iframe frame frameset object embed applet base form textarea select svg math audio video portal
    template""".split()  # noqa: SIM905
)
_RENDERED_ADDRESSES = frozenset({"href", "xlink:href"})


def judge_document(html: str, *, is_mark: IsMark) -> Iterator[Wrong]:
    """Tell what is wrong in HTML that the renderer has made, as a browser reads it, what only Outlook sees included."""
    page = _RenderedPage(is_mark)
    page.feed(html)
    page.close()
    return iter(dict.fromkeys(page.wrong))


class _RenderedPage(HTMLParser):
    def __init__(self, is_mark: IsMark) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[Wrong] = []
        self._is_mark = is_mark

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _RUNNING or (tag == "link" and ("rel", "stylesheet") in attrs):
            self.wrong.append((f"<{tag}> cannot stand in a mail", "leave it out"))
        for name, value in attrs:
            self._judge(tag, name, value or "")

    def _judge(self, tag: str, name: str, value: str) -> None:
        if not _NAME.fullmatch(name):
            self.wrong.append((f"a quotation mark ends an attribute of <{tag}>", 'write " as &quot;'))
        elif name.startswith("on") or name in ("formaction", "action", "srcdoc", "ping"):
            self.wrong.append((f"{name}=… would run in the reader's browser", "leave it out"))
        elif name == "http-equiv" and value.strip().lower() == "refresh":
            self.wrong.append(("a mail cannot lead away by itself", "leave it out"))
        elif name in _LOADED:
            self.wrong += _judge_picture(value)
        elif name in _RENDERED_ADDRESSES and tag != "link":
            self.wrong += _judge_link(value, self._is_mark) if value else ()
        elif name == "style":
            self.wrong += (wrong for wrong in judge_css(value) if "cannot be read" not in wrong[0])

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.wrong += (wrong for wrong in judge_css(data) if "cannot be read" not in wrong[0])

    def handle_comment(self, data: str) -> None:
        shown = re.match(r"\s*\[if[^\]]*\]>?", data, re.IGNORECASE)
        if shown:
            self.wrong += judge_document(data[shown.end() :].replace("<![endif]", ""), is_mark=self._is_mark)
