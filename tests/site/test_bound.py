"""A link is good for the mail that it stood in, and for no other of the same numbers, whatever the database."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, delete, insert, select, update

from composer.database import open_database, reading
from composer.database.schema import consent_events, deliveries, mailings, subscribers, subscriptions
from composer.delivery.mailing import compile_mailing, find_mailing
from composer.delivery.operating.used_links import unknown_with_used_links
from composer.delivery.planning.plan import plan_mailing
from composer.message.links import Purpose, sign_link
from composer.message.recipient import Recipient
from composer.site import create_site
from tests.support.mailings import NOW, SITE, make_edition, plan

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def links(engine: Engine, mailing: int, subscriber: int) -> Mapping[Purpose, str]:
    """What the mail of this mailing to this person leads to, by purpose."""
    with reading(engine) as connection:
        key = SITE.of_mailing(find_mailing(connection, mailing).nonce).link_key
    return {
        purpose: f"/{purpose.value}/{sign_link(purpose, mailing=mailing, subscriber=subscriber, key=key)}"
        for purpose in Purpose
    }


async def answers(engine: Engine, paths: Mapping[Purpose, str]) -> list[int]:
    """The states of all that somebody can do with these links."""
    transport = httpx.ASGITransport(create_site(engine, site=SITE))
    async with httpx.AsyncClient(transport=transport, base_url=SITE.url) as web:
        shown = [(await web.get(path)).status_code for path in paths.values()]
        return [*shown, (await web.post(paths[Purpose.UNSUBSCRIBE], data=ONE_CLICK)).status_code]


def consent(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        return [row for table in (subscriptions, consent_events) for row in connection.execute(select(table))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "newsletter.db"


async def test_in_a_new_database_with_the_same_key_old_links_are_wrong(path: Path, tmp_path: Path) -> None:
    old = open_database(f"sqlite:///{path}")
    plan(old, 2)
    of_old = links(old, 1, 2)
    assert await answers(old, of_old) == [200] * 4
    old.dispose()
    new = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    plan(new, 2)
    before = consent(new)
    assert await answers(new, of_old) == [404] * 4
    assert consent(new) == before
    assert await answers(new, links(new, 1, 2)) == [200] * 4
    new.dispose()


async def test_what_a_restored_backup_numbers_anew_is_not_reached_by_links_of_before(
    path: Path, tmp_path: Path
) -> None:
    engine = open_database(f"sqlite:///{path}")
    plan(engine, 2)
    kept = links(engine, 1, 1)
    engine.dispose()
    backup = Path(shutil.copy(path, tmp_path / "backup.db"))

    def go_on(city: str) -> Engine:
        engine = open_database(f"sqlite:///{path}")
        with engine.begin() as connection:
            row = {"email": f"{city}@example.org", "email_key": f"{city}@example.org", "attributes": {}}
            connection.execute(insert(subscribers).values(**row, created_at=NOW, updated_at=NOW))
            on_list = {"subscriber_id": 3, "list_id": 1, "status": "confirmed", "updated_at": NOW}
            connection.execute(insert(subscriptions).values(on_list))
        edition = make_edition(issue="second")
        assert plan_mailing(engine, editions={"en": edition}, lists=[1], site=SITE, now=NOW).mailing == 2
        return engine

    first = go_on("nice")
    of_nice, of_reader = links(first, 2, 3), links(first, 2, 1)
    first.dispose()
    shutil.copy(backup, path)
    second = go_on("lyon")
    before = consent(second)
    assert await answers(second, of_nice) == await answers(second, of_reader) == [404] * 4
    assert consent(second) == before
    assert await answers(second, kept) == [200] * 4
    second.dispose()


async def test_a_number_that_is_somebody_elses_now_is_not_reached(path: Path) -> None:
    engine = open_database(f"sqlite:///{path}")
    plan(engine, 3)
    of_third = links(engine, 1, 3)
    with engine.begin() as connection:  # erased, and the next to join gets the number
        for table in (subscriptions, deliveries):
            connection.execute(delete(table).where(table.c.subscriber_id == 3))
        connection.execute(delete(subscribers).where(subscribers.c.id == 3))
        row = {"email": "new@example.org", "email_key": "new@example.org", "attributes": {}}
        connection.execute(insert(subscribers).values(**row, created_at=NOW, updated_at=NOW))
        on_list = {"subscriber_id": 3, "list_id": 1, "status": "confirmed", "updated_at": NOW}
        connection.execute(insert(subscriptions).values(on_list))
    before = consent(engine)
    await answers(engine, of_third)
    assert consent(engine) == before
    engine.dispose()


async def test_links_of_mails_that_were_planned_before_there_were_nonces_still_work(path: Path) -> None:
    engine = open_database(f"sqlite:///{path}")
    plan(engine, 2)
    with engine.begin() as connection:
        connection.execute(update(mailings).values(nonce=None, site_url=None, key_check=None))
    token = sign_link(Purpose.UNSUBSCRIBE, mailing=1, subscriber=1, key=SITE.secret_key)
    before = links(engine, 1, 1)
    assert before[Purpose.UNSUBSCRIBE] == f"/u/{token}"
    assert await answers(engine, before) == [200] * 4
    with engine.connect() as connection:
        assert connection.scalars(select(subscriptions.c.status).order_by("subscriber_id")).all() == [
            "unsubscribed",
            "confirmed",
        ]
    engine.dispose()


async def test_a_number_beyond_any_database_is_a_wrong_link(path: Path) -> None:
    engine = open_database(f"sqlite:///{path}")
    for mailing in (2**63, 2**64 - 1):
        token = sign_link(Purpose.UNSUBSCRIBE, mailing=mailing, subscriber=1, key=SITE.secret_key)
        assert await answers(engine, dict.fromkeys(Purpose, f"/u/{token}")) == [404] * 4
    engine.dispose()


async def test_a_dry_runs_link_changes_nothing_and_is_no_evidence(path: Path) -> None:
    engine = open_database(f"sqlite:///{path}")
    plan(engine, 2)
    with reading(engine) as connection:
        compiled = compile_mailing(connection, find_mailing(connection, 1), site=SITE, is_trial=True)
    (_, message), *_ = compiled.values()
    data = message.render(Recipient("reader0@example.org", 1, 1, {})).data
    token = data.replace(b"=\r\n", b"").split(b"/u/")[1][:44].decode()
    with engine.begin() as connection:
        connection.execute(update(deliveries).values(state="unknown"))
    before = consent(engine)
    assert await answers(engine, dict.fromkeys(Purpose, f"/u/{token}")) == [200] * 4
    assert consent(engine) == before
    with reading(engine) as connection:
        assert unknown_with_used_links(connection, 1) == {}
    of_mail = links(engine, 1, 1)
    await answers(engine, of_mail)
    with reading(engine) as connection:
        assert list(unknown_with_used_links(connection, 1)) == ["reader0@example.org"]
    engine.dispose()


def test_two_plans_of_the_same_have_the_same_digest_and_other_nonces(path: Path) -> None:
    engine = open_database(f"sqlite:///{path}")
    first = plan(engine, 2)
    with engine.connect() as connection:
        list_id = connection.scalars(select(subscriptions.c.list_id)).first()
    second = plan_mailing(engine, editions={"en": make_edition()}, lists=[list_id or 0], site=SITE, now=NOW)
    assert first.digest == second.digest
    with engine.connect() as connection:
        assert len(set(connection.scalars(select(mailings.c.nonce)))) == 2
    engine.dispose()
