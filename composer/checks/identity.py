"""Checks what the law and the mailbox providers ask for: who writes, from where, and how to leave.

Sources: CAN-SPAM 15 U.S.C. 7704(a)(3), (a)(5); CASL s. 6(2); GDPR Art. 7(3); Gmail's and Yahoo's rules for bulk
senders (a visible link to leave, and a From whose domain the sender controls).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from composer.address import domain_of, parse_address, wire_list_id
from composer.checks.finding import Finding, find
from composer.checks.proof import SLOT_START, Proof, Rendered, heard
from composer.edition.model import Slot
from composer.errors import AddressError, Position
from composer.issue.blocks import FooterBlock
from composer.mailbox_providers import MAILBOX_DOMAINS

_ADDRESS_HINT = "write an address such as news@example.org"


def check_sender(proof: Proof) -> Iterator[Finding]:
    """There is a sender with an address of one's own, and every address and name in the headers can stand there."""
    source, newsletter = proof.newsletter_source, proof.newsletter
    sender = newsletter.sender
    if sender is None:
        hint = "add sender: with a name and an email, indented below it"
        yield find("sender-missing", source.position(()), "newsletter.yaml has no sender", hint)
    else:
        yield from _judge_sender(sender.email, source.position(("sender", "email")))
    if newsletter.reply_to is not None and (wrong := _what_is_wrong_to_reach(newsletter.reply_to)):
        place = source.position(("reply_to",))
        yield find("sender-invalid", place, f"the reply address {wrong}", "write an address such as office@example.org")
    if newsletter.list_id is not None and (wrong := _what_is_wrong(wire_list_id, newsletter.list_id)):
        hint = "write a name such as news.example.org, or leave list_id out"
        yield find("list-id-invalid", source.position(("list_id",)), wrong, hint)


def _judge_sender(email: str, place: Position) -> Iterator[Finding]:
    if wrong := _what_is_wrong_to_reach(email):
        yield find("sender-invalid", place, f"the sender {wrong}", _ADDRESS_HINT)
        return
    domain = domain_of(email)
    if domain in MAILBOX_DOMAINS:
        words = f"mail from {domain} that {domain} did not send is refused by most providers (DMARC)"
        yield find("sender-freemail", place, words, "use an address of your own domain")


def _what_is_wrong_to_reach(email: str) -> str:
    """Say what is wrong with an address that mail is to come from or to go to; nothing if it can."""
    if wrong := _what_is_wrong(parse_address, email):
        return wrong
    return "" if "." in domain_of(email) else f"“{email}” is on one machine only"


def _what_is_wrong(read: Callable[[str], str], text: str) -> str:
    """What a reader of addresses has to say against this one; nothing if it takes it."""
    try:
        read(text)
    except AddressError as error:
        return str(error)
    return ""


def check_unsubscribe(rendered: Rendered) -> Iterator[Finding]:
    """Readers find a link to leave in the HTML and in the plain text."""
    place = rendered.proof.source.key_position(("blocks",))
    hint = "the layout's footer needs {{ links.unsubscribe }}; you can also write it in a text block"
    if not any(f"{SLOT_START}links.unsubscribe" in link.href for link in rendered.page.links):
        yield find("unsubscribe-missing", place, "the HTML has no link to leave the list", hint)
    if not any(isinstance(part, Slot) and part.name == "links.unsubscribe" for part in rendered.edition.text):
        yield find("unsubscribe-missing", place, "the plain text has no link to leave the list", hint)


def _postal_address(proof: Proof) -> str | None:
    """The newsletter's postal address, unless the issue ends with a footer that has its own."""
    last = proof.content.blocks[-1]
    own = last.postal_address if isinstance(last, FooterBlock) else None
    return own or proof.newsletter.postal_address


def check_postal_address(rendered: Rendered) -> Iterator[Finding]:
    """The publisher's postal address stands in the HTML and in the plain text."""
    source, address = rendered.proof.newsletter_source, _postal_address(rendered.proof)
    if address is None:
        hint = "add postal_address: with street and city; the law asks for it in every mail"
        yield find("postal-address-missing", source.position(()), "newsletter.yaml has no postal address", hint)
        return
    for part, words in (("HTML", rendered.page.words), ("plain text", rendered.text)):
        if heard(address).strip() not in heard(words):
            place = source.position(("postal_address",))
            hint = "the layout's footer needs {{ newsletter.postal_address }}"
            yield find("postal-address-missing", place, f"the postal address is not in the {part}", hint)
