"""Whom a streak of refusals is about: the same words for many different people are about us, whatever the code. Pure.

A *streak* is what one relay has refused since it last took a message. Each refusal in it is in doubt::

    refusals in a row ── 20 points ──────────────────────────────────────▶ about us
                      ── the relay takes a message ──▶ fewer than 8 points ▶ they are what they say
                                                     ──  8 or more ────────▶ those people are tried once more
    nobody is left    ── it took messages before ────▶ fewer than 10 points ▶ they are what they say
                                                     ── 10 or more ────────▶ about us
                      ── it took nothing ────────────▶ 2 people or more ───▶ about us
                                                     ── 1 person ──────────▶ in doubt until it takes something

Points: a person whose refusal says by itself that it is about us counts 1, and so does one at a large provider of
mailboxes. Of the others, the first of a domain counts 1 and each further one a tenth, because the domain of a company
that is gone has many former colleagues. Only the three texts with the most points count, once what differs from person
to person is taken out of them; of refusals in any words, three times as many are needed. Where every fifth address is
dead, 8 in a row come once in 400,000 and 20 practically never.

A refusal that is about us by itself is not disproved by one message that is taken (a relay may take its own domain's):
each of those outweighs four.

The streak of one *provider* is what the relay has refused of its people since it last took a message to one of them,
whatever it took for others meanwhile. A message to somebody else proves the relay well, and leaves the provider in
doubt::

    20 points of one provider ───────────────────────────────────────────▶ the provider is stopped, not the relay
    20 points in a row, of which at most a fifth are of other providers ─▶ the same, if the relay may take others
    nobody is left ── 10 points or more ─────────────────────────────────▶ the same
                   ── nobody there was taken, and 2 people of a large
                      provider, or 5 of another one, were refused in
                      words about us, in the same few texts ─────────────▶ the same
                   ── else ──────────────────────────────────────────────▶ they are what they say
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from composer.address import domain_of, fold_address
from composer.delivery.judgement import About
from composer.mailbox_providers import MAILBOX_DOMAINS

ENOUGH = 20.0
"""Points of a streak that is about us."""
SUSPICIOUS = 8.0
"""Points of a streak that nobody believes, although it ended by itself."""
_ENOUGH_AT_THE_END = 10.0
_IN_ANY_WORDS = 3
_TEXTS = 3
_FURTHER_OF_A_DOMAIN = 0.1
_OF_OTHERS = 0.2  # of the points of a streak that is about one provider
_PEOPLE_OF_LARGE, _PEOPLE_OF_OTHER = 2, 5
OUTWEIGHED = 4
"""So many refusals that are about us by themselves are settled by one message that the relay takes."""

_WORDS_KEPT = 30
_part = re.compile(r"https?://\S+|<[^>]*>|\S*@\S*|\[[^\]]*\]|\S+").findall
_word = re.compile(r"[^\W\d_]+").findall
_is_name = re.compile(r"[a-z][A-Z]|\d|\w[./:]\w|[@<\[]|[^\W\daeiouyAEIOUY_]{6}").search
_letters = re.compile(r"[^\W\d_]{3,}").findall
_OF_REPLIES = frozenset(
    [
        *("account", "address", "denied", "domain", "error", "host", "mail", "mailbox", "message", "not", "policy"),
        *("recipient", "refused", "rejected", "relay", "sender", "service", "spam", "the", "unknown", "user", "users"),
    ]
)
"""Words of replies that may be part of an address too."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A refusal of which it is not known yet whether it is about the person. ``words`` are those of ``same_words``.

    ``provider`` has the person's mailbox; "" if the relay refused before it was told whom the message is for.
    """

    delivery: int
    email: str
    about: About
    words: str
    provider: str = ""


class Ruling(enum.Enum):
    """What is held of the refusals in doubt once nobody is left to send to."""

    ABOUT_US = enum.auto()
    AS_SAID = enum.auto()
    IN_DOUBT = enum.auto()


def same_words(text: str, recipient: str) -> str:
    """Reduce a reply's text to the words that it has for everybody: without addresses, names, numbers and ids."""
    told = set(_letters(recipient.lower())) - _OF_REPLIES
    common: list[str] = []
    for part in _part(unicodedata.normalize("NFKC", text)):
        if not _is_name(part.rstrip(".,:;!?)")):
            common += [word for word in _word(part.lower()) if word not in told]
    return " ".join(common[:_WORDS_KEPT])


