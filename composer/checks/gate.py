"""Opens the gate before a send, or not: errors stop it, unless a person allowed them by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from composer.checks.codes import CODES, Severity
from composer.checks.finding import Finding
from composer.errors import GateClosed, UnknownCheck
from composer.issue.nearest import nearest

NEVER_ALLOWED = frozenset({"issue-invalid", "edition-invalid", "template-invalid"})
"""Without an edition there is nothing to send, whatever a person allows."""


def open_gate(findings: Iterable[Finding], *, allow: Collection[str]) -> None:
    """Return if nothing stops the send. Raises GateClosed naming every error that is not allowed.

    So does a code that no check has: it would stand in the record of the mailing as if it had been overruled.
    """
    if unknown := sorted(set(allow) - CODES.keys()):
        words = "; ".join(f"no check is called {code!r}; {nearest(code, CODES)}".rstrip("; ") for code in unknown)
        raise UnknownCheck(words)
    stopping = [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR and (finding.code not in allow or finding.code in NEVER_ALLOWED)
    ]
    if not stopping:
        return
    codes = sorted({finding.code for finding in stopping} - NEVER_ALLOWED)
    count = "an error" if len(stopping) == 1 else f"{len(stopping)} errors"
    found = "\n".join(map(str, stopping))
    raise GateClosed(f"Nothing was sent: the checks found {count}.\n{found}", may_be_allowed=codes)
