"""The one card that every page of the site is. What it shows decides its bytes, and nothing else does."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from composer.edition.model import Edition
from composer.site.accent import Accent, accent_of
from composer.site.words import Card, Languages, Words
from composer.web.guards import content_policy

STYLE = (resources.files("composer.site") / "assets" / "site.css").read_bytes()
# In its address, so that it may be kept for ever.
STYLE_PATH = f"/style-{hashlib.sha256(STYLE).hexdigest()[:16]}.css"

_ENVIRONMENT = Environment(
    loader=PackageLoader("composer.site", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Branding:
    """Whose page it is: the newsletter's name and colour, and the words of the reader's language.

    Without a name it is the neutral page of a link of which we cannot tell whose it is.
    """

    words: Words
    newsletter: str = ""
    organisation: str = ""
    accent: Accent = field(default_factory=Accent)


def branding_of(edition: Edition, languages: Languages) -> Branding:
    """Return the branding of an edition's newsletter, in the edition's language."""
    words = languages.find(edition.language)
    return Branding(words, edition.newsletter, edition.organisation, accent_of(edition))


@lru_cache(maxsize=256)
def render_card(branding: Branding, card: Card, *, action: str = "") -> tuple[str, Mapping[str, str]]:
    """Return the page and its headers. ``action`` is what the button posts, if there is a button."""
    accent = _accent_style(branding.accent)
    page = _ENVIRONMENT.get_template("card.html.j2").render(
        branding=branding,
        style_path=STYLE_PATH,
        accent=accent,
        action=action,
        title=_named(card.title, branding),
        text=_named(card.text, branding),
        button=card.button if action else "",
        note=card.note if action else "",
        done=card.done,
    )
    digest = base64.b64encode(hashlib.sha256(accent.encode()).digest()).decode()
    policy = content_policy(style_src=f"'self' 'sha256-{digest}'", img_src="data:", form_action="'self'")
    return page, {"Content-Security-Policy": policy, "Content-Language": branding.words.language}


def _named(text: str, branding: Branding) -> str:
    return text.replace("{newsletter}", branding.newsletter)


def _accent_style(accent: Accent) -> str:
    return (
        f":root{{--accent:{accent.light};--on-accent:{accent.on_light}}}"
        "@media (prefers-color-scheme:dark)"
        f"{{:root{{--accent:{accent.dark};--on-accent:{accent.on_dark}}}}}"
    )
