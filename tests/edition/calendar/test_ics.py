"""Calendar files: right in every zone, known again when something changes, read alike by other makers' parsers."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import ics
import pytest
import vobject

from composer import shipped
from composer.edition import Edition, build_edition, dump_edition, restore_edition
from composer.edition.calendar.ics import Published, follow_published
from composer.edition.calendar.timezones import vtimezone
from composer.edition.event import CalendarEvent
from composer.issue import load_issue
from tests.support.authoring import NEWSLETTER, issue_of, write_issue
from tests.support.editions import build, read_as
from tests.support.node import npm_package, run_script

GOLDEN = Path(__file__).parents[1] / "golden" / "spring.ics"

AGENDA = """\
- block: agenda
  id: agenda
  title: In April
  entries:
    - date: 2020-04-07
      time: "11:00"
      end_time: "12:30"
      kicker: PRACTICIES
      title: Two presentations, one debate
      language: fr
      place: "Nice, Palais; room 3"
      body: |
        With *many* [guests](https://example.org/guests).
      sessions:
        - time: "11:00"
          title: Newscraft
          speaker: Maria Lozano
          sessions:
            - title: A serious game
      link: {label: Register, url: "https://example.org/toolbox"}
    - date: 2020-04-15
      title: Open day
- block: events
  title: Dates
  events:
    - date: 2020-04-07
      title: Presentations
      link: {label: More, url: "https://example.org/toolbox"}
    - date: 2020-11-25
      until: 2020-11-27
      title: Conference
      place: Nice
"""


def event(edition: Edition, summary: str) -> CalendarEvent:
    return next(event for event in edition.events if event.summary.endswith(summary))


def whole_file(edition: Edition) -> bytes:
    return next(asset.content for asset in edition.assets if asset.name == f"{edition.issue}.ics")


def agenda(*entries: str) -> str:
    lines = "\n".join(f"    - {{{entry}}}" for entry in entries)
    return f"- block: agenda\n  title: Dates\n  entries:\n{lines}"


def sent(edition: Edition, issue: str | None = None) -> dict[str, Published]:
    return {event.uid: Published(issue or edition.issue, event) for event in edition.events}


@pytest.fixture
def spring(tmp_path: Path) -> Edition:
    return build(tmp_path, AGENDA)


def test_the_file_is_as_it_was_looked_at(spring: Edition) -> None:
    assert whole_file(spring).decode().replace("\r\n", "\n") == GOLDEN.read_text(encoding="utf-8")


def test_lines_are_folded_and_end_as_the_standard_wants(spring: Edition) -> None:
    for asset in spring.assets:
        lines = asset.content.split(b"\r\n")
        assert lines[-1] == b""
        assert b"\n" not in b"".join(lines)
        assert max(map(len, lines)) <= 75


def test_an_event_told_of_twice_is_one_event_and_the_agenda_speaks_for_it(spring: Edition) -> None:
    assert [event.summary for event in spring.events] == [
        "PRACTICIES – Two presentations, one debate",
        "Open day",
        "Conference",
    ]


def test_days_end_on_the_day_after_and_do_not_make_their_reader_busy(spring: Edition) -> None:
    conference = event(spring, "Conference")
    assert (conference.starts, conference.ends) == (dt.date(2020, 11, 25), dt.date(2020, 11, 28))
    one_day = event(spring, "Open day")
    assert (one_day.starts, one_day.ends) == (dt.date(2020, 4, 15), dt.date(2020, 4, 16))
    components = {str(found["SUMMARY"]): found for found in icalendar.Calendar.from_ical(whole_file(spring)).events}
    assert components["Conference"]["TRANSP"] == "TRANSPARENT"
    assert "TRANSP" not in components["PRACTICIES – Two presentations, one debate"]


def test_the_programme_is_in_the_description_as_one_reads_it(spring: Edition) -> None:
    assert event(spring, "one debate").description == (
        "In French\n\nWith many guests [1].\n\n[1] https://example.org/guests\n\n"
        "• 11:00 – Newscraft\n  Maria Lozano\n  • A serious game\n\nRegister: https://example.org/toolbox"
    )


# --- other makers' parsers ----------------------------------------------------------------------------------


def expected_times(edition: Edition) -> dict[str, tuple[str, str]]:
    """UID → start and end, days as they are and times in UTC."""
    return {
        event.uid: (_instant(event.starts, event.zone), _instant(event.ends, event.zone)) for event in edition.events
    }


def _instant(moment: dt.date | dt.datetime | None, zone: str = "") -> str:
    if not isinstance(moment, dt.datetime):
        return "" if moment is None else moment.isoformat()
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return aware.astimezone(dt.UTC).isoformat()


def around_the_world() -> str:
    """The hours around changes of the clocks, in zones that change at other times, half hours, or never."""
    return agenda(
        'date: 2020-03-29, time: "01:30", end_time: "03:30", timezone: Europe/Paris, title: Spring in Paris',
        'date: 2020-10-24, time: "23:30", until: 2020-10-25, end_time: "04:00", timezone: Europe/Paris, title: Autumn',
        'date: 2020-03-08, time: "01:45", end_time: "03:15", timezone: America/New_York, title: Spring in New York',
        'date: 2020-06-01, time: "09:00", end_time: "10:00", timezone: Asia/Kolkata, title: Kolkata',
        'date: 2020-10-04, time: "01:30", end_time: "03:30", timezone: Australia/Lord_Howe, title: Half an hour',
        'date: 2020-07-01, time: "09:00", end_time: "10:00", timezone: Europe/Dublin, title: Irish summer',
        'date: 2020-05-01, time: "09:00", end_time: "10:00", timezone: UTC, title: Everywhere',
        "date: 2020-05-02, title: All day",
    )


@pytest.fixture(params=["spring", "world", "hostile"])
def read_by_others(request: pytest.FixtureRequest, tmp_path: Path) -> Edition:
    blocks = {
        "spring": AGENDA,
        "world": around_the_world(),
        "hostile": agenda(
            'date: 2020-04-07, title: "BEGIN:VEVENT; a\\\\b: \\"c\\"", place: "x;y,z", body: "END:VCALENDAR 木 🌳"',
            'date: 2020-04-08, title: "' + "é" * 200 + '"',
        ),
    }
    return build(tmp_path, blocks[request.param])


def test_vobject_reads_the_same_times(read_by_others: Edition) -> None:
    calendar = vobject.readOne(whole_file(read_by_others).decode())
    found = {
        one.uid.value: (_instant(one.dtstart.value), _instant(one.dtend.value) if hasattr(one, "dtend") else "")
        for one in calendar.vevent_list
    }
    assert found == expected_times(read_by_others)
    summaries = {one.uid.value: one.summary.value for one in calendar.vevent_list}
    assert summaries == {event.uid: event.summary for event in read_by_others.events}


def test_ics_of_pypi_reads_the_same_events(read_by_others: Edition) -> None:
    calendar = ics.Calendar(whole_file(read_by_others).decode())
    assert {one.uid: (one.name, one.description or "", one.location or "") for one in calendar.events} == {
        event.uid: (event.summary, event.description, event.location) for event in read_by_others.events
    }
    starts = {
        one.uid: "" if one.all_day else one.begin.datetime.astimezone(dt.UTC).isoformat() for one in calendar.events
    }
    assert starts == {
        event.uid: "" if event.is_all_day else _instant(event.starts, event.zone) for event in read_by_others.events
    }


def test_ical_js_of_npm_reads_the_same_times_from_our_time_zones(read_by_others: Edition, ical_js: Path) -> None:
    script = Path(__file__).with_name("read_calendar.mjs")
    read = json.loads(run_script(script, ical_js, whole_file(read_by_others)))
    assert {one["uid"]: (one["start"], one["end"]) for one in read} == {
        uid: (start, end or start) for uid, (start, end) in expected_times(read_by_others).items()
    }
    assert {one["uid"]: one["summary"] for one in read} == {e.uid: e.summary for e in read_by_others.events}


@pytest.fixture(scope="module")
def ical_js(request: pytest.FixtureRequest) -> Path:
    """npm's ical.js, fetched once into pytest's cache."""
    folder = npm_package(request.config, "ical.js", "2.2.1")
    return folder / "node_modules" / "ical.js" / "dist" / "ical.js"


def test_summer_time_begins_when_the_old_clock_says_so() -> None:
    table = icalendar.Timezone.from_ical(vtimezone("Europe/Paris", first_year=2020, last_year=2020))
    starts = [(part.name, part["DTSTART"].dt) for part in table.subcomponents]
    assert starts == [
        ("STANDARD", dt.datetime(2020, 1, 1)),
        ("DAYLIGHT", dt.datetime(2020, 3, 29, 2)),
        ("STANDARD", dt.datetime(2020, 10, 25, 3)),
    ]


# --- UIDs ---------------------------------------------------------------------------------------------------

WEBINAR = 'date: 2020-04-03, title: Webinar, link: {label: More, url: "https://example.org/w"}'
TALK = "date: 2020-04-04, title: A talk"


def uids(folder: Path, *entries: str) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    return {event.summary: event.uid for event in build(folder, agenda(*entries)).events}


def test_order_does_not_matter(tmp_path: Path) -> None:
    assert uids(tmp_path / "a", WEBINAR, TALK) == uids(tmp_path / "b", TALK, WEBINAR)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (WEBINAR, WEBINAR.replace("Webinar", "An online seminar")),
        (WEBINAR, WEBINAR.replace("04-03", "05-09")),
        (TALK, TALK.replace("04-04", "05-09")),
        (TALK, TALK.replace("A talk", "a TALK!")),
        (f"uid: talk, {TALK}", "uid: talk, date: 2021-01-01, title: Something else"),
    ],
)
def test_an_event_stays_the_same_when(before: str, after: str, tmp_path: Path) -> None:
    assert list(uids(tmp_path / "a", before).values()) == list(uids(tmp_path / "b", after).values())


def test_events_that_share_a_link_are_told_apart_by_their_words(tmp_path: Path) -> None:
    other = WEBINAR.replace("Webinar", "Another").replace("04-03", "04-10")
    assert len(set(uids(tmp_path / "a", WEBINAR, other).values())) == 2


def test_events_of_the_same_words_are_told_apart_by_their_days(tmp_path: Path) -> None:
    edition = build(tmp_path, agenda(TALK, TALK.replace("04-04", "04-11")))
    assert len({event.uid for event in edition.events}) == 2
    assert len({event.file for event in edition.events}) == 2


def test_a_row_speaks_of_the_event_that_has_a_name_if_link_and_day_are_the_same(tmp_path: Path) -> None:
    row = f"- block: events\n  title: All\n  events:\n    - {{{WEBINAR}}}"
    edition = build(tmp_path, agenda(f"uid: webinar, {WEBINAR}") + "\n" + row)
    assert len(edition.events) == 1
    assert read_as(edition.html).count("Add to calendar") == 1


def test_the_same_words_on_other_days_in_other_lists_are_other_events(tmp_path: Path) -> None:
    rows = (
        f"- block: events\n  title: All\n  events:\n    - {{date: 2020-04-0{day}, title: Office hours}}"
        for day in (1, 2, 3, 3)
    )
    edition = build(tmp_path, "\n".join(rows))
    assert [event.starts.day for event in edition.events] == [1, 2, 3]


def test_the_authors_own_name_is_the_same_in_all_issues_and_others_are_not(tmp_path: Path) -> None:
    def in_issue(slug: str, entry: str) -> str:
        folder = write_issue(tmp_path / slug, issue_of(agenda(entry)))
        renamed = folder.rename(folder.with_name(slug))
        return build_edition(load_issue(renamed)).events[0].uid

    assert in_issue("march", f"uid: talk, {TALK}") == in_issue("april", f"uid: talk, {TALK}")
    assert in_issue("may", TALK) != in_issue("june", TALK)


def test_all_languages_have_the_same_uids(tmp_path: Path) -> None:
    french = """\
        subject: Printemps
        blocks:
          - title: Dates
            entries:
              - title: Un webinaire
                link: {label: Plus, url: "https://example.org/fr/w"}
              - title: Un exposé
        """
    issue = load_issue(write_issue(tmp_path, issue_of(agenda(WEBINAR, TALK)), files={"issue.fr.yaml": french}))
    english, translated = (build_edition(issue, language=language) for language in ("en", "fr"))
    assert [event.uid for event in english.events] == [event.uid for event in translated.events]
    assert [event.summary for event in translated.events] == ["Un webinaire", "Un exposé"]


# --- what was sent before -----------------------------------------------------------------------------------


def after(folder: Path, before: Sequence[str], now: Sequence[str], *, issue: str | None = None) -> list[CalendarEvent]:
    """The events of an edition with the entries ``now``, carried on from one with the entries ``before``."""
    (folder / "before").mkdir()
    (folder / "now").mkdir()
    published = sent(build(folder / "before", agenda(*before)), issue)
    return list(follow_published(build(folder / "now", agenda(*now)), published).events)


def test_a_date_that_moved_has_the_next_sequence(tmp_path: Path) -> None:
    webinar, talk = after(tmp_path, [WEBINAR, TALK], [WEBINAR.replace("04-03", "04-17"), TALK])
    assert (webinar.sequence, webinar.starts, webinar.cancelled) == (1, dt.date(2020, 4, 17), False)
    assert talk.sequence == 0


def test_an_event_that_is_gone_is_cancelled(tmp_path: Path) -> None:
    webinar, talk = after(tmp_path, [WEBINAR, TALK], [WEBINAR])
    assert (webinar.sequence, webinar.cancelled) == (0, False)
    assert (talk.summary, talk.sequence, talk.cancelled) == ("A talk", 1, True)


def test_an_event_that_was_only_reworded_keeps_its_uid(tmp_path: Path) -> None:
    (tmp_path / "uids").mkdir()
    (old,) = uids(tmp_path / "uids", TALK).values()
    (talk,) = after(tmp_path, [TALK], [TALK.replace("A talk", "Words with a guest")])
    assert (talk.uid, talk.summary, talk.sequence, talk.cancelled) == (old, "Words with a guest", 1, False)


def test_what_an_earlier_issue_announced_is_not_cancelled_but_its_named_events_carry_on(tmp_path: Path) -> None:
    named = f"uid: talk, {TALK}"
    events = after(tmp_path, [named, WEBINAR], [named.replace("04-04", "05-05")], issue="an-earlier-issue")
    assert [(event.sequence, event.cancelled) for event in events] == [(1, False)]


def test_a_cancellation_is_repeated_and_a_return_undoes_it(tmp_path: Path) -> None:
    both, one = build(tmp_path, agenda(WEBINAR, TALK)), build(tmp_path, agenda(WEBINAR))
    cancelled = follow_published(one, sent(both))
    again = follow_published(one, sent(cancelled))
    assert again.events == cancelled.events
    back = follow_published(both, sent(again))
    assert [(event.sequence, event.cancelled) for event in back.events] == [(0, False), (2, False)]


def test_what_is_over_is_not_cancelled(tmp_path: Path) -> None:
    past = build(tmp_path, agenda(WEBINAR, "date: 2020-03-01, title: Long ago"))
    assert len(follow_published(build(tmp_path, agenda(WEBINAR)), sent(past)).events) == 1


def test_other_parsers_see_the_cancellation(tmp_path: Path) -> None:
    both, one = build(tmp_path, agenda(WEBINAR, TALK)), build(tmp_path, agenda(WEBINAR))
    edition = follow_published(one, sent(both))
    calendar = vobject.readOne(whole_file(edition).decode())
    assert {e.summary.value: (e.status.value, e.sequence.value) for e in calendar.vevent_list} == {
        "Webinar": ("CONFIRMED", "0"),
        "A talk": ("CANCELLED", "1"),
    }
    assert not any("a-talk" in asset.name for asset in edition.assets)


# --- how readers get them -----------------------------------------------------------------------------------

CHOICE = "subject: Spring\npreheader: Dates\ndate: 2020-03-31\ncalendar: {}\n"


def test_linked_each_event_has_one_link(spring: Edition) -> None:
    for segments in (spring.html, spring.text, spring.web_html):
        words = read_as(segments)
        assert [words.count(event.file) for event in spring.events] == [1, 1, 1]
        assert words.count("Add to calendar") == 3
    assert {asset.name for asset in spring.assets} == {"spring.ics", *(event.file for event in spring.events)}
    assert spring.attachments == ()


def test_attached_the_whole_file_goes_along(tmp_path: Path) -> None:
    edition = build(tmp_path, AGENDA, head=CHOICE.format("attach"))
    assert [asset.name for asset in edition.attachments] == ["spring.ics"]


@pytest.mark.parametrize(
    ("choice", "file", "titles"),
    [
        ("attach", "spring.ics", {"Webinar", "A talk"}),
        ("link", "spring-cancelled.ics", {"A talk"}),
    ],
)
def test_a_cancellation_goes_along_however_dates_are_told(
    choice: str, file: str, titles: set[str], tmp_path: Path
) -> None:
    both = build(tmp_path, agenda(WEBINAR, TALK), head=CHOICE.format(choice))
    one = build(tmp_path, agenda(WEBINAR), head=CHOICE.format(choice))
    (attached,) = follow_published(one, sent(both)).attachments
    assert attached.name == file
    assert {str(found["SUMMARY"]) for found in icalendar.Calendar.from_ical(attached.content).events} == titles


def test_none_leaves_no_trace(tmp_path: Path) -> None:
    edition = build(tmp_path, AGENDA, head=CHOICE.format("none"))
    assert edition.assets == ()
    assert "calendar/" not in read_as(edition.html) + read_as(edition.text) + read_as(edition.web_html)
    assert follow_published(edition, sent(edition)) == edition


def test_an_event_for_some_readers_is_linked_for_them_and_told_to_nobody_else(tmp_path: Path) -> None:
    blocks = AGENDA.replace("- block: events", "- block: events\n  show_if: subscriber.city == 'Nice'")
    edition = build(tmp_path, blocks)
    assert "Conference" not in whole_file(edition).decode()
    assert event(edition, "Conference").file in read_as(edition.html, city="Nice")
    assert "Conference" not in read_as(edition.web_html)


def test_nothing_of_a_reader_is_in_a_file(tmp_path: Path) -> None:
    edition = build(
        tmp_path,
        agenda(
            "date: 2020-04-03, title: 'Meet {{ subscriber.city | default(\"us\") }}', "
            'body: "Dear {{ subscriber.first_name | default("reader") }}", '.replace('("reader")', "('reader')")
            + 'link: {label: Go, url: "https://example.org/?c={{ subscriber.city }}"}'
        ),
    )
    (met,) = edition.events
    assert (met.summary, met.url) == ("Meet us", "")
    assert met.description.startswith("Dear reader")


# --- sameness -----------------------------------------------------------------------------------------------


def test_editions_with_events_are_kept_without_loss(spring: Edition) -> None:
    moved = replace(spring, events=(replace(spring.events[0], sequence=3, cancelled=True), *spring.events[1:]))
    for edition in (spring, moved):
        restored = restore_edition(dump_edition(edition), edition.assets)
        assert restored == edition
        assert restored.digest == edition.digest


def test_another_process_writes_the_same_bytes(spring: Edition, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from composer.issue import load_issue\n"
        "from composer.edition import build_edition\n"
        f"print(build_edition(load_issue(Path({str(tmp_path / 'issues' / 'spring')!r}))).digest)"
    )
    own = build_edition(load_issue(tmp_path / "issues" / "spring"), templates=(shipped.TEMPLATES,)).digest
    for seed in ("0", "1"):
        run = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
            capture_output=True,
            check=True,
        )
        assert run.stdout.decode().strip() == own


def test_zones_of_the_newsletter_hold_where_an_entry_says_none(tmp_path: Path) -> None:
    edition = build(
        tmp_path,
        agenda('date: 2020-04-07, time: "09:00", title: Early'),
        newsletter=NEWSLETTER.replace("Europe/Paris", "America/Lima"),
    )
    assert b"TZID=America/Lima:20200407T090000" in whole_file(edition)


def test_three_days_of_eight_hours_are_no_bar_of_56(tmp_path: Path) -> None:
    workshop = "date: 2020-03-27, until: 2020-03-30, time: 9:00, end_time: 17:00, title: Workshop"
    edition = build(tmp_path, agenda(workshop))
    (found,) = icalendar.Calendar.from_ical(whole_file(edition)).events
    assert found.duration == dt.timedelta(hours=8)
    assert found["RRULE"].to_ical() == b"FREQ=DAILY;COUNT=4"
    # Summer time begins on the 29th: it stays nine o'clock.
    days = vobject.readOne(whole_file(edition).decode()).vevent.getrruleset(addRDate=True)
    assert [(day.day, day.hour) for day in days] == [(27, 9), (28, 9), (29, 9), (30, 9)]
    assert "09:00–17:00 CET daily" in "".join(map(str, edition.text))
    linked = "".join(map(str, edition.web_html))
    assert '"startDate":"2020-03-27"' in linked
    assert '"endDate":"2020-03-30"' in linked
    assert '"repeatCount":4' in linked
    (ours,) = edition.events
    assert CalendarEvent.from_plain(ours.as_plain()) == ours


def test_when_several_days_begin_and_not_end_is_told_in_words(tmp_path: Path) -> None:
    edition = build(tmp_path, agenda("date: 2020-11-25, until: 2020-11-27, time: 14:00, title: Conference"))
    (found,) = edition.events
    assert (found.starts, found.ends) == (dt.date(2020, 11, 25), dt.date(2020, 11, 28))
    assert found.description == "14:00 CET"


def test_a_night_ends_on_the_day_after(tmp_path: Path) -> None:
    (found,) = build(tmp_path, agenda("date: 2020-12-08, time: 22:00, end_time: 02:00, title: Concert")).events
    assert (found.ends, found.days) == (dt.datetime(2020, 12, 9, 2), 1)


def test_a_row_of_an_events_list_has_hours_and_a_zone(tmp_path: Path) -> None:
    row = "{date: 2020-12-08, time: 18:00, end_time: 20:00, timezone: Asia/Tokyo, title: Concert, place: Nara}"
    edition = build(tmp_path, f"- block: events\n  title: Dates\n  events:\n    - {row}\n")
    (found,) = edition.events
    assert (found.starts, found.ends, found.zone) == (
        dt.datetime(2020, 12, 8, 18), dt.datetime(2020, 12, 8, 20), "Asia/Tokyo",
    )  # fmt: skip
    for words in ("".join(map(str, edition.text)), "".join(map(str, edition.html))):
        assert "18:00–20:00 JST" in words or "18:00–20:00 UTC+09:00" in words
