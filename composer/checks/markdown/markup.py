"""What looks like markup and is none is found at its place: readers would see the signs, or miss what was there.

Four kinds: signs in Markdown that it does not read (``** bold **``, ``##No space``, ``[text] (address)``), signs that
it reads and nobody meant (``2*3*4``), Markdown in a line that is shown as written, and HTML in Markdown that is taken
away. Code is passed over, and what is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from itertools import accumulate, islice

from markdown_it.token import Token

from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, Text
from composer.checks.written_links import NOWHERE, without_fields
from composer.commonmark import Addresses, bare_addresses, markdown_parser
from composer.edition.prose.markdown import ALLOWED_ATTRIBUTES, ALLOWED_TAGS
from composer.errors import Mend
from composer.issue.blocks import TextKind
from composer.link_address import LinkError, spell_link
from composer.remembered import remembered

_MARKDOWN = markdown_parser(addresses=Addresses.AS_WRITTEN).disable("text_join")
_MOST = 20
"""Findings of one text: who has more of them has copied something whole."""

_HERE = "\ufffc"
"""Stands for what was read: code, a picture, an escaped sign."""

_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE | re.IGNORECASE), hint)
    for pattern, hint in (
        (
            r"!?\[[^\[\]\n]{1,200}\] \((?:https?:|www\.|mailto:|#)[^()\n]{1,300}\)",
            "write [text](address), without a blank between",
        ),
        (
            r"!?\[[^\[\]\n]{1,200}\]\((?:https?:|www\.|mailto:|tel:)[^()<>\n]{0,300}(?:\([^()<>\n]{0,60}\)[^()<>\n]{0,300})?\)",
            "write [text](<address>), or %20 for each blank",
        ),
        (
            r"!?\[[^\[\]\n]{1,200}\]\(<[^()\n]{0,300}\)",
            "write [text](<address>), with the address alone: no name, and no < or > inside",
        ),
        (r"\([^()\n]{1,200}\)\[(?:https?:|www\.|mailto:)[^\[\]\n]{1,300}\]", "write [text](address)"),
        (r"!?\[[^\[\]\n]{1,200}\]\([^()\n]{0,300}$", "close the link with )"),
        (r"\[[^\[\]\n]{1,200}\[\((?:https?:|www\.|mailto:)[^()\n]{1,300}\)", "write ](, with the bracket closed"),
        (r"\[(?:https?:|www\.)[^\[\]\s]{1,300}\]\([^()\n]{1,200}\)", "write [text](address): the words come first"),
        (r"\[\^[^\[\]\n]{1,60}\](?!:)", "write the footnote too: [^1]: its words, on a line of its own"),
        (r"\[/?(?:b|i|u|s|url|img|quote|code)(?:=[^\]\n]{1,200})?\]", "write **bold**, *italic*, [text](address)"),
        (r"^[ ]{0,3}#{2,6}[^\s#]", "write a blank behind the #"),
        # A sentence that begins with a hashtag ends as one.
        (
            r"^[ ]{0,3}#(?=[^\s#\d])[^\s#]+ [^#\n]*(?<![.!?…:,;。！？])$",
            "write a blank behind the #, or \\# for a hashtag",
        ),
        (r"^[ ]{0,3}[-+](?=[^\W\d_])", "write a blank behind the -"),
        # One dash begins what somebody says, in French and Polish; two below each other are a list.
        (r"^[ ]{0,3}(?:[•·◦▪‣]|–(?=[^\n]*\n[ ]{0,3}–))[ \t]*(?=\S)", "write - and a blank for an entry of a list"),
        (r"^\[[ xX]\] ", "lists to tick are not known here"),
        (r"^[ ]{0,3}\|[^|\n]*\|.*$", "write a line |---|---| below the first row of the table"),
        (
            r"(?<![*\d])\*\*(?=[^\s*])[^*\n]*[^\s*]\*\*(?!\*)",
            "write <b>words</b>: a letter stands close to the signs, and a bracket or a mark inside",
        ),
        (r"\*\*(?=\s*\S)|(?<=\S)\*\*|(?<=\w)__|__(?=\w)", "write the signs close to the words, before and behind"),
        (r"(?<![\w*])\*(?=[^\W\d_])[^*\n]*$", "write a * behind the words too, or \\* for a star"),
        (r"(?<!\S)_\s[^_\n]{1,100}\s_(?!\S)", "write _words_, without blanks inside"),
        (r"~~", "write ~~words~~, without blanks inside"),
        (r"(?<=\w)~\w{1,12}~", "write H<sub>2</sub>O"),
        (r"(?<=\w)\^\w{1,12}\^", "write x<sup>2</sup>"),
        (r"==\S[^=\n]{0,100}==", "write <mark>words</mark>"),
        (r"`", "write ` behind the words too, or \\` for the sign alone"),
        (r"(?<!\S):[a-z][a-z0-9_+-]{2,30}:(?!\S)", "write the emoji itself"),
        (r"\{[.#][\w-]+\}", "nothing is set this way here; delete it"),
        (r"&(?:nbsp|amp|lt|gt|quot|shy|mdash|ndash)(?![\w;])", "write ; behind it"),
    )
)  # fmt: skip

_RIGHT: Mapping[str, Callable[[str], str]] = {
    "write [text](address), without a blank between": lambda sign: sign.replace("] (", "](", 1),
    "write [text](<address>), or %20 for each blank": lambda sign: "](".join(_without_blanks(*sign.split("](", 1))),
    "write a blank behind the #": "{} ".format,
    "write a blank behind the -": "{} ".format,
    "write - and a blank for an entry of a list": "- ".format,
    "write ; behind it": "{};".format,
}
"""What to do, where one text in the place of the other does it."""


def _without_blanks(words: str, address: str) -> tuple[str, str]:
    return words, address.replace(" ", "%20")


_WHOLE = _SIGNS[:3]
"""Links, each of which is a slip of its own."""

_IN_LINE = re.compile(
    r"\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*|__[^\s_](?:[^_\n]*[^\s_])?__(?!\w)|(?<![\w*])\*[^\s*](?:[^*\n]*[^\s*])?\*(?![\w*])"
    r"|(?<!\w)_[^\s_](?:[^_\n]*[^\s_])?_(?!\w)|~~[^~\n]+~~|`[^`\n]+`|!?\[[^\[\]\n]+\]\([^()\n]+\)"
    r"|</?(?:b|i|em|strong|u|s|br|a|span|font|sub|sup|code|mark|small)\b[^<>\n]*>"
    r"|^#{1,6} |&(?:nbsp|amp|shy|lt|gt|quot|[a-z]dash);",
    re.IGNORECASE,
)


def check_markup(proof: Proof) -> Iterator[Finding]:
    """No text shows the signs of a markup that is not read there."""
    for text in proof.texts:
        if text.kind is TextKind.MARKDOWN:
            yield from islice(_in_markdown(text), _MOST)
            yield from islice(_unmeant(text), _MOST)
        elif text.kind is TextKind.LINE:
            yield from islice(_in_line(text), _MOST)


@remembered
def _tokens(text: str) -> Sequence[Token]:
    return tuple(_MARKDOWN.parse(text))


def _in_line(text: Text) -> Iterator[Finding]:
    shown = without_fields(text.value)
    opened: set[str] = set()
    for match in _IN_LINE.finditer(shown):
        tag = re.match(r"<(/?)(\w+)", match[0])
        if tag and tag[1] and tag[2].lower() in opened:
            continue  # the other half of what has been told
        if tag:
            opened.add(tag[2].lower())
        words = f"readers see {match[0][:60]!r} as it stands: the {text.field} is a line, not Markdown"
        yield find("markup-in-line", text.position(match.start()), words, "leave the signs out, or say it in the body")
    for start, end, address in bare_addresses(shown):
        # Mail programs link mail addresses themselves, and a contact is linked by the footer.
        if address.startswith("http") and text.path[:1] == ("blocks",) and not _IN_LINE.search(shown):
            words = f"{shown[start:end][:60]!r} is no link here: the {text.field} is a line, not Markdown"
            yield find("markup-in-line", text.position(start), words, "write it as a link: or in the body")


def _in_markdown(text: Text) -> Iterator[Finding]:
    masked = without_fields(text.value)
    starts = [0]
    for line in masked.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    stars = masked.count("*")
    for token in _tokens(masked):
        start = starts[min(token.map[0], len(starts) - 1)] if token.map else 0
        if token.type == "inline":
            yield from _signs(token.children or [], text, masked, start, stars)
        for part in (token, *(token.children or ())):
            if part.type in ("html_block", "html_inline"):
                yield from _taken_away(part.content, text, masked, start)
    for match in re.finditer(r"^[ ]{0,3}\[\^([^\[\]\n]{1,60})\]:", masked, re.MULTILINE):
        if masked.count(f"[^{match[1]}]") == 1:
            words = f"nothing refers to the footnote {match[0]!r}, so readers do not see it"
            yield find("markup-unread", text.position(match.start()), words, f"write [^{match[1]}] where it belongs")


def _signs(children: Sequence[Token], text: Text, masked: str, start: int, stars: int) -> Iterator[Finding]:
    shown = "".join(_shown(child) for child in children)
    for pattern, hint in _SIGNS:
        matches = list(pattern.finditer(shown))
        at = start - 1
        for match in matches:
            sign = match[0].strip()
            if hint.endswith("for a star") and stars > 1 and re.search(r"[^\s*]\*(?![\w*])", masked):
                continue  # a star that leads to a note
            at = max(masked.find(sign.partition(_HERE)[0].partition("](")[0], at + 1), start)
            words = f"readers see {sign[:60]!r} as it stands: Markdown does not read it"
            yield find("markup-unread", text.position(at), words, hint, _mend(sign, hint))
            if (pattern, hint) not in _WHOLE:
                break  # its other half is the same slip
        if matches:
            shown = pattern.sub(_HERE, shown)


def _mend(sign: str, hint: str) -> Mend | None:
    right = _RIGHT.get(hint)
    sign = re.sub(r"(?<=#)[^#]+", "", sign) if sign[:1] == "#" else sign
    return Mend(sign, right(sign)) if right and _HERE not in sign and "\n" not in sign else None


def _shown(child: Token) -> str:
    if child.type == "text" or child.info == "auto":  # a bare address is words here, too
        return child.content
    return "\n" if child.type in ("softbreak", "hardbreak") else _HERE


# --- read, and not meant -------------------------------------------------------------------------------------

_CODE = re.compile(r"[{}=;<>$\\|]|\w\(")
_WORDS = re.compile(r"[^\W\d_]+[^\w\s]? +[^\W\d_]+[^\w\s]? +[^\W\d_]+")


def _unmeant(text: Text) -> Iterator[Finding]:
    """Find what Markdown reads although it was hardly meant as markup: sums, dates, a signature, words set in."""
    masked = without_fields(text.value)
    lines = masked.splitlines(keepends=True)
    starts = list(accumulate(map(len, lines), initial=0))
    tokens = _tokens(masked)
    for index, token in enumerate(tokens):
        begins, ends = token.map or (0, 0)
        if token.type == "inline":
            for sum_ in _sums(token.children or []):
                words = f"readers see {sum_.replace('*', '')!r} instead of {sum_!r}: the stars are read as emphasis"
                at = max(masked.find(sum_, starts[begins]), starts[begins])
                hint = "write \\* for each star" if " " in sum_ else "write ×, or \\* for each star"
                is_of_figures = re.fullmatch(r"[\d*]+", sum_) is not None
                mend = Mend(sum_, sum_.replace("*", "×")) if is_of_figures else None
                yield find("markup-unmeant", text.position(at), words, hint, mend)
        elif token.type == "ordered_list_open":
            yield from _renumbered(tokens[index:], text, starts)
        elif token.type == "heading_open" and token.markup == "-" and _is_paragraph(lines[begins:ends]):
            words = "these dashes make a headline of the lines above them"
            yield find("markup-unmeant", text.position(starts[ends - 1]), words, "write a blank line above the dashes")
        elif token.type == "code_block" and _WORDS.search(token.content) and not _CODE.search(token.content):
            at = starts[begins] + len(lines[begins]) - len(lines[begins].lstrip())
            hint = "take the blanks away before it; code stands between two lines ```"
            yield find("markup-unmeant", text.position(at), "readers see these words as code: they are set in", hint)


def _is_paragraph(lines: Sequence[str]) -> bool:
    """Whether what stands above dashes are sentences or a signature rather than a headline."""
    *above, dashes = (line.strip() for line in lines)
    return len(above) > 1 or len(dashes) < 3 or above[0].endswith((".", "!", ",", ";", "。", "！"))


def _renumbered(tokens: Sequence[Token], text: Text, starts: Sequence[int]) -> Iterator[Finding]:
    """Tell the first entry of a list that readers see with another number than is written; all alike is usual."""
    level = tokens[0].level
    depth = next(n for n, token in enumerate(tokens) if token.type == "ordered_list_close" and token.level == level)
    items = [token for token in tokens[:depth] if token.type == "list_item_open" and token.level == level + 1]
    written = [int(item.info) for item in items if item.info]
    if len(set(written)) < 2:
        return
    for number, item in zip(written, items, strict=True):
        shown = written[0] + items.index(item)
        if number != shown and item.map:
            words = f"readers see this entry with the number {shown}, not {number}: it is read as one of a list"
            hint = f"write {shown}{item.markup}, or \\{item.markup} behind each number that is to stay"
            line = text.value[starts[item.map[0]] :]
            at = starts[item.map[0]] + len(line) - len(line.lstrip())
            yield find("markup-unmeant", text.position(at), words, hint)
            return


def _sums(children: Sequence[Token]) -> Iterator[str]:
    """Find stars that are read as emphasis and belong to words or sums: ``2*3*4``, ``Leser*innen und Bürger*innen``.

    On both sides stand figures or letters alone; or emphasis begins within a word, and goes on over others.
    """
    for index, opened in enumerate(children):
        if opened.type not in ("em_open", "strong_open") or opened.markup[0] != "*" or not index:
            continue
        ends = (at for at in range(index + 1, len(children)) if children[at].level == opened.level)
        end = next((at for at in ends if children[at].nesting < 0), len(children))
        inner = "".join(child.content for child in children[index + 1 : end])
        before = re.search(r"[^\W_]*\)?\Z", children[index - 1].content)
        after = re.match(r"\(?[^\W_]*", children[end + 1].content) if end + 1 < len(children) else None
        left, right = before[0] if before else "", after[0] if after else ""
        is_short = left.isascii() and right.isascii() and len(left) < 3 and len(right) < 3
        is_sum = (
            left and right and (left[-1:] in _DIGITS or right[:1] in _DIGITS or (is_short and not _WORD.search(inner)))
        )
        if is_sum or (left[-1:].isalpha() and " " in inner and "\n" not in inner):
            yield f"{left}{opened.markup}{inner}{opened.markup}{right}"


_DIGITS = frozenset("0123456789")
_WORD = re.compile(r"[^\W\d_]{3}")


class _Tags(HTMLParser):
    """Collects the tags that the sanitiser takes away, and attributes, with the words that are to be found."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            if tag != "img":
                self.taken.append((f"<{tag}", f"<{tag}>"))
            return
        for name, value in attrs:
            allowed = ALLOWED_ATTRIBUTES["*"] | ALLOWED_ATTRIBUTES.get(tag, set())
            if name not in allowed and not (tag == "a" and name in ("target", "rel")):
                self.taken.append((f"{name}", f"{name}=… of <{tag}>"))
            elif name == "href" and (value or "") not in NOWHERE and not _is_link(value or ""):
                self.taken.append((value or name, f"the address {value!r}"))


def _is_link(address: str) -> bool:
    try:
        return bool(spell_link(address))
    except LinkError:
        return False


def _taken_away(html: str, text: Text, masked: str, start: int) -> Iterator[Finding]:
    tags = _Tags()
    tags.feed(html)
    tags.close()
    begins = max(masked.find(html[:200].rstrip("\n"), start), start)
    for sought, named in tags.taken:
        at = masked.lower().find(sought.lower(), begins)
        words = f"{named} is taken away: no mail program would show it as it is meant"
        hint = "leave it out; what a mail can do, a block does" if named.startswith("<") else "leave it out"
        yield find("html-removed", text.position(max(at, begins)), words, hint)
