"""One reader's mail: complete, pure, and nobody else's."""

import hashlib
import pickle
import subprocess
import sys
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition.model import Context, Slot
from composer.edition.slots.fill import fill
from composer.errors import MessageError
from composer.message.links import slot_values
from tests.support.messages import EDITION, MAILING, SITE, compiled, recipient

HEADERS = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Id", "List-Post", "List-Owner", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Precedence", "Content-Language", "MIME-Version", "Content-Type",
]  # fmt: skip


def read(data: bytes) -> EmailMessage:
    return message_from_bytes(data.replace(b"\r\n", b"\n"), policy=policy.default)


def test_the_headers_are_exactly_these() -> None:
    message = read(compiled().render(recipient("Ana", city="Nice")).data)
    assert message.keys() == HEADERS
    assert message["From"] == '"Réseau, des villes" <news@example.org>'
    assert message["To"] == "ana@example.test"
    assert message["Reply-To"] == "office@example.org"
    assert message["Subject"] == "News for Ana from Nîmes"
    assert message["Date"] == "Sun, 22 Nov 2026 09:30:00 +0100"
    assert message["List-Id"] == '"Members, all" <members.news.example.org>'
    assert message["List-Post"] == "NO"
    assert message["List-Owner"] == "<mailto:office@example.org>"
    unsubscribe = slot_values(recipient(), site=SITE, edition=EDITION)["links.unsubscribe"]
    assert message["List-Unsubscribe"] == f"<{unsubscribe}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Precedence"] == "bulk"
    assert message["Content-Language"] == "en"


def test_text_comes_first_and_both_parts_say_what_the_edition_says() -> None:
    reader = recipient("Zoë <b>", city='"Nîmes" & co')
    message = read(compiled().render(reader).data)
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    values = slot_values(reader, site=SITE, edition=EDITION)
    assert parts[0].get_content() == fill(EDITION.text, values)
    assert parts[1].get_content() == fill(EDITION.html, values)
    assert "Zoë &lt;b&gt;" in parts[1].get_content()


def test_a_missing_name_gets_the_authors_word() -> None:
    message = read(compiled().render(recipient("")).data)
    assert message["Subject"] == "News for reader from Nîmes"
    assert "Dear reader of ," in message.get_body(("plain",)).get_content()


def test_a_retry_is_the_same_bytes() -> None:
    reader = recipient("Zoë", city="Nice")
    assert compiled().render(reader) == compiled().render(reader)


def test_another_process_makes_the_same_bytes() -> None:
    program = (
        "import hashlib; from tests.support.messages import compiled, recipient\n"
        "print(hashlib.sha256(compiled().render(recipient('Zoë', city='Nice')).data).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    ours = hashlib.sha256(compiled().render(recipient("Zoë", city="Nice")).data).hexdigest()
    assert printed == {f"{ours}\n".encode()}


def test_digest_and_values_determine_the_bytes() -> None:
    message = compiled()
    ana, ben = recipient("Ana", city="Nice"), recipient("Ben", email="ben@example.test", subscriber=8)
    same = replace(ana, fields={**ana.fields, "never_used": "x"})
    assert message.values(ana) == message.values(same)
    assert message.render(ana) == message.render(same)
    assert message.values(ana) != message.values(ben)
    assert compiled().digest == message.digest
    one, other = Slot("subscriber.city", Context.PLAIN), Slot("subscriber.first_name", Context.PLAIN)
    assert compiled(text=(one, " ", other, " ", one)).digest != compiled(text=(one, " ", other, " ", other)).digest
    for change in (
        {"language": "fr"},
        {"html": ("<p>other</p>",)},
        {"list_name": "Others"},
        {"sender": ("", "a@b.org")},
    ):
        assert compiled(**change).digest != message.digest


def test_a_compiled_message_can_travel_to_another_process() -> None:
    message = compiled()
    assert pickle.loads(pickle.dumps(message)).render(recipient("Ana")) == message.render(recipient("Ana"))


def test_what_readers_share_is_compiled_in() -> None:
    message = compiled()
    assert message.field_names == {"first_name", "city"}
    shared = f"{SITE.url}/a/{EDITION.digest[:32]}".encode()
    assert not any(shared in value for value in message.values(recipient()))
    assert shared in message.render(recipient()).data.replace(b"=\r\n", b"")


def test_a_subject_without_slots_does_not_vary() -> None:
    message = compiled(subject=("Network news",))
    assert not any(b"Subject" in value for value in message.values(recipient()))
    assert b"\r\nSubject: Network news\r\n" in message.render(recipient()).data


def test_an_edition_without_a_line_break_at_its_end_has_one_in_the_mail() -> None:
    message = read(
        compiled(text=("Hello ", Slot("subscriber.city", Context.PLAIN)), html=("<p>",))
        .render(recipient(city="Nice"))
        .data
    )
    assert [part.get_content() for part in message.iter_parts()] == ["Hello Nice\n", "<p>\n"]


names = st.text(
    st.one_of(st.sampled_from(".=\"'<&%F é木"), st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])),
    max_size=120,
)


