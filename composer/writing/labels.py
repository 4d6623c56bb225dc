"""What fields and blocks are called in a form, in plain English for someone who writes letters and not programs."""

from __future__ import annotations

from collections.abc import Mapping

BLOCK_LABELS: Mapping[str, str] = {
    "masthead": "Masthead",
    "hero": "Opening picture",
    "text": "Text",
    "article": "Article",
    "columns": "Cards side by side",
    "digest": "Short news",
    "quote": "Quotation",
    "callout": "Call-out",
    "statistics": "Large figures",
    "table": "Table",
    "agenda": "Programme with sessions",
    "events": "List of dates",
    "download": "Document to download",
    "image": "Picture",
    "gallery": "Several pictures",
    "video": "Film",
    "button": "Button",
    "poll": "Question with answers",
    "social": "Social networks",
    "sponsor": "Sponsor",
    "divider": "Dividing line",
    "mjml": "Designer’s own code",
    "footer": "Footer",
}

BLOCK_GROUPS: Mapping[str, tuple[str, ...]] = {
    "To read": ("text", "article", "hero", "columns", "digest", "quote", "callout", "sponsor"),
    "To look at": ("image", "gallery", "video"),
    "Dates": ("events", "agenda"),
    "Figures": ("statistics", "table"),
    "To press": ("button", "download", "poll", "social"),
    "Around the letter": ("masthead", "divider", "footer", "mjml"),
}
"""Which blocks stand together in the palette, in this order; a project's own blocks come behind them."""

_OF_MODEL: Mapping[tuple[str, str], str] = {
    ("DigestEntry", "kicker"): "Project",
    ("AgendaEntry", "title"): "What takes place",
    ("Event", "title"): "What takes place",
    ("Session", "title"): "What the session is about",
    ("ButtonBlock", "label"): "Words on the button",
    ("SponsorBlock", "label"): "What marks it as paid",
    ("Statistic", "label"): "What the figure counts",
    ("Answer", "label"): "Answer",
    ("QuoteBlock", "body"): "What was said",
    ("PollBlock", "title"): "Question",
    ("DividerBlock", "style"): "Line or air",
    ("MjmlBlock", "body"): "The same in words",
    ("MastheadBlock", "links"): "Show the links to browser and print",
    ("FooterBlock", "links"): "More links",
    ("Newsletter", "name"): "Name of the newsletter",
    ("Newsletter", "pictures"): "Where pictures come from",
    ("Newsletter", "fields"): "What you know of subscribers",
    ("SubscriberField", "meaning"): "What it means",
    ("SubscriberField", "type"): "What its values are",
    ("SubscriberField", "choices"): "Which values there are",
    ("Content", "pictures"): "Where pictures come from",
    ("Content", "title"): "Headline of the issue",
    ("Content", "number"): "Number of the issue",
    ("Content", "date"): "Day of publication",
    ("Sender", "name"): "Name that readers see",
    ("Sender", "email"): "Mail address",
    ("SubjectTest", "subjects"): "Other subjects",
    ("SubjectTest", "sample"): "How many readers",
    ("GalleryBlock", "pictures"): "Pictures",
    ("Link", "label"): "Words of the link",
}

_BY_KEY: Mapping[str, str] = {
    "across": "How many in a row",
    "align": "Where it stands",
    "alt": "What the picture shows",
    "answers": "Answers",
    "archive": "Public address of the archive",
    "blocks": "Blocks",
    "body": "Text",
    "calendar": "Dates for readers’ calendars",
    "caption": "Line under the picture",
    "cards": "Cards",
    "clients": "Mail programs of your readers",
    "contact": "Address for questions",
    "credit": "Who made the picture",
    "dark": "Its form for dark grounds",
    "date": "Day",
    "details": "Format, length, size",
    "duration": "How long it lasts",
    "email": "Mail address",
    "end_time": "Ends at",
    "entries": "Entries",
    "events": "Dates",
    "face": "Face",
    "figure": "Large figure",
    "figures": "Figures",
    "file": "Picture file",
    "focus": "What must stay in view",
    "head": "Names of the columns",
    "id": "Name for links to it",
    "intro": "Sentence before it",
    "issue_line": "Line with number and date",
    "kicker": "Small line above",
    "label": "Words",
    "language": "Language",
    "languages": "Languages",
    "layout": "Where the picture stands",
    "lead": "Main story",
    "link": "Link",
    "list_id": "List-Id",
    "lists": "Mailing lists",
    "logo": "Logo",
    "mjml": "Code (MJML)",
    "name": "Name",
    "network": "Network",
    "note": "Note in small letters",
    "number": "Number",
    "organisation": "Who publishes it",
    "person": "Who said it",
    "picture": "Picture",
    "pictures": "Pictures",
    "place": "Place",
    "postal_address": "Postal address",
    "preheader": "What inboxes show after the subject",
    "profiles": "Networks",
    "reason": "Why readers get this mail",
    "reply_to": "Where answers go",
    "role": "What they do",
    "rows": "Rows",
    "sender": "Sender",
    "sessions": "Sessions",
    "show_if": "Who sees it",
    "sign": "Number or emoji",
    "speaker": "Who speaks",
    "style": "Style",
    "subject": "Subject",
    "subject_test": "Try several subjects",
    "tagline": "Words under the name",
    "theme": "Theme and colours",
    "time": "Begins at",
    "timezone": "Time zone",
    "title": "Headline",
    "uid": "Name in readers’ calendars",
    "until": "Last day",
    "url": "Address",
    "website": "Website",
}

_CHOICES: Mapping[str, str] = {
    "attach": "attached to the mail",
    "link": "a link beside each date",
    "none": "none",
    "hosted": "on your site",
    "embedded": "in each mail",
    "center": "in the middle",
    "top": "on top",
    "rss": "RSS",
    "youtube": "YouTube",
    "linkedin": "LinkedIn",
    "space": "only air",
}

_NAMES = frozenset({"bluesky", "mastodon", "instagram", "facebook", "x"})


def field_label(model: str, key: str) -> str:
    """Name a field of a model; a key of a project's own by its own words."""
    known = _OF_MODEL.get((model, key)) or _BY_KEY.get(key)
    return known or _as_words(key)


def block_label(kind: str) -> str:
    """Name a kind of block; one of a project's own by its own words."""
    return BLOCK_LABELS.get(kind) or _as_words(kind)


def choice_label(value: str) -> str:
    """Name one value of a choice."""
    return _CHOICES.get(value) or (value.capitalize() if value in _NAMES else value.replace("_", " "))


def _as_words(key: str) -> str:
    words = key.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
