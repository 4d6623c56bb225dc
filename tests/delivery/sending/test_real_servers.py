"""Real mail servers with the limits that they come with, or are often given: each is met at its own pace.

Postfix, Exim and OpenSMTPD, in configurations in which a relay says no to a sender that does not know its habits.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from composer.database import open_database, reading
from composer.database.schema import deliveries, suppressions
from composer.delivery.sending.run import End, Run
from tests.support.mail_servers import exim, opensmtpd
from tests.support.mailings import count_states, make_edition, plan, send
from tests.support.postfix import running_postfix


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLite only: what a relay allows has nothing to do with the database."""
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    yield engine
    engine.dispose()


def most_tries(engine: Engine, mailing: int) -> int:
    with reading(engine) as connection:
        of_mailing = select(func.max(deliveries.c.attempts)).where(deliveries.c.mailing_id == mailing)
        return int(connection.execute(of_mailing).scalar_one())


def suppressed(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(suppressions)).scalar_one())


async def test_opensmtpd_takes_100_messages_a_connection(engine: Engine) -> None:
    with opensmtpd() as relay:
        mailing = plan(engine, 230).mailing
        assert await send(engine, mailing, relay.port, connections=1) is End.DONE
        assert "Too many messages sent" in relay.log
    assert count_states(engine, mailing) == {"accepted": 230}
    assert most_tries(engine, mailing) == 1


@pytest.mark.parametrize("most", [1, 10])
async def test_exim_takes_so_many_messages_a_connection(engine: Engine, most: int) -> None:
    with exim(settings=f"smtp_accept_max_per_connection = {most}") as relay:
        mailing = plan(engine, 12 * most).mailing
        assert await send(engine, mailing, relay.port, connections=3) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 12 * most}
    assert most_tries(engine, mailing) == 1


async def test_postfix_hangs_up_after_so_many_errors(engine: Engine) -> None:
    """Half of the people are unknown to it: each of them is an error, and so is what comes after it in the pipeline."""
    known = ", ".join(f"reader{number}=x" for number in range(0, 60, 2))
    settings = (
        "mydestination = example.org\n"
        f"local_recipient_maps = inline:{{ {known} }}\n"
        "smtpd_hard_error_limit = 5\nsmtpd_soft_error_limit = 100\nsmtpd_error_sleep_time = 0\n"
        "smtpd_junk_command_limit = 1\n"
    )
    with running_postfix(settings) as relay:
        mailing = plan(engine, 60).mailing
        assert await send(engine, mailing, relay.port, connections=2) is End.DONE
        assert "too many errors" in relay.log
    assert count_states(engine, mailing) == {"accepted": 30, "refused": 30}


async def test_postfix_announces_too_small_a_size(engine: Engine) -> None:
    with running_postfix("message_size_limit = 5000\n") as relay:
        mailing = plan(engine, 5, editions={"en": make_edition(size_bytes=9000)}).mailing
        run = Run()
        assert await send(engine, mailing, relay.port, run=run) is End.BREAKER
    assert "up to 5,000 bytes" in run.breaker
    assert count_states(engine, mailing) == {"pending": 5}


async def test_a_relay_that_does_not_relay_for_us_costs_nobody_their_address(engine: Engine) -> None:
    denied = "smtpd_relay_restrictions = reject_unauth_destination\nsmtpd_recipient_restrictions =\nmynetworks =\n"
    with running_postfix(denied) as relay:
        mailing = plan(engine, 40).mailing
        assert await send(engine, mailing, relay.port) is not End.DONE
        assert "Relay access denied" in relay.log
    assert suppressed(engine) == 0


async def test_exim_s_usual_misconfiguration_costs_nobody_their_address(engine: Engine) -> None:
    with exim(rcpt="  deny message = relay not permitted\n") as relay:
        mailing = plan(engine, 40).mailing
        assert await send(engine, mailing, relay.port) is not End.DONE
    assert suppressed(engine) == 0


async def test_a_rate_of_postfix_is_kept_to_and_nobody_is_lost_over_it(engine: Engine) -> None:
    rate = "smtpd_client_message_rate_limit = 20\nanvil_rate_time_unit = 4s\nsmtpd_client_event_limit_exceptions =\n"
    with running_postfix(rate) as relay:
        mailing = plan(engine, 100).mailing
        assert await send(engine, mailing, relay.port, connections=2) is End.DONE
        assert "Message delivery request rate limit exceeded" in relay.log
    states = count_states(engine, mailing)
    assert set(states) == {"accepted", "deferred"}
    assert states["accepted"] > 70, "what is turned away is what asks how it is, and little else"


async def test_a_postfix_that_has_lost_its_users_costs_nobody_their_address(engine: Engine) -> None:
    lost = "mydestination = example.org\nlocal_recipient_maps = inline:{ nobody=x }\n"
    with running_postfix(lost) as relay:
        mailing, run = plan(engine, 300).mailing, Run()
        assert await send(engine, mailing, relay.port, run=run) is End.BREAKER
        assert "User unknown in local recipient table" in relay.log
    assert count_states(engine, mailing) == {"pending": 300}
    assert suppressed(engine) == 0
    assert "User unknown in local recipient table" in run.breaker


async def test_exim_s_ratelimit_is_kept_to_and_nobody_is_lost_over_it(engine: Engine) -> None:
    limit = "  defer message = rate limit exceeded\n    ratelimit = 20 / 4s / strict\n  accept\n"
    with exim(rcpt=limit) as relay:
        mailing, run = plan(engine, 60).mailing, Run()
        assert await send(engine, mailing, relay.port, connections=2, run=run) is End.DONE
    states = count_states(engine, mailing)
    assert set(states) == {"accepted", "deferred"}
    assert states["accepted"] > 40, "what is turned away is what asks how it is, and little else"
    assert suppressed(engine) == 0
