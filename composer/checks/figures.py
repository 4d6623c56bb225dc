"""Reads the figures of a text, in a form that is the same in every language.

``1,000`` and ``1 000`` are 1000, ``1.4`` and ``1,4`` are 1.4, ``2万`` and ``20,000`` are 20000, ``XXIe`` is 21,
``1pm`` and ``13 h`` are 13:00, ``25 November`` and ``25 novembre`` are 25 and the eleventh month. Months count where a
number stands beside them (May, mars). What stands in addresses and merge fields is not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from composer.edition.language.locales import known_locale
from composer.remembered import remembered

_UNREAD = re.compile(r"\{\{.{0,500}?\}\}|\]\([^)\n]{0,2000}\)|https?://\S+|[\w.+-]+@[\w.-]+")
_TO = (
    r"(?P<from>\d{1,2}(?:[:.]\d{2})?)\s?(?:[-–—~〜~]|to|and|until|till|bis|und|à|et|a|y|e|al|alle|tot|en|ile|do|до)\s?"
)
"""The first of two hours that share a word: 17–19 Uhr, from 5 to 7 pm."""
_HALF_DAY = re.compile(
    rf"(?<![\d.,])(?:{_TO})?(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))?\s?(?P<half>[ap])\.?m\b\.?", re.IGNORECASE
)
_HALF_DAY_BEFORE = re.compile(
    r"(?P<half>午前|午後|上午|下午|晚上|早上|오전|오후|öğleden sonra|öö|ös|de|du|π\.?μ|μ\.?μ)\.?\s?"
    r"(?P<hour>\d{1,2})(?:\s?[時时点點시:.]\s?(?P<minute>\d{2})?\s?[分분]?)"
    r"(?:\s?(?:から|부터|到|至|[-–—~〜～])\s?(?P<to>\d{1,2})\s?[時时点點시](?:\s?(?P<to_minute>\d{2})\s?[分분]?)?)?"
)
_EVENING = re.compile(
    r"(?<![\d.,:])(?:الساعة\s?)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?:h|heures?|ore|horas?|Uhr)?\s?"
    r"(?:de la (?:tarde|noche)|da (?:tarde|noite)|du soir|de l['’]après-midi|di sera|del pomeriggio|nachmittags|abends"
    r"|مساء|بعد الظهر|вечера|вечора|po południu|wieczorem)"
)
_TELEPHONE = re.compile(
    r"(?<![\w+])(?:\+\d[\d\s().\u00a0/-]{7,20}\d|0\d(?:[ .\u00a0-]?\d{2}){4}|0\d{2,4}[ /-]\d{5,9})(?![\d-])"
)
_AFTERNOONS = ("p", "午後", "下午", "晚上", "오후", "ös", "öğleden sonra", "du", "μμ", "μ.μ")
_CLOCK = re.compile(r"(?<![\d.,:])(\d{1,2})(?::|\s?h\s?|\s?[時时点點시]\s?)(\d{2})(?!\d)[分분]?", re.IGNORECASE)
_HOUR = re.compile(
    rf"(?<![\d.,:])(?:{_TO})?(?P<hour>\d{{1,2}})(?:\.(?P<minute>\d{{2}}))?\s?"
    r"(?:(?:h|heures?|Uhr|horas?|ore|uur|hodin\w*|óra\w*|órakor|час\w*|годин\w*|o['’]clock|hrs?|hours)\b|[時时点點시])",
    re.IGNORECASE,
)
_HOUR_BEHIND = re.compile(
    r"\b(?:saat|kl\.?|klo|klokken|ore|ora|godz\.?|часов|ώρα|الساعة|saatiga|kell|o godzinie)\s?"
    r"(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?(?![\d%])(?!\s?[%€$])(?![.,]\d)",
    re.IGNORECASE,
)
_NUMERIC_DAY = re.compile(r"(?<!\d)(\d{1,2})([./])(\d{1,2})\2(\d{4})(?!\d)")
_DOTTED_DAY = re.compile(
    r"(?:^|[(,–-]|\b(?:\w{1,3}\.|am|vom|bis|den|zum|ab|der|di))\s?(?P<day>0?[1-9]|[12]\d|3[01])\.\s?(?P<month>0?[1-9]|1[0-2])\.(?!\d)",
    re.IGNORECASE | re.MULTILINE,
)
"""Do., 12.3. where days are written so: behind what leads to a day, for "version 3.2." may end a sentence."""
_SIGNED_DAY = re.compile(r"(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
_GROUPED = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[ ,.'’٬\u00a0\u202f\u2009]\d{3})+(?!\d)(?P<rest>[.,٫]\d{1,2}(?!\d))?(?![.,٫]\d)"
    r"|(?<![\d.,])\d{1,2}(?:,\d{2})+,\d{3}(?!\d)"
)
_NUMBER = re.compile(r"\d+(?:[.,٫]\d+)?")
_POWER = re.compile(
    r"(?<![\d.,])(?P<number>\d+(?:[.,٫]\d+)?)\s?(?:"
    r"(?P<e4>[万萬만])(?P<rest>\d{1,4}(?!\d))?|(?P<e8>[億亿억])"
    r"|(?P<e6>(?:million\w*|mio\.?|mln\.?|milyon|mill(?:ón|ones)|mili[oó]n\w*|milh(?:ão|ões)|миллион\w*|млн)\b)"
    r"|(?P<e9>(?:milliard\w*|mrd\.?|mld\.?|mili?ard\w*|milyar|bilh(?:ão|ões)|миллиард\w*|млрд|bn)\b))",
    re.IGNORECASE,
)
_BILLION = re.compile(r"(?<![\d.,])(?P<number>\d+(?:\.\d+)?)\s?(?P<e9>billion)\b", re.IGNORECASE)
"""In German, French and Spanish, a billion is a thousand times as much."""
_ROMAN = re.compile(r"(?<![\w.])(X{0,3}(?:IX|IV|V?I{0,3}))(?=(?:e|ème|er|º|ª)?(?!\w))(?<=[IVX]{2})")
_ROMAN_SIGNS = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, a time or a month: ``value`` is what two languages share, ``shown`` is what stands in the text."""

    value: str
    shown: str
    offset: int

    @property
    def may_be_a_word(self) -> bool:
        """Whether the number is so small that another language may well write it as a word: five, vingt."""
        return len(self.value) <= 2 and self.value.isdigit() and int(self.value) <= 20


