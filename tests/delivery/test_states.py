"""The table of a delivery's states."""

from __future__ import annotations

from itertools import product

import pytest

from composer.delivery.outcome import Outcome
from composer.delivery.states import TRANSITIONS, WAITING, DeliveryEvent, DeliveryState, advance
from composer.errors import StateError


@pytest.mark.parametrize(("pair", "after"), TRANSITIONS.items())
def test_an_event_in_the_table_leads_to_its_state(
    pair: tuple[DeliveryState, DeliveryEvent], after: DeliveryState
) -> None:
    assert advance(*pair) is after


def test_every_other_event_is_refused_by_name() -> None:
    for state, event in set(product(DeliveryState, DeliveryEvent)) - set(TRANSITIONS):
        with pytest.raises(StateError, match=f"{state} cannot {event}"):
            advance(state, event)


def test_what_was_offered_never_becomes_pending_without_an_answer_or_a_persons_word() -> None:
    to_pending = {event for (_, event), after in TRANSITIONS.items() if after is DeliveryState.PENDING}
    never_offered = {event for (state, event) in TRANSITIONS if state is DeliveryState.HELD}
    assert to_pending - never_offered == {
        DeliveryEvent.RETURN,
        DeliveryEvent.SETTLE_NOT_ACCEPTED,
        DeliveryEvent.RETRY,
    }
    assert {state for state, event in TRANSITIONS if event is DeliveryEvent.RETURN} == {DeliveryState.DEFERRED}


def test_only_a_pending_delivery_is_offered_or_left_out() -> None:
    for event in (DeliveryEvent.OFFER, DeliveryEvent.SUPPRESS):
        assert [state for state, known in TRANSITIONS if known is event] == [DeliveryState.PENDING]


def test_every_state_can_be_reached() -> None:
    planned = {DeliveryState.PENDING, DeliveryState.HELD}
    assert set(TRANSITIONS.values()) | planned == set(DeliveryState)


def test_every_waiting_state_has_a_way_on() -> None:
    assert {state for state, _ in TRANSITIONS} >= WAITING


@pytest.mark.parametrize(
    ("event", "retry_in_s", "state"),
    [
        (DeliveryEvent.ACCEPT, None, DeliveryState.ACCEPTED),
        (DeliveryEvent.REFUSE, None, DeliveryState.REFUSED),
        (DeliveryEvent.LOSE, None, DeliveryState.UNKNOWN),
        (DeliveryEvent.DEFER, 300, DeliveryState.DEFERRED),
        (DeliveryEvent.DEFER, None, DeliveryState.EXPIRED),
    ],
)
def test_an_outcome_knows_the_state_it_leads_to(
    event: DeliveryEvent, retry_in_s: int | None, state: DeliveryState
) -> None:
    outcome = Outcome(1, event, relay="relay", phase="dot", retry_in_s=retry_in_s)
    assert outcome.state is state
