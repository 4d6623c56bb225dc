"""The large providers of mailboxes, each with its domains; every other domain is a provider of its own.

Limits count mail by provider (``delivery/limits``), and a newsletter should not claim to come from one (``checks``).
"""

from __future__ import annotations

from collections.abc import Mapping

PROVIDERS: Mapping[str, tuple[str, ...]] = {
    "gmail": ("gmail.com", "googlemail.com"),
    "microsoft": (
        *("outlook.com", "outlook.fr", "outlook.de", "outlook.es", "outlook.it"),
        *("hotmail.com", "hotmail.fr", "hotmail.co.uk", "hotmail.de", "hotmail.es", "hotmail.it", "hotmail.be"),
        *("live.com", "live.fr", "live.co.uk", "live.be", "live.nl", "live.de", "live.it", "msn.com"),
    ),
    "yahoo": (
        *("yahoo.com", "yahoo.fr", "yahoo.co.uk", "yahoo.de", "yahoo.es", "yahoo.it", "ymail.com", "rocketmail.com"),
        *("aol.com", "aol.fr", "aol.de"),
    ),
    "apple": ("icloud.com", "me.com", "mac.com"),
    "proton": ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
    "gmx": ("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "mail.com"),
    "orange": ("orange.fr", "wanadoo.fr"),
    "free": ("free.fr", "libertysurf.fr", "aliceadsl.fr"),
    "sfr": ("sfr.fr", "neuf.fr", "numericable.fr", "club-internet.fr"),
    "libero": ("libero.it", "virgilio.it", "iol.it", "inwind.it", "blu.it"),
    "telekom": ("t-online.de", "magenta.de"),
    "laposte.net": ("laposte.net",),
}

MAILBOX_DOMAINS = frozenset(domain for domains in PROVIDERS.values() for domain in domains)
"""Domains whose mailboxes anybody can have, so that nobody else may send from them."""