@given(names, names)
def test_every_mail_is_fit_for_the_wire(first_name: str, city: str) -> None:
    data = compiled().render(recipient(first_name, city=city)).data
    assert data.endswith(b"\r\n")
    assert data.isascii()
    for line in data.split(b"\r\n"):
        assert not line.startswith(b".")
        assert len(line) <= 98
        assert b"\r" not in line
        assert b"\n" not in line
    header = data.partition(b"\r\n\r\n")[0]
    assert sum(not line.startswith(b" ") for line in header.split(b"\r\n")) == len(HEADERS)


@pytest.mark.parametrize("name", ["first_name", "city"])
@pytest.mark.parametrize("value", ["a\r\nBcc: b@example.test", "nul\0", "tab\t", "\x85", "\u2028", "\ud800"])
def test_a_control_character_is_refused_and_its_field_named(name: str, value: str) -> None:
    fields = {"first_name": "Ana", "city": "Nice", name: value}
    with pytest.raises(MessageError, match=rf"subscriber\.{name} has a control character"):
        compiled().render(replace(recipient(), fields=fields))


def test_a_line_break_hidden_in_an_encoded_word_is_refused() -> None:
    with pytest.raises(MessageError, match="Subject has a control character"):
        compiled().render(recipient("=?utf-8?q?x=0d=0aBcc:_e@example.test?="))


@pytest.mark.parametrize("email", ["", "ana", "ana@example.test\r\nBcc: ben@example.test", "ana @example.test"])
def test_an_address_that_is_none_is_refused(email: str) -> None:
    with pytest.raises(MessageError):
        compiled().render(recipient(email=email))


@pytest.mark.parametrize(
    "change",
    [
        {"sender": ("News", "")},
        {"reply_to": "nobody"},
        {"list_id": "not a domain"},
        {"subject": ("a\nb",)},
        {"language": "en\r\nX: y"},
    ],
)
def test_an_edition_that_makes_no_mail_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MessageError):
        compiled(**change)


def test_a_recipient_of_another_mailing_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="mailing 4"):
        compiled().render(replace(recipient(), mailing=MAILING + 1))


def test_no_reader_gets_anything_of_another() -> None:
    message = compiled()
    readers = [
        recipient(
            f"Canary{number:05}x", email=f"bird{number:05}@example.test", subscriber=number, city=f"Cage{number:05}y"
        )
        for number in range(500)
    ]
    mails = [message.render(reader) for reader in readers]
    assert len({mail.message_id for mail in mails}) == len(readers)
    for number, mail in enumerate(mails):
        text = mail.data.replace(b"=\r\n", b"")
        for word in (b"Canary", b"bird", b"Cage"):
            assert text.count(word) == text.count(b"%b%05d" % (word, number)) > 0


def test_without_a_sender_there_is_no_mail_and_it_is_said_what_to_write() -> None:
    with pytest.raises(MessageError, match=r"newsletter\.yaml has no sender; add sender:"):
        compiled(sender=("", ""))