def is_about_us(doubts: Sequence[Doubt]) -> bool:
    """Whether a streak has enough points to be about us."""
    if len(doubts) < ENOUGH:
        return False
    return count_points(doubts) >= ENOUGH or _points(doubts) >= ENOUGH * _IN_ANY_WORDS


def rule_at_the_end(doubts: Sequence[Doubt], *, has_taken: bool, is_everybody: bool) -> Ruling:
    """Rule on a streak that nobody is left to go on with.

    ``has_taken``: the relay has taken messages of this mailing before. ``is_everybody``: no retry is due later either.
    """
    if has_taken:
        return Ruling.ABOUT_US if count_points(doubts) >= _ENOUGH_AT_THE_END else Ruling.AS_SAID
    return Ruling.ABOUT_US if is_everybody and _is_pattern(doubts, people=2) else Ruling.IN_DOUBT


def find_provider_of_streak(doubts: Sequence[Doubt]) -> str:
    """Name the provider that a streak of the whole relay is about; "" if it is about no single one."""
    by_provider: defaultdict[str, list[Doubt]] = defaultdict(list)
    for one in doubts:
        by_provider[one.provider].append(one)
    points = {provider: _points(same) for provider, same in by_provider.items()}
    most = max(points, key=lambda provider: points[provider], default="")
    return most if points and sum(points.values()) - points[most] <= _OF_OTHERS * sum(points.values()) else ""


def is_about_provider(doubts: Sequence[Doubt], *, has_taken: bool, is_large: bool) -> bool:
    """Whether the streak of one provider is about us, once nobody is left to go on with.

    ``has_taken``: the relay has taken messages of this mailing for people there. ``is_large``: the provider is one of
    those that have a name.
    """
    if count_points(doubts) >= _ENOUGH_AT_THE_END:
        return True
    of_us = [one for one in doubts if one.about is About.US]
    return not has_taken and _is_pattern(of_us, people=_PEOPLE_OF_LARGE if is_large else _PEOPLE_OF_OTHER)


def _is_pattern(doubts: Sequence[Doubt], *, people: int) -> bool:
    """Whether so many different people were refused in few texts, which some of them share."""
    refused = len({fold_address(one.email) for one in doubts})
    texts = len({one.words for one in doubts})
    return refused >= people and texts < refused and texts <= _TEXTS


def count_points(doubts: Iterable[Doubt]) -> float:
    """Count the points of the three texts that have the most by themselves."""
    by_words: defaultdict[str, list[Doubt]] = defaultdict(list)
    for one in doubts:
        by_words[one.words].append(one)
    # Of texts with as many points it is always the same ones, in whatever order people were refused.
    frequent = sorted(by_words, key=lambda words: (-_points(by_words[words]), words))[:_TEXTS]
    return _points([one for words in frequent for one in by_words[words]])


def _points(doubts: Sequence[Doubt]) -> float:
    of_us = {fold_address(one.email) for one in doubts if one.about is About.US}
    by_domain: defaultdict[str, set[str]] = defaultdict(set)
    for one in doubts:
        if (key := fold_address(one.email)) not in of_us:
            by_domain[domain_of(one.email)].add(key)
    others = sum(
        len(people) if domain in MAILBOX_DOMAINS else 1 + _FURTHER_OF_A_DOMAIN * (len(people) - 1)
        for domain, people in by_domain.items()
    )
    return len(of_us) + others
