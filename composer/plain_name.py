"""A name for a file or a folder is made of any words: "Été à Ærø (2)" becomes ete-a-aero-2.

Enters: a text. Leaves: small letters a to z, digits and hyphens, which every file system and address takes as they are;
"" where nothing of the text can be written so.
"""

from __future__ import annotations

import re
import unicodedata

# Letters of the Latin alphabet that Unicode does not take apart into a letter and its mark.
_WHOLE_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n"}
)


def plain_name(text: str, *, longest: int = 60) -> str:
    """Make a name of at most ``longest`` characters, without a hyphen at its ends."""
    letters = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    plain = letters.lower().translate(_WHOLE_LETTERS)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].strip("-")
