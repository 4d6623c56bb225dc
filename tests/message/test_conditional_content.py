"""Mails of editions with conditions: each reader's is whole, and made of what theirs are."""

import datetime as dt
import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition import ConditionalContent, Context, Edition, Slot, fill
from composer.edition.conditions.condition import Condition, Is, Known, Not
from composer.edition.model import Piece
from composer.message.compile import CompiledMessage, compile_message
from composer.message.links import slot_values
from composer.message.recipient import Recipient
from composer.message.seven_bit import LINE_MAX
from tests.support.messages import EDITION, SITE

DATE = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
NICE = Is("subscriber.city", ("Nice",))
MEMBER = Known("subscriber.lists.members")


def compiled(edition: Edition) -> CompiledMessage:
    return compile_message(edition, site=SITE, mailing=1, date=DATE)


def reader(number: int = 1, **fields: str) -> Recipient:
    return Recipient("ana@example.test", number, 1, {name.replace("lists_", "lists."): v for name, v in fields.items()})


def parts(data: bytes) -> list[str]:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]  # type: ignore[union-attr]


def pieces() -> st.SearchStrategy[tuple[Piece, ...]]:
    literals = st.text(st.sampled_from("abé \n.=<F"), min_size=1, max_size=90) | st.just("\nFrom me\n.\n")
    slots = st.sampled_from(
        [Slot("subscriber.first_name", Context.PLAIN), Slot("subscriber.city", Context.PLAIN, (("upper", ()),))]
    )
    links = st.just(Slot("links.browser", Context.PLAIN))
    return st.lists(literals | slots | links, max_size=4).map(tuple)


def segments() -> st.SearchStrategy[tuple[Piece | ConditionalContent, ...]]:
    conditions: st.SearchStrategy[Condition] = st.sampled_from([NICE, MEMBER, Not(NICE)])
    runs = st.lists(
        pieces() | st.builds(lambda *parts: (ConditionalContent(*parts),), conditions, pieces()), max_size=6
    )
    return runs.map(lambda runs: tuple(segment for run in runs for segment in run))


@given(text=segments(), city=st.sampled_from(["Nice", "Turin", ""]), member=st.sampled_from(["yes", ""]))
def test_a_mail_says_what_the_edition_says_to_its_reader(
    text: tuple[Piece | ConditionalContent, ...], city: str, member: str
) -> None:
    edition = replace(EDITION, text=text, html=text)
    recipient = reader(first_name="Zoë", city=city, lists_members=member)
    data = compiled(edition).render(recipient).data
    wanted = fill(text, slot_values(recipient, site=SITE, edition=edition)).rstrip("\n")
    plain, html = parts(data)
    assert [plain.rstrip("\n"), unescape(html.replace("<!--\n-->", "")).rstrip("\n")] == [wanted, wanted]
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= LINE_MAX
    assert not any(line.startswith(b".") for line in lines)


@pytest.fixture
def conditional() -> Edition:
    contents = (
        ConditionalContent(NICE, ("In Nice, ", Slot("subscriber.first_name", Context.PLAIN))),
        ConditionalContent(MEMBER, ("members",)),
    )
    return replace(EDITION, text=("Hello\n", *contents, "\nBye\n"))


def test_what_a_condition_reads_is_asked_for(conditional: Edition) -> None:
    assert compiled(conditional).field_names >= {"city", "lists.members", "first_name"}


def test_digest_and_values_determine_the_bytes(conditional: Edition) -> None:
    message = compiled(conditional)
    in_nice, elsewhere = (message.values(reader(city=city)) for city in ("Nice", "Turin"))
    assert in_nice != elsewhere
    # The letters say of which condition it holds, so another condition is another mail or another value.
    other = replace(
        conditional,
        text=(*conditional.text[:1], ConditionalContent(Not(NICE), conditional.text[1].pieces), *conditional.text[2:]),
    )  # type: ignore[union-attr]
    readers = [reader(city="Nice"), reader(city="Turin")]
    seen: dict[object, bytes] = {}
    for one in (message, compiled(other)):
        for recipient in readers:
            data = one.render(recipient).data
            assert seen.setdefault((one.digest, one.values(recipient)), data) == data


def test_an_edition_without_conditions_has_no_value_more() -> None:
    names = {type(value).__name__ for value in compiled(EDITION)._values}
    assert "Truths" not in names
