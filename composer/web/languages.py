"""Reads which languages a browser's owner prefers."""

from __future__ import annotations

_MOST = 20


def accepted_languages(header: str) -> tuple[str, ...]:
    """Read an Accept-Language header (RFC 9110 12.5.4): its languages as listed; browsers list by preference."""
    return tuple(entry.partition(";")[0].strip() for entry in header.split(",")[:_MOST])
