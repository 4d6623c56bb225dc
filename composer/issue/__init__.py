"""Stage 1: what an author writes.

Enters: a folder under ``issues/`` (``issue.yaml``, ``issue.<lang>.yaml``, pictures) and ``issues/newsletter.yaml``.
Leaves: an :class:`Issue`, or one :class:`~composer.errors.IssueError` that lists every mistake with
``file:line:column``. Never: a network connection, a template, a database, the clock.
"""

from composer.issue.load import find_issues, load_issue, load_newsletter, resolve_issue
from composer.issue.model import Content, Issue, Newsletter
from composer.issue.source import Source

__all__ = ["Content", "Issue", "Newsletter", "Source", "find_issues", "load_issue", "load_newsletter", "resolve_issue"]
