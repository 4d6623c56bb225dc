"""Time zones as authors write them: the place whose clocks are meant, never an offset or an abbreviation.

EST in July is no time that anybody in New York keeps, IST is the time of India, of Ireland and of Israel, and
``Etc/GMT+2`` is two hours *behind* Greenwich. Whoever names a place is right all year.

Source: the IANA time zone database, its file ``backward`` and the notes in ``northamerica`` and ``etcetera``.
"""

from __future__ import annotations

import re
import zoneinfo
from difflib import get_close_matches
from functools import lru_cache

_AMBIGUOUS = {
    "ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York", "EST5EDT": "America/New_York",
    "CT": "America/Chicago", "CST": "America/Chicago", "CDT": "America/Chicago", "CST6CDT": "America/Chicago",
    "MT": "America/Denver", "MST": "America/Denver", "MDT": "America/Denver", "MST7MDT": "America/Denver",
    "PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "PST8PDT": "America/Los_Angeles", "HST": "Pacific/Honolulu", "AKST": "America/Anchorage",
    "AKDT": "America/Anchorage", "AST": "America/Halifax", "ADT": "America/Halifax", "NST": "America/St_Johns",
    "CET": "Europe/Paris", "CEST": "Europe/Paris", "MET": "Europe/Paris", "MEST": "Europe/Paris",
    "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin", "HEC": "Europe/Paris", "WET": "Europe/Lisbon",
    "WEST": "Europe/Lisbon", "EET": "Europe/Athens", "EEST": "Europe/Athens", "OEZ": "Europe/Athens",
    "BST": "Europe/London", "IST": "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem", "MSK": "Europe/Moscow",
    "TRT": "Europe/Istanbul", "GST": "Asia/Dubai", "PKT": "Asia/Karachi", "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong", "JST": "Asia/Tokyo", "KST": "Asia/Seoul", "WIB": "Asia/Jakarta", "ICT": "Asia/Bangkok",
    "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "ACST": "Australia/Adelaide", "AWST": "Australia/Perth",
    "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland", "BRT": "America/Sao_Paulo", "ART": "America/Buenos_Aires",
    "CAT": "Africa/Maputo", "EAT": "Africa/Nairobi", "WAT": "Africa/Lagos", "SAST": "Africa/Johannesburg",
}  # fmt: skip
"""What people call the time of a place, by summer or by winter, and a place that keeps it."""

_BY_OFFSET_H: dict[float, str] = {
    -10: "Pacific/Honolulu", -9: "America/Anchorage", -8: "America/Los_Angeles", -7: "America/Denver",
    -6: "America/Chicago", -5: "America/New_York", -4: "America/Halifax", -3: "America/Sao_Paulo",
    -2: "America/Noronha", -1: "Atlantic/Cape_Verde", 0: "Europe/London", 1: "Europe/Paris", 2: "Europe/Athens",
    3: "Europe/Istanbul", 3.5: "Asia/Tehran", 4: "Asia/Dubai", 4.5: "Asia/Kabul", 5: "Asia/Karachi",
    5.5: "Asia/Kolkata", 5.75: "Asia/Kathmandu", 6: "Asia/Dhaka", 6.5: "Asia/Yangon", 7: "Asia/Bangkok",
    8: "Asia/Singapore", 9: "Asia/Tokyo", 9.5: "Australia/Darwin", 10: "Australia/Sydney", 11: "Pacific/Noumea",
    12: "Pacific/Auckland", 13: "Pacific/Tongatapu",
}  # fmt: skip
_IN_SUMMER_H: dict[float, str] = {
    -7: "America/Los_Angeles", -6: "America/Denver", -5: "America/Chicago", -4: "America/New_York",
    1: "Europe/London", 2: "Europe/Paris", 3: "Europe/Athens", 11: "Australia/Sydney", 13: "Pacific/Auckland",
}  # fmt: skip
_OFFSET = re.compile(
    r"(?:(?:etc/)?(?:utc|gmt|ut|z))?\s*(?P<sign>[-+−–])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?\s*(?:h|hours?)?",
    re.IGNORECASE,
)
_OF_MACHINES = re.compile(r"posixrules|localtime|Factory|(?:right|posix)/.*", re.IGNORECASE)
_TIME_OF = re.compile(
    r"\b(?:local|standard|summer|winter|daylight|time|zone|heure|de|d’|d'|du|la|ora|di|hora|Zeit|Ortszeit|saati)\b|[()]",
    re.IGNORECASE,
)
_COUNTRIES = {
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles", "central european": "Europe/Paris", "eastern european": "Europe/Athens",
    "western european": "Europe/Lisbon", "british": "Europe/London", "france": "Europe/Paris",
    "germany": "Europe/Berlin", "deutschland": "Europe/Berlin", "italy": "Europe/Rome", "italia": "Europe/Rome",
    "spain": "Europe/Madrid", "uk": "Europe/London", "england": "Europe/London", "india": "Asia/Kolkata",
    "greenwich mean": "UTC", "zulu": "UTC", "rom": "Europe/Rome", "roma": "Europe/Rome", "wien": "Europe/Vienna",
    "brüssel": "Europe/Brussels", "bruxelles": "Europe/Brussels", "londres": "Europe/London", "athen": "Europe/Athens",
    "lisboa": "Europe/Lisbon", "lisbonne": "Europe/Lisbon", "moskau": "Europe/Moscow", "prag": "Europe/Prague",
    "warschau": "Europe/Warsaw", "kopenhagen": "Europe/Copenhagen", "zürich": "Europe/Zurich", "genf": "Europe/Zurich",
    "mailand": "Europe/Rome", "milano": "Europe/Rome", "barcelona": "Europe/Madrid", "münchen": "Europe/Berlin",
    "hamburg": "Europe/Berlin", "lyon": "Europe/Paris", "nice": "Europe/Paris", "marseille": "Europe/Paris",
}  # fmt: skip


