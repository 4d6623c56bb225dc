"""That a relay or provider asked for less is known to the next sender."""

from __future__ import annotations

from sqlalchemy import Engine

from composer.delivery.ledger.backoffs import correct_future_backoffs, keep_backoffs, read_backoffs
from composer.delivery.limits.backoff import Backoff
from tests.support.mailings import NOW


def test_a_backoff_is_kept_until_it_is_over(engine: Engine) -> None:
    backoff = Backoff(100.0, 50.0, NOW + 0.5)
    with engine.begin() as connection:
        keep_backoffs(connection, {"by relay.example:587": backoff, "to gmail": backoff}, now=NOW)
        keep_backoffs(connection, {"to gmail": Backoff(100.0, 25.0, NOW)}, now=NOW)
        assert read_backoffs(connection, now=NOW + 60) == {
            "by relay.example:587": backoff,
            "to gmail": Backoff(100.0, 25.0, NOW),
        }
        assert set(read_backoffs(connection, now=NOW + 310)) == {"to gmail"}
        assert read_backoffs(connection, now=NOW + 460) == {}


def test_one_from_the_future_begins_now_because_a_clock_was_set(engine: Engine) -> None:
    with engine.begin() as connection:
        keep_backoffs(connection, {"to gmail": Backoff(100.0, 50.0, NOW + 3600)}, now=NOW)
        assert read_backoffs(connection, now=NOW)["to gmail"].since == NOW
        correct_future_backoffs(connection, now=NOW)
        assert read_backoffs(connection, now=NOW + 60)["to gmail"].since == NOW, "not anew at every look"