Reader = tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[str]]]


@remembered
def read_figures(text: str, *, language: str) -> tuple[Figure, ...]:
    """Find every figure of a text, in the order in which they stand."""
    rest = _UNREAD.sub(_blank, text)
    found: list[Figure] = []
    powers = _ENGLISH_POWERS if language.partition("-")[0] == "en" else ()
    for pattern, values in (*_CLOCKS, *_month_readers(language), *powers, *_NUMBERS):
        matches = list(pattern.finditer(rest))
        found += (Figure(value, match[0].strip(), match.start()) for match in matches for value in values(match))
        rest = pattern.sub(_blank, rest) if matches else rest
    return tuple(sorted(found, key=lambda figure: figure.offset))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _half_day(match: re.Match[str]) -> Iterator[str]:
    afternoon = 12 if match["half"].lower().rstrip(".") in _AFTERNOONS else 0
    first = match.groupdict().get("from")
    if first:
        hour, minute = _parts(first)
        yield f"{hour % 12 + (afternoon if hour <= int(match['hour']) or hour == 12 else 0)}:{minute}"
    yield f"{int(match['hour']) % 12 + afternoon}:{match['minute'] or '00'}"
    if to := match.groupdict().get("to"):
        yield f"{int(to) % 12 + afternoon}:{match['to_minute'] or '00'}"


def _evening(match: re.Match[str]) -> Iterator[str]:
    yield f"{int(match['hour']) % 12 + 12}:{match['minute'] or '00'}"


def _telephone(match: re.Match[str]) -> Iterator[str]:
    """Read the digits that are the same with the country's number before them and with a nought."""
    yield f"telephone {re.sub(r'[^0-9]', '', match[0])[-8:]}"


def _parts(clock: str) -> tuple[int, str]:
    hour, _, minute = clock.replace(":", ".").partition(".")
    return int(hour), minute or "00"


def _clock(match: re.Match[str]) -> Iterator[str]:
    yield f"{int(match[1])}:{match[2]}"