@lru_cache(maxsize=256)
def wrong_zone(name: str) -> str:
    """Say what is wrong with a time zone, and behind a semicolon what to write; nothing if it is one."""
    if name.upper() in _AMBIGUOUS:
        places = _AMBIGUOUS[name.upper()]
        return f"{name!r} is the time of several places, or of one season; write the place, such as {places}"
    if (offset := _OFFSET.fullmatch(name.strip())) is not None:
        return f"{name!r} is an offset, which does not follow summer time; {_places_at(offset, name)}"
    if name not in ("GMT", "UTC") and _OF_MACHINES.fullmatch(name):
        return f"{name!r} is whatever a machine has; write a place such as Europe/Paris"
    if _is_zone(name):
        return ""
    near = _meant(name)
    return f"there is no time zone {name!r}; " + (f"did you mean {near!r}?" if near else _EXAMPLE)


_EXAMPLE = "write the IANA name of a place, such as Europe/Paris"


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _places_at(offset: re.Match[str], name: str) -> str:
    hours = int(offset["hours"]) + int(offset["minutes"] or 0) / 60
    hours = hours if offset["sign"] == "+" else -hours
    if name.casefold().startswith("etc/"):
        hours = -hours  # POSIX counts to the west
    if not hours:
        return "write UTC, or the place that is meant, such as Europe/London"
    winter, summer = _BY_OFFSET_H.get(hours), _IN_SUMMER_H.get(hours)
    if winter is None:
        return _EXAMPLE
    in_summer = f", or {summer} (in its summer)" if summer and summer != winter else ""
    return f"write the place that is meant, such as {winter}{in_summer}"


def _meant(name: str) -> str:
    """Find the zone that somebody has in mind who writes europe/paris, Paris, or Paris time."""
    zones = _zones()
    words = " ".join(_TIME_OF.sub(" ", name.replace("_", " ")).split()).casefold()
    if words in _COUNTRIES:
        return _COUNTRIES[words]
    whole = {zone.casefold().replace("_", " "): zone for zone in zones}
    if words in whole:
        return whole[words]
    cities: dict[str, str] = {}
    for zone in sorted(zones, key=lambda zone: (zone.count("/") != 1, zone)):
        cities.setdefault(zone.rpartition("/")[2].casefold().replace("_", " "), zone)
    for city in dict.fromkeys((words.rpartition("/")[2].strip(), *re.split(r"[,/]\s*", words))):
        if city in cities:
            return cities[city]
    near = get_close_matches(words.rpartition("/")[2], cities, n=1, cutoff=0.85)
    return cities[near[0]] if near else ""


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    odd = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")
    return frozenset(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith(odd)) | {
        "UTC"
    }
