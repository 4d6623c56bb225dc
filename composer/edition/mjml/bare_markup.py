"""HTML without its words: all that an inliner of styles reads of it.

Enters: HTML. Leaves: the same markup with one word in the place of each text, address, name and alternative text, and
what stood there; and later the markup with those put back. Articles that differ only in what they say have the same
bare markup, so the styles of all of them are worked out once.

A word is taken out only if lxml would write it as it read it: what holds another entity or a stray sign stays where it
is, as does a text of nothing but space, because the height of a line may hang on it.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_SPACE: Final = r"&(?:nbsp|#160);"
_TEXT: Final = re.compile(
    rf">((?:[^\S\r]|{_SPACE})*+(?:[^&<>\s\0]|&(?:amp|lt|gt);)(?:[^&<>\r\0]++|&(?:amp|lt|gt);|{_SPACE})*+)(?=<)"
)
# libxml2 writes addresses and names in percent signs where they hold more than the signs of a URI (RFC 3986, 2).
_URI: Final = r"[\w!#$%'()*+,./:;=?@~-]"
_ADDRESS: Final = re.compile(
    rf'="(?:(?<= href=")|(?<= src=")|(?<= id=")|(?<= name="))({_URI}++(?:&amp;{_URI}*+)*+)(?=")', re.ASCII
)
_CAPTION: Final = re.compile(r'="(?:(?<= alt=")|(?<= title="))([^"&<>\r\0]++(?:&(?:amp|lt|gt);[^"&<>\r\0]*+)*+)(?=")')
_KINDS: Final = (
    (_TEXT, ">", "aTextOfAnAuthor"),
    (_ADDRESS, '="', "anAddressOfAnAuthor"),
    (_CAPTION, '="', "aCaptionOfAnAuthor"),
)


class BareMarkup(NamedTuple):
    """Markup with one word for each of a kind, and the words that stood there, by kind and in order."""

    markup: str
    words: tuple[list[str], ...]


def without_words(html: str) -> BareMarkup:
    """Take the words out of the HTML."""
    taken: list[list[str]] = []
    for pattern, opening, word in _KINDS:
        parts = pattern.split(html)
        html = f"{opening}{word}".join(parts[::2])
        taken.append(parts[1::2])
    texts = [text.replace("&nbsp;", "\xa0").replace("&#160;", "\xa0") if "&" in text else text for text in taken[0]]
    return BareMarkup(html, (texts, *taken[1:]))


def with_words(markup: str, words: tuple[list[str], ...]) -> str | None:
    """Put the words back into markup that has been worked on; None if not every place of theirs is there, once."""
    for (_, _, word), those in zip(_KINDS, words, strict=True):
        parts = markup.split(word)
        if len(parts) != len(those) + 1:
            return None
        joined = [""] * (2 * len(parts) - 1)
        joined[::2], joined[1::2] = parts, those
        markup = "".join(joined)
    return markup
