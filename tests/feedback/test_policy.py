"""Which refusals end in a suppression."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.audience import SuppressionReason
from composer.feedback.policy import SUPPRESSING, suppression_for


@pytest.mark.parametrize(
    ("code", "enhanced"),
    [(550, "5.1.1"), (551, "5.1.6"), (553, "5.1.3"), (556, "5.1.10"), (550, "5.2.1"), (554, "5.1.1")],
)
def test_a_mailbox_that_is_gone_for_good_is_suppressed(code: int, enhanced: str) -> None:
    assert suppression_for(code, enhanced) is SuppressionReason.BOUNCED


@pytest.mark.parametrize(
    ("code", "enhanced", "why"),
    [
        (450, "4.1.1", "greylisting says so of everybody"),
        (452, "4.2.2", "a full mailbox is emptied"),
        (552, "5.2.2", "a full mailbox is emptied, whatever the digit"),
        (550, "5.7.1", "our reputation, not their mailbox"),
        (550, "5.7.26", "our signature"),
        (550, "5.7.515", "our sender's records"),
        (554, "5.7.0", "our contents"),
        (550, "5.1.2", "a relay with broken DNS says so of everybody"),
        (550, "5.1.8", "our own sender address"),
        (552, "5.3.4", "the message is too big"),
        (550, "5.4.1", "no route"),
        (501, "5.5.2", "our command"),
        (550, None, "nobody knows which it was"),
        (550, "", "nobody knows which it was"),
        (550, "5.1.11", "not to be mistaken for 5.1.1"),
        (450, "5.1.1", "the two codes contradict each other"),
        (550, "4.1.1", "the two codes contradict each other"),
        (250, "2.1.5", "accepted"),
    ],
)
def test_everything_else_leaves_the_address_alone(code: int, enhanced: str | None, why: str) -> None:
    assert suppression_for(code, enhanced) is None, why


@given(code=st.integers(200, 499), enhanced=st.sampled_from(sorted(SUPPRESSING)) | st.text(max_size=8))
def test_nothing_but_a_permanent_refusal_suppresses(code: int, enhanced: str) -> None:
    assert suppression_for(code, enhanced) is None


@given(subject=st.integers(0, 999), detail=st.integers(0, 999))
def test_what_speaks_of_us_never_suppresses(subject: int, detail: int) -> None:
    for enhanced in (f"4.{subject}.{detail}", f"5.7.{detail}"):
        assert suppression_for(550, enhanced) is None
