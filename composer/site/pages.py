"""The one card that every page of the site is. The same card always is the same bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from composer.edition.model import Edition
from composer.site.theme import Theme, theme_of
from composer.site.words import Card, Words, find_words
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
class Face:
    """Whose page it is: the newsletter's name and colours, in the reader's language."""

    language: str
    direction: str
    words: Words
    newsletter: str = ""
    organisation: str = ""
    theme: Theme = field(default_factory=Theme)


def face_of(edition: Edition) -> Face:
    """The face of an edition's newsletter."""
    language, words = find_words(edition.language)
    # An edition in a language that we do not speak gets an English card, so the card's direction is English too.
    direction = edition.direction if language == edition.language.partition("-")[0].lower() else "ltr"
    return Face(language, direction, words, edition.newsletter, edition.organisation, theme_of(edition))


def plain_face(languages: tuple[str, ...]) -> Face:
    """The face where we cannot tell whose page it is: neutral, in the browser's language."""
    language, words = find_words(*languages)
    return Face(language, "ltr", words)


@lru_cache(maxsize=256)
def render_card(face: Face, card: Card, *, action: str = "") -> tuple[str, Mapping[str, str]]:
    """The page and its headers. ``action`` is what the button posts, if there is a button."""
    theme = _theme_style(face.theme)
    page = _ENVIRONMENT.get_template("card.html.j2").render(
        face=face,
        style_path=STYLE_PATH,
        theme=theme,
        action=action,
        title=card.title.format(newsletter=face.newsletter),
        text=card.text.format(newsletter=face.newsletter),
        button=card.button if action else "",
        note=card.note if action else "",
        done=card.done,
    )
    digest = base64.b64encode(hashlib.sha256(theme.encode()).digest()).decode()
    policy = content_policy(style_src=f"'self' 'sha256-{digest}'", img_src="data:", form_action="'self'")
    return page, {"Content-Security-Policy": policy, "Content-Language": face.language}


def _theme_style(theme: Theme) -> str:
    return (
        f":root{{--accent:{theme.accent};--on-accent:{theme.on_accent}}}"
        "@media (prefers-color-scheme:dark)"
        f"{{:root{{--accent:{theme.accent_dark};--on-accent:{theme.on_accent_dark}}}}}"
    )
