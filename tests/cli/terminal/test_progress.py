"""What a send says of itself while it goes."""

from __future__ import annotations

from composer.cli.terminal.progress import of_how_many, settled
from composer.delivery.reporting.status import Status
from composer.delivery.sending.run import Run
from composer.delivery.states import DeliveryState


def test_the_rest_counts_once_a_winner_is_chosen_while_the_sample_goes() -> None:
    counts = {**dict.fromkeys(DeliveryState, 0), DeliveryState.PENDING: 20, DeliveryState.HELD: 80}
    before, run = Status(1, "spring", "sending", 100, counts, {}, None, None, None), Run()
    run.counts[DeliveryState.ACCEPTED] = 20
    assert (settled(run, before), of_how_many(20, before)) == (20, 20)
    run.counts[DeliveryState.ACCEPTED] = 35
    assert (settled(run, before), of_how_many(35, before)) == (35, 100)
