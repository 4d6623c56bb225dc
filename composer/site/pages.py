"""The one card that every page of the site is. What it shows decides its bytes, and nothing else does."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from composer.edition.language.fallback import marked, say_fallback
from composer.edition.model import Edition
from composer.site.accent import Accent, accent_of
from composer.site.words import Card, Languages, Words
from composer.web.guards import content_policy

STYLE = (resources.files("composer.site") / "assets" / "site.css").read_bytes()
# In its address, so that it may be kept for ever.
STYLE_PATH = f"/style-{hashlib.sha256(STYLE).hexdigest()[:16]}.css"

_NEWSLETTER = "{newsletter}"

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
        name=card.title.replace(_NEWSLETTER, branding.newsletter),
        title=_said("title", card, branding),
        text=_said("text", card, branding),
        button=_said("button", card, branding) if action else "",
        note=_said("note", card, branding) if action else "",
        done=card.done,
        is_english="title" in card.english,
    )
    digest = base64.b64encode(hashlib.sha256(accent.encode()).digest()).decode()
    policy = content_policy(style_src=f"'self' 'sha256-{digest}'", img_src="data:", form_action="'self'")
    return page, {"Content-Security-Policy": policy, "Content-Language": branding.words.language}


def _said(part: str, card: Card, branding: Branding) -> Markup:
    """Write a part of a card as HTML, which says that it is in English where the language has no words for it."""
    words: str = getattr(card, part)
    html = escape(marked(words) if part in card.english else words).replace(_NEWSLETTER, escape(branding.newsletter))
    language, direction = branding.words.language, branding.words.direction
    return Markup(say_fallback(html, language=language, direction=direction))  # noqa: S704  escaped above


def _accent_style(accent: Accent) -> str:
    return (
        f":root{{--accent:{accent.light};--on-accent:{accent.on_light}}}"
        "@media (prefers-color-scheme:dark)"
        f"{{:root{{--accent:{accent.dark};--on-accent:{accent.on_dark}}}}}"
    )
