"""Who writes, from where, and how to leave: what the law and the mailbox providers ask for.

Sources: CAN-SPAM 15 U.S.C. 7704(a)(3), (a)(5); CASL s. 6(2); GDPR Art. 7(3); Gmail's and Yahoo's rules for bulk
senders (a visible link to leave, and a From whose domain the sender controls).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from composer.checks.finding import Finding, find
from composer.checks.proof import SLOT_START, Proof, Rendered, squeezed
from composer.edition.model import Slot
from composer.issue.blocks import FooterBlock

_LOCAL_PART = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}")
_LABEL = re.compile(r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?")
_FREEMAIL = frozenset(
    {"gmail.com", "googlemail.com", "yahoo.com", "yahoo.fr", "ymail.com", "outlook.com", "hotmail.com", "hotmail.fr"}
    | {"live.com", "aol.com", "icloud.com", "me.com", "gmx.de", "gmx.net", "web.de", "orange.fr", "wanadoo.fr"}
    | {"free.fr", "laposte.net", "proton.me"}
)


def check_sender(proof: Proof) -> Iterator[Finding]:
    """There is a From, and it is an address of one's own."""
    source, sender = proof.newsletter_source, proof.newsletter.sender
    if sender is None:
        hint = "add sender: with a name and an email, indented below it"
        yield find("sender-missing", source.position(()), "newsletter.yaml has no sender", hint)
    elif not is_address(sender.email):
        place = source.position(("sender", "email"))
        yield find("sender-invalid", place, f"{sender.email!r} is not an address", "such as news@example.org")
    elif (domain := sender.email.rpartition("@")[2].lower()) in _FREEMAIL:
        words = f"mail from {domain} that {domain} did not send is refused by most providers (DMARC)"
        yield find("sender-freemail", source.position(("sender", "email")), words, "use an address of your own domain")
    if proof.newsletter.reply_to is not None and not is_address(proof.newsletter.reply_to):
        words = f"the reply address {proof.newsletter.reply_to!r} is not an address"
        yield find("sender-invalid", source.position(("reply_to",)), words, "such as office@example.org")


def is_address(text: str) -> bool:
    """Whether this has the form of an address: ``local@domain.tld``, without quotes (RFC 5321 4.1.2)."""
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        _LOCAL_PART.fullmatch(local) is not None
        and not (local.startswith(".") or local.endswith(".") or ".." in local)
        and len(labels) > 1
        and len(domain) <= 253
        and all(_LABEL.fullmatch(label) for label in labels)
    )


def check_unsubscribe(rendered: Rendered) -> Iterator[Finding]:
    """A link to leave, in both parts."""
    place = rendered.proof.source.key_position(("blocks",))
    hint = "the layout's footer needs {{ links.unsubscribe }}; you can also write it in a text block"
    if not any(f"{SLOT_START}links.unsubscribe" in link.href for link in rendered.page.links):
        yield find("unsubscribe-missing", place, "the HTML has no link to leave the list", hint)
    if not any(isinstance(part, Slot) and part.name == "links.unsubscribe" for part in rendered.edition.text):
        yield find("unsubscribe-missing", place, "the plain text has no link to leave the list", hint)


def _postal_address(proof: Proof) -> str | None:
    """The newsletter's, unless the issue ends with a footer that has its own."""
    last = proof.content.blocks[-1]
    own = last.postal_address if isinstance(last, FooterBlock) else None
    return own or proof.newsletter.postal_address


def check_postal_address(rendered: Rendered) -> Iterator[Finding]:
    """The publisher's postal address, in both parts."""
    source, address = rendered.proof.newsletter_source, _postal_address(rendered.proof)
    if address is None:
        hint = "add postal_address: with street and city; the law asks for it in every mail"
        yield find("postal-address-missing", source.position(()), "newsletter.yaml has no postal address", hint)
        return
    for part, words in (("HTML", rendered.page.words), ("plain text", rendered.text)):
        if squeezed(address) not in squeezed(words):
            place = source.position(("postal_address",))
            hint = "the layout's footer needs {{ newsletter.postal_address }}"
            yield find("postal-address-missing", place, f"the postal address is not in the {part}", hint)
