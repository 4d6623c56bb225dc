"""The columns and file names by which other programs' exports say who has left. Data, with where each is known from.

A ``StatusColumn`` is believed where the columns ``beside`` it show whose export it is; without ``beside`` its name is
enough, for no other program uses it. Its values are written as ``bare`` leaves them: ``BLANK`` is an empty cell,
``A_TIME`` a day or a time, ``ANY`` a value that is not named. A value that is not in the table is asked about.

Sources: "source" is the program's own code or fixtures, "docs" its documentation, "files" files of it in public
repositories. One program in two rows has two columns, and the strictest counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from composer.audience.subscriptions import SubscriptionStatus

BLANK = ""
ANY = "*"
A_TIME = "@"

_IN, _WAITS, _OUT = SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING, SubscriptionStatus.UNSUBSCRIBED
_WHEN_LEFT = {BLANK: _IN, A_TIME: _OUT}
"""Of a column that has a time only for who has left; “NULL” and “0000-00-00” are none, and are asked about."""
_WHY_LEFT = {BLANK: _IN, ANY: _OUT}
"""Of one that has words only for who has left: a reason, the mailing after which."""
_WHEN_CONFIRMED = {BLANK: _WAITS, "0": _WAITS, ANY: _IN}


@dataclass(frozen=True, slots=True)
class StatusColumn:
    """Says what the values of a column mean in the export of one program."""

    program: str
    column: str
    values: Mapping[str, SubscriptionStatus]
    beside: tuple[str, ...] = ()
    source: str = "files"


def _says(*, stays: str = "", waits: str = "", out: str = "") -> dict[str, SubscriptionStatus]:
    return {
        **dict.fromkeys(stays.split(), _IN),
        **dict.fromkeys(waits.split(), _WAITS),
        **dict.fromkeys(out.split(), _OUT),
    }


_TRUE_IS_OUT = {**_says(stays="false no 0", out="true yes 1"), BLANK: _IN}
_TRUE_IS_IN = _says(stays="true yes 1", out="false no 0")

STATUS_COLUMNS: tuple[StatusColumn, ...] = (
    StatusColumn("Mailchimp", "UNSUB_TIME", _WHEN_LEFT, source="source: TryGhost/migrate mg-mailchimp-members"),
    StatusColumn("Mailchimp", "UNSUB_CAMPAIGN_TITLE", _WHY_LEFT),
    StatusColumn("Mailchimp", "UNSUB_CAMPAIGN_ID", _WHY_LEFT),
    StatusColumn("Mailchimp", "UNSUB_REASON", _WHY_LEFT),
    StatusColumn("Mailchimp", "UNSUB_REASON_OTHER", _WHY_LEFT),
    StatusColumn("Mailchimp", "CLEAN_TIME", _WHEN_LEFT),
    StatusColumn("Mailchimp", "CLEAN_CAMPAIGN_TITLE", _WHY_LEFT),
    StatusColumn("Mailchimp", "CLEAN_CAMPAIGN_ID", _WHY_LEFT),
    # Of its archive, whose files' names are the status (opening.py).
    StatusColumn(
        "Mailchimp",
        "Mailchimp status",
        _says(stays="subscribed", out="unsubscribed cleaned nonsubscribed archived"),
        source="source: TryGhost/migrate mg-mailchimp-members",
    ),
    StatusColumn("Ghost", "subscribed_to_emails", _TRUE_IS_IN, source="source: ghost members/import-export"),
    StatusColumn("Ghost", "deleted_at", _WHEN_LEFT, beside=("subscribed_to_emails",)),
    StatusColumn("Substack", "email_disabled", _TRUE_IS_OUT, source="source: TryGhost/migrate, files"),
    StatusColumn(
        "Buttondown",
        "subscriber_type",
        _says(
            stays="regular premium gifted trialed churning pastdue paused churned unpaid upcoming",
            waits="unactivated",
            out="unsubscribed undeliverable complained blocked removed",
        ),
        source="docs: buttondown subscriber types",
    ),
    StatusColumn("Buttondown", "unsubscription_date", _WHEN_LEFT, source="docs"),
    StatusColumn(
        "beehiiv",
        "status",
        _says(stays="active", waits="pending validating", out="inactive unsubscribed"),
        beside=("tier",),
        source="source: TryGhost/migrate mg-beehiiv-members; docs",
    ),
    StatusColumn(
        "beehiiv",
        "Status",
        _says(stays="active", waits="pending validating", out="inactive unsubscribed"),
        beside=("Subscription Tier",),
    ),
    # An active row may carry one, of somebody who came back. They are left out all the same, and named.
    StatusColumn("beehiiv", "unsubscribed_at", _WHEN_LEFT, source="docs"),
    StatusColumn(
        "Kit",
        "status",
        _says(stays="active confirmed", waits="unconfirmed inactive", out="cancelled cold bounced complained"),
        beside=("first_name", "created_at"),
        source="files; docs: states of a subscriber",
    ),
    StatusColumn(
        "Kit",
        "state",
        _says(stays="active", waits="inactive", out="cancelled bounced complained"),
        beside=("email_address", "created_at"),
        source="docs: API v4",
    ),
    # Of the person; who has left one of its lists is not in this file.
    StatusColumn(
        "listmonk",
        "status",
        _says(stays="enabled", out="disabled blocklisted"),
        beside=("uuid", "attributes"),
        source="source: listmonk cmd/subscribers.go",
    ),
    StatusColumn(
        "Mailtrain",
        "status",
        _says(stays="subscribed 1", out="unsubscribed bounced complained 2 3 4"),
        beside=("cid",),
        source="source: mailtrain routes/subscriptions.js",
    ),
    StatusColumn(
        "Keila",
        "Status",
        _says(stays="active", out="unsubscribed unreachable"),
        beside=("Data", "External ID"),
        source="source: keila contacts_csv_export.ex",
    ),
    StatusColumn("Brevo", "EMAIL_BLACKLISTED", _TRUE_IS_OUT),
    StatusColumn("Brevo", "EMAIL_BLOCKLISTED", _TRUE_IS_OUT),
    StatusColumn("Brevo", "BLACKLISTED", _TRUE_IS_OUT, beside=("ADDED_TIME",)),
    StatusColumn("Brevo", "BLOCKLISTED", _TRUE_IS_OUT, beside=("ADDED_TIME",)),
    StatusColumn(
        "Campaign Monitor",
        "State",
        _says(stays="active", waits="unconfirmed", out="unsubscribed bounced deleted"),
        beside=("EmailAddress",),
        source="docs: API subscriber states",
    ),
    StatusColumn(
        "Campaign Monitor",
        "State",
        _says(stays="active", waits="unconfirmed", out="unsubscribed bounced deleted"),
        beside=("Email Address", "Name"),
        source="docs: API subscriber states",
    ),
    StatusColumn(
        "MailerLite",
        "status",
        _says(stays="active", waits="unconfirmed", out="unsubscribed bounced junk"),
        beside=("subscribed_at",),
        source="docs: API",
    ),
    StatusColumn(
        "MailerLite",
        "Status",
        _says(stays="active", waits="unconfirmed", out="unsubscribed bounced junk"),
        beside=("Subscribed", "Sent"),
    ),
    StatusColumn("MailerLite", "unsubscribed_at", _WHEN_LEFT, source="docs: API"),
    StatusColumn(
        "Constant Contact",
        "Email status",
        _says(stays="active", waits="awaitingconfirmation", out="unsubscribed nopermissionsset") | {BLANK: _WAITS},
        beside=("Email permission status",),
        source="docs: a blank cell is no permission",
    ),
    StatusColumn("Constant Contact", "Confirmed Opt-Out Date", _WHEN_LEFT, source="docs"),
    StatusColumn("Constant Contact", "Confirmed Opt-Out Source", _WHY_LEFT, source="docs"),
    StatusColumn("Constant Contact", "Confirmed Opt-Out Reason", _WHY_LEFT, source="docs"),
    StatusColumn("phpList", "blacklisted", _TRUE_IS_OUT, beside=("confirmed",), source="source: actions/export.php"),
    StatusColumn("phpList", "confirmed", _says(stays="1 true yes", waits="0 false no"), beside=("blacklisted",)),
    StatusColumn("phpList", "disabled", _TRUE_IS_OUT, beside=("blacklisted", "confirmed")),
    StatusColumn(
        "MailPoet",
        "list_status",
        _says(stays="subscribed", waits="unconfirmed", out="unsubscribed bounced inactive"),
        source="source: MailPoet export; also translated, which is asked about",
    ),
    StatusColumn(
        "MailPoet",
        "global_status",
        _says(stays="subscribed", waits="unconfirmed", out="unsubscribed bounced inactive"),
    ),
    StatusColumn("CiviCRM", "Do Not Email", _TRUE_IS_OUT, source="source: field definitions"),
    StatusColumn("CiviCRM", "No Bulk Emails (User Opt Out)", _TRUE_IS_OUT, source="source: field definitions"),
    StatusColumn("Squarespace", "Accepts Marketing", _TRUE_IS_IN, source="docs: contacts panel"),
    StatusColumn("Shopify", "Accepts Email Marketing", _TRUE_IS_IN, source="docs: customer export"),
    StatusColumn(
        "rapidmail",
        "status",
        _says(stays="active aktiv", waits="new neu", out="unsubscribed abgemeldet bounced deleted geloscht abused"),
        beside=("recipientlist_id",),
        source="docs: API recipients",
    ),
    StatusColumn("CleverReach", "deactivated", {**_WHEN_LEFT, "0": _IN}, beside=("registered", "activated")),
    StatusColumn(
        "CleverReach", "activated", {BLANK: _WAITS, "0": _WAITS, ANY: _IN}, beside=("registered", "deactivated")
    ),
    StatusColumn("CleverReach", "active", _TRUE_IS_IN, beside=("registered", "activated")),
    StatusColumn(
        "Salesforce",
        "Status",
        _says(stays="active", out="unsubscribed bounced held deleted"),
        beside=("Subscriber Key",),
        source="docs: SubscriberStatus",
    ),
    StatusColumn("HubSpot", "Unsubscribed from all email", _TRUE_IS_OUT, source="docs"),
    StatusColumn("rasa.io", "Unsubscribe Reason", _WHY_LEFT, beside=("Subscribed",), source="docs"),
    StatusColumn("rasa.io", "Subscribed", _TRUE_IS_IN, beside=("Unsubscribe Reason",), source="docs"),
)

SAYS_NOTHING: Mapping[str, tuple[str, ...]] = {
    "OPTIN_TIME OPTIN_IP CONFIRM_TIME CONFIRM_IP": ("MEMBER_RATING",),  # Mailchimp
    "LAST_CHANGED LEID EUID": ("MEMBER_RATING",),
    "active_subscription expiry plan first_payment_at prefer_digests": ("email_disabled",),  # Substack: who pays
    "complimentary_plan": ("subscribed_to_emails",),  # Ghost
    "subscription_date creation_date": ("subscriber_type",),  # Buttondown
    "subscribed_at opted_in_at optin_ip": ("status", "unsubscribed_at"),  # MailerLite
    "Subscribed": ("Sent", "Opens"),  # MailerLite, the time
    "subscribed_ip confirmed_ip": ("list_status",),  # MailPoet
    "Subscription_Tier": ("Created At",),  # beehiiv: what they pay
    "HASH_EMAIL": ("cid",),  # Mailtrain
    "Email_update_source": ("Email status",),  # Constant Contact: who wrote the address down
    "Email_permission_status": ("Email status",),  # Constant Contact: of what kind the permission is
    "ListJoinedDate ConsentToTrack": ("EmailAddress",),  # Campaign Monitor
    "state estado stato province": (  # of an address of the street
        *("city", "zip", "zip code", "postal code", "postcode", "ciudad", "código postal", "cidade", "città", "cap"),
    ),
}
"""Columns that look as if they told who has left, and tell another thing: their names, and the columns beside them."""


BOUNCED_WORDS = frozenset(("cleaned", "bounced", "hardbounced", "hardbounce", "undeliverable", "unreachable"))
COMPLAINED_WORDS = frozenset(("complained", "complaint", "spam", "junk", "abused"))
"""Statuses by which an address is not to be mailed by anybody, whatever list it is on."""

ADDRESS_BOOKS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Google Contacts": frozenset(("email1value", "email1label")),
        "Google Contacts of before": frozenset(("email1value", "groupmembership")),
        "Outlook": frozenset(("emailaddress", "email2address")),
    }
)
"""Programs in which people stand because somebody knows them, not because they want mail: by some of their columns."""


@dataclass(frozen=True, slots=True)
class LeaversFile:
    """A file of a program in which everybody has left, known by its name."""

    program: str
    pattern: re.Pattern[str]
    source: str = "files"


_MAILCHIMP = r"(unsubscribed|cleaned|nonsubscribed|non-subscribed|archived)_(\w+_)?export(_.*)?\.csv"
LEFT_BY_FILE_NAME: tuple[LeaversFile, ...] = (
    LeaversFile("Mailchimp", re.compile(_MAILCHIMP, re.IGNORECASE), "source: TryGhost/migrate mg-mailchimp-members"),
)
"""Other programs write unsubscribed.csv or cleaned.csv, as people do for another reason: that is asked."""
