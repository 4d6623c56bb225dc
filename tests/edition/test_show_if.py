"""What stands behind ``show_if`` is read with exact places, and is true for whom it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition.condition import AllOf, AnyOf, Condition, Is, Known, Not, holds, list_of
from composer.edition.show_if import ConditionError, parse_condition

FIELDS = ("subscriber.language", "subscriber.city", "subscriber.first_name")
ANA = {"subscriber.language": "fr", "subscriber.city": " Nice ", "subscriber.lists.members": "yes"}


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
        ('"members" in subscriber.city', 13, "cannot be read", "only subscriber.lists"),
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
    assert (raised.value.offset, message in str(raised.value), hint in raised.value.hint) == (offset, True, True)


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
