"""Stage 1: what an author writes.

Enters: a folder under ``issues/`` (``issue.yaml`` or ``issue.md``, one more file for each
further language, pictures) and ``issues/newsletter.yaml``.
Leaves: an :class:`Issue`, or one :class:`~composer.errors.IssueError` that lists every mistake with
``file:line:column``. Never: a network connection, a template, a database, the clock.
"""

from composer.issue.files import find_issues, resolve_issue
from composer.issue.load import load_issue, load_newsletter, read_issue
from composer.issue.model import Content, Issue, Newsletter
from composer.issue.source import Source

__all__ = [
    "Content",
    "Issue",
    "Newsletter",
    "Source",
    "find_issues",
    "load_issue",
    "load_newsletter",
    "read_issue",
    "resolve_issue",
]