def _hour(match: re.Match[str]) -> Iterator[str]:
    if first := match.groupdict().get("from"):
        hour, minute = _parts(first)
        yield f"{hour}:{minute}"
    yield f"{int(match['hour'])}:{match['minute'] or '00'}"


def same_hour(figure: str, other: str) -> bool:
    """Tell whether a number of one language may be the time of day of another: 17 and 17:00, 5 and 17:00, 17.30."""
    time, number = (figure, other) if ":" in figure else (other, figure)
    if ":" not in time or not re.fullmatch(r"\d{1,2}(\.\d{2})?", number):
        return False
    hour, minute = _parts(number)
    if ":" in number or minute != time.partition(":")[2]:
        return False
    return int(time.partition(":")[0]) in ((hour, hour + 12) if hour < 12 else (hour,))


def _numeric_day(match: re.Match[str]) -> Iterator[str]:
    yield from (str(int(match[1])), f"month {int(match[3])}", match[4])


def _signed_day(match: re.Match[str]) -> Iterator[str]:
    yield from (str(int(match[2])), f"month {int(match[1])}")


def _grouped(match: re.Match[str]) -> Iterator[str]:
    rest = match["rest"] or ""
    whole = str(int(re.sub(r"\D", "", match[0].removesuffix(rest))))
    yield f"{whole}.{_digits(rest[1:])}" if rest else whole


def _digits(written: str) -> str:
    """Write the digits of any script as those of ASCII."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in written)


def _power(match: re.Match[str]) -> Iterator[str]:
    """Read 2万, 1万2000, 1.2 million and 3 Mrd. as the figures that another language may write out."""
    power = next(int(name[1:]) for name, part in match.groupdict().items() if part and name[0] == "e")
    number = Decimal(_digits(re.sub("[,٫]", ".", match["number"]))) * 10**power + int(
        match.groupdict().get("rest") or 0
    )
    yield f"{number.normalize():f}"


def _roman(match: re.Match[str]) -> Iterator[str]:
    values = [_ROMAN_SIGNS[sign] for sign in match[1]]
    yield str(sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True)))


def _number(match: re.Match[str]) -> Iterator[str]:
    written = _digits(re.sub("[,٫]", ".", match[0]))
    # int() reads the digits of every script, and refuses thousands of them.
    yield str(int(written)) if written.isdecimal() and len(written) < 100 else written


_CLOCKS: tuple[Reader, ...] = (
    (_TELEPHONE, _telephone),
    (_EVENING, _evening),
    (_HALF_DAY, _half_day),
    (_HALF_DAY_BEFORE, _half_day),
    (_CLOCK, _clock),
    (_HOUR, _hour),
    (_HOUR_BEHIND, _hour),
    (_NUMERIC_DAY, _numeric_day),
    (_SIGNED_DAY, _signed_day),
)
_ENGLISH_POWERS: tuple[Reader, ...] = ((_BILLION, _power),)
_NUMBERS: tuple[Reader, ...] = ((_POWER, _power), (_GROUPED, _grouped), (_NUMBER, _number), (_ROMAN, _roman))


@lru_cache(maxsize=32)
def _month_readers(language: str) -> tuple[Reader, ...]:
    """Make the readers of "25 November", "November 25", "1er mars", "3. März", "3 de marzo"."""
    locale = known_locale(language)
    if locale is None:
        return ()
    names = locale.months["format"]["wide"]
    numbers = {name.casefold(): number for number, name in names.items()}
    month = "|".join(map(re.escape, names.values()))

    def values(match: re.Match[str]) -> Iterator[str]:
        yield str(int(match["day"]))
        yield f"month {numbers.get(match['month'].casefold()) or int(match['month'])}"

    dotted = [_DOTTED_DAY.pattern] if "." in locale.date_formats["short"].pattern else []
    patterns = (
        *dotted,
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:\.|er|st|nd|rd|th|º|ª|°)?\s+(?:de\s+|of\s+|ב)?(?P<month>{month})\b",
        rf"\b(?P<month>{month})\s+(?P<day>\d{{1,2}})(?!\d)",
    )
    return tuple((re.compile(pattern, re.IGNORECASE | re.MULTILINE), values) for pattern in patterns)
