"""A program that composes starts sooner with what an earlier start has compiled and read.

Enters, and leaves: templates as code, and CSS as it was read, in the files of ``theme/compiled.py``. Never: anything
of an edition; that is composed anew in each process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from composer.edition.mjml.premailing import keep_styles, recall_styles
from composer.edition.theme.environment import keep_compiled, recall_compiled


def recall_start() -> None:
    """Take in what was compiled and read at an earlier start, so that the first mail comes sooner."""
    recall_compiled()
    recall_styles()


def keep_start() -> None:
    """Keep what has been compiled and read for the next start."""
    keep_compiled()
    keep_styles()


@contextmanager
def compiled_before() -> Iterator[None]:
    """Compose with what an earlier start has compiled and read, and keep what this one does."""
    recall_start()
    try:
        yield
    finally:
        keep_start()
