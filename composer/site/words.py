"""What the pages say, by language. A new language is one more entry; the type checker asks for every line.

``{newsletter}`` is the name of the newsletter. Plain words, one thought a sentence, nothing that holds back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """What one page says: a title, a sentence or two, and perhaps a button with a line under it.

    ``done`` puts a tick before it: what was asked for has happened.
    """

    title: str
    text: str
    button: str = ""
    note: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    ask: Card
    left: Card
    back: Card
    too_late: Card
    unknown: Card
    gone: Card
    trouble: Card


WORDS: Mapping[str, Words] = {
    "en": Words(
        ask=Card(
            title="Leave {newsletter}?",
            text="One press and we will not send it to you any more. Nothing happens until you press.",
            button="Unsubscribe",
            note="To stay, just close this page.",
        ),
        left=Card(
            title="You have left.",
            text="{newsletter} will not be sent to you any more. An issue that is on its way already may still arrive.",
            button="Undo",
            note="Pressed by mistake? For one hour, this puts you back.",
            done=True,
        ),
        back=Card(title="Welcome back.", text="You get {newsletter} again, as before.", done=True),
        too_late=Card(
            title="This cannot be undone here any more.",
            text="The hour is over, or you had left in another way. "
            "To get {newsletter} again, answer one of its mails.",
        ),
        unknown=Card(
            title="This link is not complete.",
            text="A piece of it was lost on the way, so we cannot tell whose it is, and nothing was changed. "
            "Use the link at the end of the mail itself, or answer the mail and ask to be taken off.",
        ),
        gone=Card(title="There is nothing here.", text="This mail is not kept any more, or the link has a mistake."),
        trouble=Card(
            title="Not now, sorry.",
            text="Something on our side does not answer, and nothing was changed. Try again in a few minutes.",
        ),
    ),
    "fr": Words(
        ask=Card(
            title="Quitter {newsletter}\u202f?",
            text="Un clic suffit et nous ne vous l’enverrons plus. Rien ne change tant que vous n’avez pas cliqué.",
            button="Se désabonner",
            note="Pour rester, fermez simplement cette page.",
        ),
        left=Card(
            title="C’est fait.",
            text="Vous ne recevrez plus {newsletter}. Un numéro déjà parti peut encore vous parvenir.",
            button="Annuler",
            note="Une erreur\u202f? Pendant une heure, ce bouton vous réabonne.",
            done=True,
        ),
        back=Card(
            title="Vous revoilà.",
            text="Vous recevez de nouveau {newsletter}, comme avant.",
            done=True,
        ),
        too_late=Card(
            title="Il est trop tard pour annuler ici.",
            text="L’heure est passée, ou vous aviez quitté la liste autrement. "
            "Pour recevoir de nouveau {newsletter}, répondez à l’un de ses messages.",
        ),
        unknown=Card(
            title="Ce lien est incomplet.",
            text="Il en manque un morceau\u00a0: nous ne savons pas à qui il appartient, et rien n’a changé. "
            "Utilisez le lien à la fin du message, ou répondez-y en demandant votre désabonnement.",
        ),
        gone=Card(
            title="Il n’y a rien ici.",
            text="Ce message n’est plus conservé, ou le lien contient une erreur.",
        ),
        trouble=Card(
            title="Pas maintenant, désolés.",
            text="Quelque chose ne répond pas de notre côté, et rien n’a changé. Réessayez dans quelques minutes.",
        ),
    ),
}

DEFAULT = "en"


def find_words(*languages: str) -> tuple[str, Words]:
    """The first of these languages that we speak (``pt-BR`` is served by ``pt``), and its words."""
    for wanted in languages:
        for language in (wanted, wanted.partition("-")[0]):
            if words := WORDS.get(language.lower()):
                return language.lower(), words
    return DEFAULT, WORDS[DEFAULT]


def accepted_languages(header: str) -> tuple[str, ...]:
    """The languages of an Accept-Language header (RFC 9110 12.5.4), as listed; browsers list by preference."""
    return tuple(entry.partition(";")[0].strip() for entry in header.split(",")[:20])
