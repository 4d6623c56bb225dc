"""What stands behind ``show_if`` is read with exact places, and is true for whom it says."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition.conditions.asked import KnownNames
from composer.edition.conditions.condition import (
    AllOf,
    AnyOf,
    Compared,
    Condition,
    Is,
    Known,
    Not,
    holds,
    list_of,
    on_day,
)
from composer.edition.conditions.show_if import ConditionError, parse_condition
from composer.issue.model import SubscriberField

FIELDS = {
    f"subscriber.{name}": SubscriberField.model_validate({"meaning": "M", "type": kind, "choices": choices})
    for name, kind, choices in (
        ("language", "text", ()),
        ("city", "text", ()),
        ("first_name", "text", ()),
        ("age", "number", ()),
        ("renewed", "date", ()),
        ("member", "yes/no", ()),
        ("size", "choice", ("S", "L")),
    )
}
ANA = {"subscriber.language": "fr", "subscriber.city": " Nice ", "subscriber.lists.members": "yes"}
ANA |= {"subscriber.age": "18", "subscriber.renewed": "2026-01-31", "subscriber.member": "no", "subscriber.size": "L"}
KNOWN = KnownNames(lists=("members", "press"), tags=("vip",), issues=("2026-12-winter", "2027-01-spring"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('subscriber.language == "fr"', True),
        ("subscriber.language == 'en'", False),
        ('subscriber.language != "en"', True),
        ("subscriber.city == “Nice”", True),
        ('subscriber.city == "nice"', False),
        ('subscriber.city in ["Turin", "Nice"]', True),
        ('subscriber.city not in ["Turin","Nice"]', False),
        ('"members" in subscriber.lists', True),
        ('"board" in subscriber.lists', False),
        ('"board" not in subscriber.lists', True),
        ("subscriber.city", True),
        ("subscriber.first_name", False),
        ("not subscriber.first_name", True),
        ('subscriber.first_name == ""', True),
        ('subscriber.city == "Turin" or subscriber.language == "fr" and subscriber.city', True),
        ('(subscriber.city == "Turin" or subscriber.language == "fr") and not subscriber.city', False),
        ("not not subscriber.city", True),
        ("  subscriber.city  ", True),
        ("subscriber.age >= 18 and subscriber.age < 18.5 and not subscriber.age > 18", True),
        ('subscriber.age == 18.0 and subscriber.age in [17, "18"]', True),
        ("subscriber.age != 18 or subscriber.age <= -18", False),
        ('subscriber.renewed <= "2026-01-31" and subscriber.renewed > "2026-01-30"', True),
        ('subscriber.renewed in ["2026-01-30", "2026-02-01"]', False),
        ("subscriber.member", False),
        ('subscriber.member == "no" and subscriber.member in ["yes", "no"]', True),
        ('"ic" in subscriber.city and "IC" not in subscriber.city', True),
    ],
)
def test_a_condition_holds_for_those_it_says(text: str, shown: bool) -> None:
    assert holds(parse_condition(text, fields=FIELDS), ANA) is shown


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ('subscriber.citty == "Nice"', 0, "no field 'subscriber.citty'", "did you mean 'subscriber.city'?"),
        ('subscriber.city = "Nice"', 16, "no '='", "write =="),
        ('subscriber.city && "x" in subscriber.lists', 16, "no '&&'", "write and"),
        ("!subscriber.city", 0, "no '!'", "write not"),
        ("subscriber.city == Nice", 19, "'Nice' cannot be read", 'put it into quotes: "Nice"'),
        ("subscriber.city == 75001", 19, "'75001' cannot be read", 'put it into quotes: "75001"'),
        ('subscriber.city == "Nice', 19, "the text is never closed", 'close it with "'),
        ("subscriber.city ==", 18, "ends too early", "looks like"),
        ("(subscriber.city", 16, "never closed", "close it with )"),
        ("subscriber.lists", 0, "cannot be compared", '"members" in subscriber.lists'),
        ('"vip" in subscriber.tags', 9, "by segments alone", "write a segment in newsletter.yaml"),
        ('subscriber.city or received("winter")', 19, "received(…) is asked by segments alone", "write a segment"),
        ('subscriber.renewed < "30 days ago"', 21, "another day from day to day", "write the day itself"),
        ("subscriber.age < eighteen", 17, "'eighteen' is no number", "write a number"),
        ("subscriber.age < 007", 17, "'007' is no number", "write 7"),
        ('subscriber.age < "1,5"', 17, "'1,5' is no number", "write 1.5"),
        ("subscriber.age < 1234567890123456", 17, "has 16 digits", "at most 15"),
        ('subscriber.renewed >= "31.01.2026"', 22, "is not a day", "write 2026-01-31"),
        ('subscriber.renewed >= "2026-02-30"', 22, "there is no day", "write year-month-day"),
        ("subscriber.renewed >= 2026-01-31", 22, "cannot be read", "put it into quotes"),
        ('subscriber.city < "M"', 16, "subscriber.city is a text", "declare its type"),
        ('subscriber.size > "S"', 16, "subscriber.size is a choice", "write =="),
        ('subscriber.size == "XL"', 19, "“XL” is no choice of this field", "write “S”, “L”"),
        ('subscriber.size in ["S", "l"]', 25, "“l” is no choice", "did you mean “L”?"),
        ('subscriber.member == "ja"', 21, "“ja” is no yes or no", "write “yes”, “no”"),
        ('"S" in subscriber.size', 7, "is a choice, of which nothing is a part", 'subscriber.size == "S"'),
        ('"" in subscriber.city', 0, "the text is empty", "not subscriber.city"),
        ('subscriber.city in "Nice"', 19, "cannot be read", 'in ["Nice", "Turin"]'),
        ("subscriber.city subscriber.language", 16, "cannot be read", "looks like"),
        ("{{ subscriber.city }}", 0, "cannot be read", "looks like"),
        ("subscriber.city.upper()", 0, "no field", "fields are"),
        ("not " * 60 + "subscriber.city", 84, "nested too deep", "simpler"),
        ("(" * 400, 21, "nested too deep", "simpler"),
    ],
)
def test_a_mistake_is_told_at_its_character(text: str, offset: int, message: str, hint: str) -> None:
    with pytest.raises(ConditionError) as raised:
        parse_condition(text, fields=FIELDS)
    told = raised.value
    assert (told.offset, message in str(told), hint in told.hint) == (offset, True, True), (str(told), told.hint)


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ('"mebers" in subscriber.lists', 0, "there is no list “mebers”", "did you mean “members”?"),
        ('not "vpi" in subscriber.tags', 4, "nobody has the tag “vpi”", "did you mean “vip”?"),
        ('received("2026-12-wintr")', 9, "there is no issue “2026-12-wintr”", "did you mean “2026-12-winter”?"),
        ('outcome("zzz")', 8, "there is no issue “zzz”", "there are 2026-12-winter, 2027-01-spring"),
        ('outcome("2026-12-winter") == "refuse"', 29, "“refuse” is no outcome", "did you mean “refused”?"),
        ('outcome("2026-12-winter") in ["delivered"]', 30, "“delivered” is no outcome", "write “accepted”"),
        ('joined_after("2026-01-31", "pres")', 27, "there is no list “pres”", "did you mean “press”?"),
        ('joined_after("2026-02-30")', 13, "there is no day", "write year-month-day"),
        ('joined_before("30 dais ago")', 14, "“30 dais ago” is no day", "did you mean days?"),
        ('joined_before("9999 years ago")', 14, "is no day", "write"),
        ('joined_before("tomorow")', 14, "is not a day", "did you mean “tomorrow”?"),
        ('joined_before("today"', 21, "ends too early", "close it with )"),
        ("joined_after", 0, "says nothing alone", 'joined_after("…")'),
        ("subscriber.tags", 0, "cannot be compared", '"vip" in subscriber.tags'),
    ],
)
def test_a_mistake_in_a_segment_is_told_at_its_character(text: str, offset: int, message: str, hint: str) -> None:
    with pytest.raises(ConditionError) as raised:
        parse_condition(text, fields=FIELDS, is_segment=True, names=KNOWN)
    told = raised.value
    assert (told.offset, message in str(told), hint in told.hint) == (offset, True, True), (str(told), told.hint)


@pytest.mark.parametrize(
    ("written", "today", "day"),
    [
        ("today", "2026-12-01", "2026-12-01"),
        ("Yesterday", "2026-03-01", "2026-02-28"),
        ("in 2 weeks", "2026-12-25", "2027-01-08"),
        ("1 month ago", "2026-03-31", "2026-02-28"),
        ("1 year ago", "2024-02-29", "2023-02-28"),
        ("in  14 months", "2026-12-31", "2028-02-29"),
        ("30 days ago", "2026-01-15", "2025-12-16"),
        ("2026-01-31", "2026-12-01", "2026-01-31"),
    ],
)
def test_a_relative_day_is_a_day_once_today_is_known(written: str, today: str, day: str) -> None:
    condition = parse_condition(f'subscriber.renewed == "{written}"', fields=FIELDS, is_segment=True)
    resolved = on_day(condition, dt.date.fromisoformat(today))
    assert resolved == Compared("subscriber.renewed", "date", "==", (day,))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_condition(text, fields=FIELDS)
    except ConditionError as error:
        assert 0 <= error.offset <= len(text)  # noqa: PT017  not every text is refused


ODD_FIELDS = ("subscriber.class", "subscriber.not", "subscriber.first-name", "subscriber.ﬁnance", "subscriber.ville_é")
"""Names that another language would read as its own words, as a subtraction, or as another name."""


def written_conditions() -> st.SearchStrategy[tuple[str, Condition]]:
    """Conditions as an author may write them, each with what it says."""
    blank = st.sampled_from(["", " ", "  ", "\n", "\u00a0"])
    words = st.text("xy.#\\{}“'\n é0", max_size=5).map(str.strip).map(lambda text: text.replace("”", ""))

    def quoted(text: str) -> st.SearchStrategy[str]:
        quotes = [pair for pair in ('""', "''", "“”") if not set(pair) & set(text)]
        return st.tuples(st.sampled_from(quotes or ['""']), blank).map(
            lambda how: f"{how[0][0]}{how[1]}{text}{how[1]}{how[0][1]}"
        )

    @st.composite
    def leaves(draw: st.DrawFn) -> tuple[str, Condition]:
        field, gap = draw(st.sampled_from(ODD_FIELDS)), draw(blank)
        texts = draw(st.lists(words, min_size=1, max_size=3))
        one, some = draw(quoted(texts[0])), f",{gap}".join([draw(quoted(text)) for text in texts])
        negated = draw(st.booleans())
        name = "no-members.2"
        forms: list[tuple[str, Condition]] = [
            (f"{field}{gap}{'!=' if negated else '=='}{gap}{one}", Is(field, (texts[0],))),
            (f"{field} {'not ' * negated}in{gap}[{gap}{some}{gap}]", Is(field, tuple(texts))),
            (f"'{name}'{gap}{'not ' * negated}in subscriber.lists", Known(f"subscriber.lists.{name}")),
            (f"{'not ' * negated}{gap}{field}", Known(field)),
        ]
        written, condition = draw(st.sampled_from(forms))
        return written, Not(condition) if negated else condition

    def joined(parts: list[tuple[str, Condition]], word: str) -> tuple[str, Condition]:
        inside = tuple(condition for _, condition in parts)
        return f" {word} ".join(f"({text})" for text, _ in parts), AllOf(inside) if word == "and" else AnyOf(inside)

    return st.recursive(
        leaves(),
        lambda inner: (
            inner.map(lambda part: (f"not({part[0]})", Not(part[1])))
            | st.builds(joined, st.lists(inner, min_size=2, max_size=3), st.sampled_from(["and", "or"]))
        ),
        max_leaves=6,
    )


@given(written_conditions())
def test_a_condition_is_read_as_it_was_meant(written: tuple[str, Condition]) -> None:
    text, meant = written
    assert parse_condition(text, fields=ODD_FIELDS) == meant


def test_and_binds_closer_than_or_and_not_closer_than_both() -> None:
    city, language, name = (
        Known(field) for field in ("subscriber.city", "subscriber.language", "subscriber.first_name")
    )
    read = parse_condition("subscriber.city or not subscriber.language and subscriber.first_name", fields=FIELDS)
    assert read == AnyOf((city, AllOf((Not(language), name))))


@pytest.mark.parametrize(
    "text",
    [
        'subscriber.city == "Nice" == "Nice"',
        'subscriber.city == ("Nice")',
        '(subscriber.city) == "Nice"',
        'subscriber.city in ["Nice",]',
        "subscriber.city in []",
        'subscriber.city == "Nice" "Turin"',
        'subscriber.city == f"Nice"',
        "subscriber.city if subscriber.city else subscriber.city",
        "(subscriber.city := subscriber.language)",
        "subscriber.city # and nothing else",
        "subscriber.city and \\\n subscriber.language",
        "subscriber.city\0",
        "subscriber.city == 007",
        "subscriber . city",
        "(subscriber.city,)",
        "()",
        "",
    ],
)
def test_what_only_a_programming_language_knows_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_condition(text, fields=FIELDS)


def test_a_list_is_named_as_it_was_written() -> None:
    assert list_of("subscriber.lists.board members") == "board members"
    assert parse_condition('"board members" in subscriber.lists', fields=()) == Known("subscriber.lists.board members")
