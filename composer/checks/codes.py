"""Everything that a check can find: its code, how grave it is, and why it matters.

Codes are stable: they stand in ``--allow``, in the record of a mailing and in other people's scripts. An *error*
stops a send unless it is allowed by name; a *warning* never stops anything; an *info* is good to know.
``docs/checks.md`` has a section for each; a test keeps the two in step.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means: how grave it is, and a sentence for tables and programs."""

    severity: Severity
    summary: str


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

CODES: dict[str, Code] = {
    # There is nothing to send
    "issue-invalid": Code(_E, "The issue's files have a mistake, so that it cannot be read."),
    "issue-repeated": Code(_E, "The texts are those of an earlier issue."),
    "story-repeated": Code(_W, "A block or an entry has the words of one of an earlier issue."),
    "number-repeated": Code(_W, "The issue has the number of an earlier one."),
    "edition-invalid": Code(_E, "The issue can be read but not rendered."),
    "template-invalid": Code(_E, "A template has a mistake."),
    # The designer's MJML
    "mjml-element": Code(_E, "There is no such element in MJML."),
    "mjml-nesting": Code(_E, "An element of MJML stands where it cannot."),
    "mjml-attribute": Code(_W, "An element of MJML has no such attribute."),
    "mjml-value": Code(_W, "A value that its attribute does not understand."),
    "mjml-missing": Code(_W, "An element of MJML lacks an attribute that it needs."),
    "mjml-unsupported": Code(_W, "MJML that has no effect in this product."),
    "client-support": Code(_W, "Many readers' mail programs do not understand what a template uses."),
    # The designer's style sheets
    "css-syntax": Code(_E, "A style sheet cannot be read at this place."),
    "css-selector": Code(_W, "A rule of a style sheet selects nothing."),
    "css-property": Code(_W, "CSS has no such property."),
    "css-value": Code(_W, "A colour that is none, or a length without a unit."),
    "css-lost": Code(_W, "A rule that cannot be inlined, so that no mail has it."),
    "css-font": Code(_W, "A font that is not used, cannot be loaded, or has no fallback."),
    "font-heavy": Code(_W, "A font takes long to load."),
    "dark-missing": Code(_W, "A colour has no partner for the dark."),
    # What the law and the mailbox providers ask for
    "unsubscribe-missing": Code(_E, "Readers find no link to leave."),
    "postal-address-missing": Code(_E, "The publisher's postal address is not in the mail."),
    "sender-missing": Code(_E, "The newsletter has no sender."),
    "sender-invalid": Code(_E, "The sender's or the reply address is not an address."),
    "list-id-invalid": Code(_E, "The name of the list cannot stand in a mail's header."),
    "sender-freemail": Code(_W, "The sender's address belongs to a free mail provider."),
    # Merge fields
    "slot-unknown": Code(_E, "A merge field that no subscriber has."),
    "slot-unresolved": Code(_E, "Readers would see the braces of a merge field."),
    "slot-no-default": Code(_W, "A merge field may be empty and has no default."),
    "template-syntax": Code(_W, "Half of a merge field or of a template tag stands in the text."),
    # The line in the inbox
    "subject-empty": Code(_E, "The subject may be empty."),
    "subject-long": Code(_W, "The subject is cut off in most inboxes."),
    "subject-shouting": Code(_W, "The subject shouts."),
    "inbox-cut": Code(_I, "Phones cut off what matters of the line in the inbox."),
    "preheader-repeats": Code(_W, "The preheader says the same as the subject."),
    "preheader-long": Code(_I, "The preheader is cut off in every inbox."),
    # Links
    "link-empty": Code(_E, "A link leads nowhere."),
    "link-nameless": Code(_E, "A link has no name: nothing in it can be read or heard."),
    "link-local": Code(_E, "A link leads to somebody's own computer or network."),
    "link-placeholder": Code(_E, "A link leads to a placeholder."),
    "link-anchor": Code(_E, "A link leads to an anchor that is not there."),
    "link-pasted": Code(_W, "An address has what was copied with it, or a mail program's address around it."),
    "link-insecure": Code(_W, "A link is not encrypted."),
    "link-misleading": Code(_W, "The words of a link show another address."),
    "link-shortener": Code(_W, "A link hides its address behind a shortener."),
    "link-vague": Code(_W, "The words of a link do not say where it leads."),
    "link-ambiguous": Code(_W, "The same words lead to different addresses."),
    "link-duplicate": Code(_W, "Two entries of the same kind lead to the same address."),
    # Links, when they are probed
    "link-gone": Code(_W, "The page that a link leads to is not there."),
    "link-broken": Code(_W, "The page that a link leads to cannot be loaded."),
    "link-moved": Code(_I, "The page that a link leads to has another address now."),
    "link-unsure": Code(_I, "A server does not say whether the page of a link is there."),
    # Pictures
    "alt-missing": Code(_W, "A picture has no words for those who do not see it."),
    "alt-filename": Code(_W, "The words for a picture are a file's name."),
    "alt-vague": Code(_W, "The words for a picture say only what sort of picture it is."),
    "picture-words": Code(_W, "What a picture says is said nowhere else."),
    "image-heavy": Code(_W, "A picture takes long to load."),
    "image-large": Code(_W, "A picture has many more pixels than are shown."),
    "images-heavy": Code(_W, "The pictures together take long to load."),
    # Colours
    "colour-unreadable": Code(_E, "Words in a colour of yours cannot be read."),
    "colour-faint": Code(_W, "Words in a colour of yours are hard to read."),
    "colour-forced": Code(_W, "Words cannot be read where a mail program makes the mail dark by itself."),
    "theme-token": Code(_W, "A theme has a token that nothing uses."),
    # The whole mail
    "html-clipped": Code(_E, "Gmail cuts the mail off, and the link to leave with it."),
    "html-near-clip": Code(_W, "The mail is almost so long that Gmail cuts it off."),
    "heading-jump": Code(_W, "A level of headings is left out."),
    "text-part-incomplete": Code(_W, "The plain text lacks something that the HTML has."),
    "text-todo": Code(_E, "A text that the program began, and nobody has written."),
    "text-placeholder": Code(_W, "A text still to be written."),
    "markup-unread": Code(_W, "Signs of markup that Markdown does not read: readers would see them."),
    "markup-unmeant": Code(_W, "Signs that Markdown reads and that were hardly meant: a sum, a date, a signature."),
    "markdown-part": Code(_W, "A headline, a rule or a list in a text whose place has no look for it."),
    "markup-in-line": Code(_W, "Markdown or HTML in a line, which is shown as it is written."),
    "html-removed": Code(_W, "HTML in Markdown that is taken away."),
    # Spelling, when it is asked for
    "spelling": Code(_I, "A word is in no dictionary of its language."),
    "spelling-unchecked": Code(_I, "The spelling of a language could not be checked."),
    # Dates
    "date-past": Code(_W, "A date is over when the issue appears."),
    "date-far": Code(_W, "A date is years away."),
    "dates-unordered": Code(_W, "Dates are not in order."),
    "time-order": Code(_W, "Something ends before it starts."),
    "time-missing": Code(_E, "A time of day that is not there on that day: the clocks go forward over it."),
    "time-twice": Code(_W, "A time of day that is there twice on that day: the clocks go back."),
    "weekday-wrong": Code(_W, "A weekday does not fit its date."),
    # Languages
    "language-missing": Code(_I, "The issue does not appear in a language of the newsletter."),
    "words-missing": Code(_W, "The templates' own words are English in another language's edition."),
    "words-incomplete": Code(_W, "Words of the templates leave out what is put into them."),
    "translation-differs": Code(_W, "The languages do not have the same blocks."),
    "translation-link": Code(_W, "A link leads to something else than in the first language."),
    "translation-figure": Code(_W, "A date, a time or a figure differs from the first language."),
    "untranslated": Code(_W, "A text of a translation is still that of the first language."),
}
