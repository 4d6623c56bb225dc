"""Stage 3: mistakes are found before the readers find them.

Enters: an Issue and its Editions. Leaves: Findings, each with a code, a severity, the
author's ``file:line:column`` and what to do; and the gate, which stops a send. Never: a network connection, the
clock, the database; a check never changes what it reads.

One module per family of checks; ``codes.py`` is the list of everything that can be found, ``run.py`` the list of
the checks, ``gate.py`` what stops a send. The docstring of a check says what holds for an issue in which it finds
nothing.
"""

from composer.checks.finding import Finding, Severity

__all__ = ["Finding", "Severity"]
