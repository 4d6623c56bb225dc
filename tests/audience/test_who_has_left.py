"""Nobody who has left elsewhere is taken in as confirmed: exports of other programs, columns that smell, file names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from composer.audience import (
    Answers,
    ImportReport,
    SubscriptionStatus,
    find_subscriber,
    import_subscribers,
    show_subscriber,
    unsubscribe,
)
from composer.audience.imports.export_formats import STATUS_COLUMNS
from composer.audience.imports.leaving_words import bare, may_tell_of_leaving, tells_of_leaving
from composer.audience.imports.survey import value_key
from composer.database import open_database
from composer.database.schema import tags
from composer.errors import AudienceError, ImportRefused, ImportUnclear

NOW = 1_700_000_000
LEFT, PENDING, CONFIRMED = SubscriptionStatus.UNSUBSCRIBED, SubscriptionStatus.PENDING, SubscriptionStatus.CONFIRMED


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """One engine is enough: what a file says is decided before the database is asked."""
    engine = open_database(f"sqlite:///{tmp_path / 'people.db'}")
    yield engine
    engine.dispose()


def bring_in(
    connection: Connection,
    text: str,
    *,
    file_name: str = "people.csv",
    answers: Answers | None = None,
    list_name: str = "members",
) -> ImportReport:
    return import_subscribers(
        connection,
        text.encode(),
        list_name=list_name,
        source=file_name,
        now=NOW,
        file_name=file_name,
        answers=answers,
        new_list=True,
    )


def status_of(connection: Connection, email: str, list_name: str = "members") -> str | None:
    try:
        record = show_subscriber(connection, email)
    except AudienceError:
        return None
    return next((one.status for one in record.subscriptions if one.list == list_name), None)


def tags_of(connection: Connection, email: str) -> set[str]:
    query = select(tags.c.tag).where(tags.c.subscriber_id == find_subscriber(connection, email))
    return set(connection.scalars(query))


def answers(column: str, **said: SubscriptionStatus) -> Answers:
    return Answers({bare(column): {value_key(value): status for value, status in said.items()}})


# One export of each program: its header and rows. An address begins with how it stands: confirmed, pending, left.
EXPORTS = {
    "Mailchimp, subscribed": (
        "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,LEID,NOTES,"
        "TAGS",
        [
            'c@x.test,C,2,,,2020-01-01 10:00:00,127.0.0.1,2020-01-01 10:00:00,1,,"""A"",""B"""',
            "c2@x.test,C,2,2020-01-01 10:00:00,,,,,2,,",
        ],
    ),
    "Mailchimp, unsubscribed": (
        "Email Address,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON",
        ["l@x.test,2020-02-02 10:00:00,Spring,NORMAL", "l2@x.test,2020-02-02 10:00:00,,"],
    ),
    "Mailchimp, cleaned": ("Email Address,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE", ["l@x.test,2020-02-02 10:00:00,Spring"]),
    "Ghost": (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers",
        [
            "1,c@x.test,C,,true,false,,2024-01-01T00:00:00.000Z,,,",
            "2,l@x.test,L,,false,true,,2024-01-01T00:00:00.000Z,,,",
        ],
    ),
    "Substack": (
        "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at",
        ["c@x.test,false,,,false,2023-01-01T00:00:00.000Z,", "l@x.test,true,,,true,2023-01-01T00:00:00.000Z,"],
    ),
    "Buttondown": (
        "id,email,notes,subscriber_type,creation_date,subscription_date,unsubscription_date,tags,metadata",
        [
            "1,c@x.test,,regular,2024-03-13,2024-03-13,,a;b,{'a': 'b'}",
            "2,p@x.test,,unactivated,2024-03-13,,,,",
            "3,l@x.test,,unsubscribed,2024-03-13,2024-03-13,2024-04-01,,",
            "4,l2@x.test,,complained,2024-03-13,2024-03-13,,,",
        ],
    ),
    "beehiiv": (
        "email,First Name,Last Name,status,tier,created_at,stripe_customer_id,unsubscribed_at",
        [
            "c@x.test,C,,active,free,2023-03-24 10:23:10 UTC,,",
            "l@x.test,L,,inactive,free,2023-03-24 10:23:10 UTC,,",
            "p@x.test,P,,validating,free,2023-03-24 10:23:10 UTC,,",
            "l2@x.test,L,,active,free,2023-03-24 10:23:10 UTC,,2023-04-01 10:00:00 UTC",
        ],
    ),
    "Kit": (
        "first_name,email,created_at,status,tags",
        [
            "C,c@x.test,2024-01-01,active,",
            "P,p@x.test,2024-01-01,inactive,",
            "L,l@x.test,2024-01-01,cancelled,",
            "L,l2@x.test,2024-01-01,bounced,",
        ],
    ),
    "listmonk": (
        "uuid,email,name,attributes,status,created_at,updated_at",
        [
            "u,c@x.test,C,{},enabled,2024-01-02 15:04:05 +0000 UTC,",
            "u,l@x.test,L,{},blocklisted,2024-01-02 15:04:05 +0000 UTC,",
            "u,l2@x.test,L,{},disabled,2024-01-02 15:04:05 +0000 UTC,",
        ],
    ),
    "Mailtrain": (
        "cid,status,HASH_EMAIL,EMAIL,MERGE_CITY",
        ["1,1,h,c@x.test,Nice", "2,2,h,l@x.test,", "3,complained,h,l2@x.test,"],
    ),
    "Keila": (
        "Email,First name,Last name,Data,Status,External ID",
        ["c@x.test,C,,{},active,", "l@x.test,L,,{},unreachable,"],
    ),
    "Brevo": (
        "CONTACT ID;EMAIL;LASTNAME;FIRSTNAME;EMAIL_BLACKLISTED;ADDED_TIME;MODIFIED_TIME",
        ["1;c@x.test;C;;false;01-02-2024;01-02-2024", "2;l@x.test;L;;true;01-02-2024;01-02-2024"],
    ),
    "Campaign Monitor": (
        "EmailAddress,Name,Date,State",
        ["c@x.test,C,2024-01-01,Active", "l@x.test,L,2024-01-01,Deleted", "p@x.test,P,2024-01-01,Unconfirmed"],
    ),
    "MailerLite": (
        "email,status,subscribed_at,opted_in_at,optin_ip,unsubscribed_at",
        ["c@x.test,active,2024-01-01 10:00:00,,,", "l@x.test,junk,2024-01-01 10:00:00,,,", "p@x.test,unconfirmed,,,,"],
    ),
    "Constant Contact": (
        "Email address,First name,Email status,Email permission status,Confirmed Opt-Out Date",
        [
            "c@x.test,C,Active,Express,",
            "l@x.test,L,Unsubscribed,Implied,2024-01-01",
            "p@x.test,P,Awaiting Confirmation,,",
            "p2@x.test,P,,,",
        ],
    ),
    "phpList": (
        "email\tconfirmed\tblacklisted\tList Membership",
        ["c@x.test\t1\t0\tA", "p@x.test\t0\t0\tA", "l@x.test\t1\t1\tA"],
    ),
    "MailPoet": (
        "email,first_name,list_status,global_status",
        ["c@x.test,C,subscribed,subscribed", "l@x.test,L,subscribed,unsubscribed", "p@x.test,P,unconfirmed,subscribed"],
    ),
    "CiviCRM": (
        "Contact ID,Email,Do Not Email,No Bulk Emails (User Opt Out)",
        ["1,c@x.test,No,No", "2,l@x.test,No,Yes", "3,l2@x.test,1,0"],
    ),
    "Squarespace": ("Email Address,First Name,Accepts Marketing", ["c@x.test,C,true", "l@x.test,L,false"]),
    "Shopify": ("First Name,Email,Accepts Email Marketing", ["C,c@x.test,yes", "L,l@x.test,no"]),
    "rapidmail": ("email,recipientlist_id,status", ["c@x.test,1,active", "p@x.test,1,new", "l@x.test,1,abused"]),
    "CleverReach": (
        "email,registered,activated,deactivated",
        ["c@x.test,2024-01-01,2024-01-01,", "p@x.test,2024-01-01,,", "l@x.test,2024-01-01,2024-01-01,2024-02-01"],
    ),
    "Salesforce": ("Subscriber Key,Email Address,Status", ["1,c@x.test,Active", "2,l@x.test,Held"]),
    "HubSpot": ("Record ID,Email,Unsubscribed from all email", ["1,c@x.test,false", "2,c2@x.test,", "3,l@x.test,true"]),
    "rasa.io": ("Email,Subscribed,Unsubscribe Reason", ["c@x.test,1,", "l@x.test,0,Bounce"]),
}
LETTERS = {"c": "confirmed", "p": "pending", "l": "unsubscribed"}


@pytest.mark.parametrize("program", EXPORTS)
def test_the_export_of_a_known_program_says_who_has_left(program: str, engine: Engine) -> None:
    header, rows = EXPORTS[program]
    with engine.begin() as connection:
        report = bring_in(connection, "\n".join([header, *rows]) + "\n")
        separator = ";" if ";" in header else "\t" if "\t" in header else ","
        emails = [cell for row in rows for cell in row.split(separator) if "@x.test" in cell]
        assert {email: status_of(connection, email) for email in emails} == {
            email: LETTERS[email[0]] for email in emails
        }
    assert report.added.total() == report.rows == len(rows)


def test_every_program_of_the_table_is_tried() -> None:
    tried = {name.partition(",")[0] for name in EXPORTS}
    assert {known.program for known in STATUS_COLUMNS} == tried


def test_a_value_that_a_known_program_does_not_have_is_asked_about(engine: Engine) -> None:
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(
            connection, "Email,Data,Status,External ID\na@x.test,{},active,\nb@x.test,{},ghosted,\nc@x.test,{},,\n"
        )
    assert [(one.column, one.values) for one in unclear.value.questions] == [("Status", (("ghosted", 1), ("", 1)))]


SMELLS = """
Unsubscribed       | no yes
Désabonné          | non oui
Abgemeldet am      | - 2020-01-01
Newsletter         | ja nein
bloqué             | 0 1
Opt-out            | false true
OptIn              | TRUE FALSE
status             | member left_us
Baja               | - 01/02/2020
Stato              | A C
gesperrt           | x -
Aktiv              | 1 0
Consent            | Y N
Mail               | Ja abgemeldet
wants_email        | 1 0
Bounces            | 0 3
Deleted?           | n y
spam report        | 0 1
Rundbrief          | nein ja
Uitgeschreven      | nee ja
Wypisany           | nie tak
退订                 | 否 是
Remarks            | ok unsubscribed
disabled           | False True
GDPR               | 1 0
Abo-Status         | 3 4
do_not_mail        | 0 1
Austritt           | - 31.12.2019
Former             | no yes
Keine E-Mail       | Nein Ja
unsubscribed_at    | - NULL
unsubscribed_at    | - 0000-00-00
State              | Active Gone
Leiratkozott       | - igen
Állapot            | aktív leiratkozott
Dezabonat          | nu da
Відписався         | - так
Atsisakė           | - taip
Loobunud           | - jah
Odjavljen          | ne da
Απεγγραφή          | - ναι
הוסר               | - 2020-01-01
لغو_اشتراک         | - بله
구독취소               | - 2020-01-01
상태                 | 활성 해지
メール配信              | 希望する 希望しない
Hủy_đăng_ký        | - có
Berhenti           | - ya
ยกเลิก             | - ใช่
सदस्यता_समाप्त     | - हाँ
Baixa              | - 2020-01-01
Afskráður          | - já
Kunngjøring        | Ja Nei
Nyhetsbrev         | På Av
Tila               | voimassa peruttu
Abgang             | - 2020-01-01
Emails             | granted denied
Result             | ok Lapsed
Team               | A LEFT
Frequency          | weekly never
Häufigkeit         | monatlich nie
Mitglied bis       | - 2021-12-31
"""


@pytest.mark.parametrize(
    ("column", "leaves"), [("Bulk Email", "Do Not Allow"), ("Comms", "not any more"), ("Answer", "does not want it")]
)
def test_a_choice_about_mail_is_asked_about(column: str, leaves: str, engine: Engine) -> None:
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(connection, f"email,{column}\nin@x.test,Allow\nout@x.test,{leaves}\n")
    assert [one.column for one in unclear.value.questions] == [column]


@pytest.mark.parametrize(
    ("column", "stays", "leaves"),
    [
        ("Post", "in", "out"),
        ("Letter", "ticked", "not ticked"),
        ("By post", "1", "0"),
        ("Unser Brief", "ja bitte", "bitte nicht"),
        ("Courrier", "coché", "vide"),
    ],
)
def test_two_values_below_a_name_of_post_are_asked_about(column: str, stays: str, leaves: str, engine: Engine) -> None:
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(connection, f"email,{column}\nin@x.test,{stays}\nout@x.test,{leaves}\n")
    assert [one.column for one in unclear.value.questions] == [column]


def test_parts_of_an_address_and_how_one_is_addressed_are_not_asked_about(engine: Engine) -> None:
    with engine.begin() as connection:
        rows = "a@x.test,SW1A,Nice,Dear,left hand\nb@x.test,N1,Rome,Hello,right hand\n"
        bring_in(connection, f"email,Post code,Post town,Letter greeting,Desk\n{rows}")


@pytest.mark.parametrize("row", SMELLS.strip().splitlines())
def test_a_column_that_smells_of_leaving_is_asked_about(row: str, engine: Engine) -> None:
    column, values = (part.strip() for part in row.split("|"))
    stays, leaves = ("" if one == "-" else one for one in values.split())
    text = f"e-mail address;Vorname;{column}\nin@x.test;A;{stays}\nout@x.test;B;{leaves}\n"
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(connection, text)
    assert [one.column for one in unclear.value.questions] == [column]
    with engine.begin() as connection:
        assert status_of(connection, "in@x.test") is None, "nobody is taken in"
        bring_in(connection, text, answers=answers(column, **{stays: CONFIRMED, leaves: LEFT}))
        assert status_of(connection, "in@x.test") == "confirmed"
        assert status_of(connection, "out@x.test") == "unsubscribed"


@pytest.mark.parametrize(
    "text",
    [
        "email,city,joined,birthday\na@x.test,Nice,2020-01-01,\nb@x.test,Rome,,1990-01-01\n",
        "email,estate,department,leftover\na@x.test,A,B,C\nb@x.test,,D,\n",
        "email,unsubscribed,bounced\na@x.test,,\nb@x.test,,\n",
        "email,member\na@x.test,yes\nb@x.test,yes\n",
        "email,subscribed_at\na@x.test,2020-01-01\nb@x.test,2021-01-01\n",
        "email,status\na@x.test,subscribed\nb@x.test,Active\n",
        "email,city,state,zip\na@x.test,Los Angeles,CA,1\nb@x.test,New York,NY,2\n",
        "email,role,interest\na@x.test,Mayor,Bicycles\nb@x.test,Head of Endings,Left-hand traffic\n",
        "email,e-mails opened,second e-mail\na@x.test,3,z@x.test\nb@x.test,5,y@x.test\n",
        "email,state,city\na@x.test,UT,Provo\nb@x.test,NY,Weg\n",
        "email,notes\na@x.test,see https://example.org/unsubscribe/1\nb@x.test,a performer and transformer\n",
    ],
)
def test_what_says_nothing_of_leaving_asks_nothing(text: str, engine: Engine) -> None:
    with engine.begin() as connection:
        assert bring_in(connection, text).added[CONFIRMED] == 2


MENTIONS = {
    "unsubscribed": ("Tags", "vip; unsubscribed", "vip"),
    "abgemeldet": ("Notizen", "hat sich am 3.4.2020 abgemeldet", "netter Mensch"),
    "former": ("Group", "Former members", "Members"),
    "ehemalige": ("Gruppe", "Ehemalige", "Aktive"),
    "unsubscribes": ("List", "Unsubscribes", "Main"),
    "opted out": ("Comment", "has opted out by phone", "called us"),
    "desabonne": ("Étiquettes", "presse, désabonné", "presse"),
    "keine mails": ("Bemerkung", "will keine Mails mehr", "netter Mensch"),
    "nicht mehr anschreiben": ("Bemerkung", "bitte nicht mehr anschreiben!", "schreibt selbst"),
    "ne souhaite plus recevoir": ("Remarque", "Elle ne souhaite plus recevoir la lettre", "souhaite venir"),
    "no longer wants": ("Note", "No longer wants our letters", "wants to come"),
    "no more newsletters": ("Note", "asked for no more newsletters", "no more sugar"),
    "remove me": ("Note", "“Please remove me!”", "please remind me"),
    "non vuole piu ricevere": ("Nota", "non vuole più ricevere nulla", "vuole venire"),
    "отписан": ("Заметки", "сам отписан", "друг"),
}


@pytest.mark.parametrize("word", MENTIONS)
@pytest.mark.parametrize("others", [1, 60])
def test_words_of_leaving_in_tags_and_notes_are_asked_about(word: str, others: int, engine: Engine) -> None:
    column, leaves, stays = MENTIONS[word]
    text = f"email,{column}\n" + "".join(f'in{n}@x.test,"{stays}, {n}"\n' for n in range(others))
    text += f'out@x.test,"{leaves}"\n'
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(connection, text)
    question = unclear.value.questions[0]
    assert (question.column, question.values, question.in_texts) == (column, ((word, 1),), True)
    with engine.begin() as connection:
        report = bring_in(connection, text, answers=answers(column, **{word: LEFT}))
        assert report.added == {CONFIRMED: others, LEFT: 1}
        if column == "Tags":
            assert tags_of(connection, "in0@x.test") == {stays, "0"}, "kept"
        else:
            assert next(iter(show_subscriber(connection, "in0@x.test").attributes.values())) == f"{stays}, 0", "kept"


def test_a_tag_that_says_unsubscribed_cannot_be_made_to_mean_another_thing(engine: Engine) -> None:
    text = 'email,tags\na@x.test,"vip, unsubscribed"\nb@x.test,unsubscribed\n'
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(connection, text)
    assert unclear.value.questions[0].certain
    with pytest.raises(ImportRefused, match="stay away"), engine.begin() as connection:
        bring_in(connection, text, answers=answers("tags", unsubscribed=CONFIRMED))


@pytest.mark.parametrize("column", ["Newsletter", "Rundbrief", "Mailing", "Contact allowed", "Infolettre"])
def test_one_answer_for_everybody_is_asked_about_where_it_says_who_is_written_to(column: str, engine: Engine) -> None:
    with pytest.raises(ImportUnclear), engine.begin() as connection:
        bring_in(connection, f"email,{column}\na@x.test,no\nb@x.test,no\n")


def test_the_name_of_a_file_is_asked_about_even_if_its_columns_are_explained(engine: Engine) -> None:
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(
            connection,
            "email,Einwilligung\na@x.test,ja\n",
            file_name="ehemalige.csv",
            answers=answers("Einwilligung", ja=CONFIRMED),
        )
    assert unclear.value.file_name == "ehemalige.csv"


def test_a_time_that_is_none_late_in_a_file_rejects_that_row_alone(engine: Engine) -> None:
    rows = "".join(f"p{n}@x.test,2020-01-{n % 28 + 1:02d} 10:{n:02d}:00\n" for n in range(50))
    with engine.begin() as connection:
        report = bring_in(connection, f"email,unsubscribed_at\n{rows}a@x.test,\nb@x.test,NULL\n")
    assert (report.added, [row.line for row in report.rejected]) == ({LEFT: 50, CONFIRMED: 1}, [53])


@pytest.mark.parametrize(("header", "named"), [("", "column 2"), ("?", "?"), ("Opt=In", "Opt In")])
def test_a_column_with_an_odd_name_can_be_answered(header: str, named: str, engine: Engine) -> None:
    text = f"email,{header},city\na@x.test,yes,Nice\nb@x.test,no,Nice\n"
    with pytest.raises(ImportUnclear), engine.begin() as connection:
        bring_in(connection, text)
    given = Answers({value_key(named): {"yes": CONFIRMED, "no": LEFT}})
    with engine.begin() as connection:
        assert bring_in(connection, text, answers=given).added == {CONFIRMED: 1, LEFT: 1}


def test_all_questions_are_put_at_once_and_a_column_can_be_set_aside(engine: Engine) -> None:
    text = "email,vegetarian,blocked\na@x.test,yes,no\nb@x.test,no,yes\n"
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(connection, text)
    assert [one.column for one in unclear.value.questions] == ["vegetarian", "blocked"]
    said = answers("blocked", no=CONFIRMED, yes=LEFT)
    with engine.begin() as connection:
        bring_in(connection, text, answers=Answers(said.values, frozenset({"vegetarian"})))
        assert show_subscriber(connection, "a@x.test").attributes == {"vegetarian": "yes"}
        assert status_of(connection, "b@x.test") == "unsubscribed"


def test_who_has_left_in_words_is_not_made_to_stay_by_any_answer(engine: Engine) -> None:
    text = "email,status\na@x.test,unsubscribed\n"
    for given in (answers("status", unsubscribed=CONFIRMED), Answers(ignored=frozenset({"status"}))):
        with pytest.raises(ImportRefused, match="“unsubscribed” of somebody"), engine.begin() as connection:
            bring_in(connection, text, answers=given)


def test_a_star_answers_for_all_other_values(engine: Engine) -> None:
    rows = "".join(f"p{n}@x.test,{2000 + n}-01-01\n" for n in range(60))
    given = Answers({"abgemeldetam": {"*": LEFT, "": CONFIRMED}})
    with engine.begin() as connection:
        report = bring_in(connection, f"email,Abgemeldet am\n{rows}a@x.test,\n", answers=given)
    assert report.added == {LEFT: 60, CONFIRMED: 1}


def test_an_answer_about_no_column_is_told_with_the_nearest(engine: Engine) -> None:
    with pytest.raises(ImportRefused, match="did you mean “Blocked”"), engine.begin() as connection:
        bring_in(connection, "email,Blocked\na@x.test,no\n", answers=answers("bloked", no=CONFIRMED))


@pytest.mark.parametrize("name", ["unsubscribed_members_export_ab12.csv", "cleaned_email_audience_export_1.csv",
                                  "nonsubscribed_segment_export_x.csv", "unsubscribed_export.csv"])  # fmt: skip
def test_the_name_of_a_mailchimp_file_says_that_everybody_has_left(name: str, engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, "Email Address,First Name\nl@x.test,L\n", file_name=name)
        assert (report.added, status_of(connection, "l@x.test")) == ({LEFT: 1}, "unsubscribed")


SMELLING_FILES = (
    "unsubscribed.csv",
    "Abgemeldete 2024.csv",
    "désabonnés.csv",
    "bounces.csv",
    "optouts.csv",
    "suppression-list.csv",
    "leavers.csv",
    "cleaned.csv",
    "bajas.csv",
    "Spam_Complaints.csv",
)


@pytest.mark.parametrize("name", SMELLING_FILES)
def test_a_file_name_that_smells_of_leaving_is_asked_about(name: str, engine: Engine) -> None:
    text = "email,first_name\na@x.test,A\n"
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(connection, text, file_name=name)
    assert unclear.value.file_name == name
    with engine.begin() as connection:
        report = bring_in(connection, text, file_name=name, answers=Answers(everybody=LEFT))
        assert report.added == {LEFT: 1}


@pytest.mark.parametrize(
    "name", ["subscribers.csv", "subscribed_email_audience_export_1.csv", "active members.csv", "aktiv.csv"]
)
def test_a_file_of_subscribers_is_not_asked_about(name: str, engine: Engine) -> None:
    assert not tells_of_leaving(name.removesuffix(".csv"))
    with engine.begin() as connection:
        assert bring_in(connection, "email\na@x.test\n", file_name=name).added == {CONFIRMED: 1}


def test_of_several_rows_the_strictest_counts_even_one_that_is_rejected(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(
            connection,
            "email,status,language\na@x.test,confirmed,\nb@x.test,confirmed,\nA@x.test,unsubscribed,\n"
            "b@x.test,pending,Klingonese\n",
        )
        assert (status_of(connection, "a@x.test"), status_of(connection, "b@x.test")) == ("unsubscribed", "pending")
    assert report.added == {LEFT: 1, PENDING: 1}
    assert [row.reason for row in report.skipped] == ["duplicate of line 2"]


def test_who_leaves_by_a_row_with_other_mistakes_has_left_all_the_same(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, "email\na@x.test\n")
        report = bring_in(connection, "email,status,language,first_name\na@x.test,unsubscribed,Klingonese,\x07\n")
        assert [(row.line, row.email) for row in report.left] == [(2, "a@x.test")]
        assert status_of(connection, "a@x.test") == "unsubscribed"


def test_who_has_left_another_list_is_not_taken_onto_a_new_one(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, "email\na@x.test\nb@x.test\n")
        gone = find_subscriber(connection, "a@x.test")
        unsubscribe(connection, subscriber=gone, lists=None, source="click", now=NOW)
        report = bring_in(connection, "email\na@x.test\nb@x.test\n", list_name="press")
        assert [(row.line, row.email, row.reason) for row in report.skipped] == [(2, "a@x.test", "left another list")]
        assert (status_of(connection, "a@x.test", "press"), status_of(connection, "b@x.test", "press")) == (
            None,
            "confirmed",
        )


def test_a_list_that_is_not_there_is_made_only_on_a_plain_word(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, "email\na@x.test\n")
        for name, said in (
            ("membrs", "Did you mean “members”"),
            ("Members", "Did you mean “members”"),
            ("zzz", "members"),
        ):
            with pytest.raises(AudienceError, match=said):
                import_subscribers(connection, b"email\nb@x.test\n", list_name=name, source="x", now=NOW)


def test_every_row_is_counted_once_by_what_happened(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, "email,first_name\nold@x.test,Old\ngone@x.test,Gone\nsame@x.test,Same\n")
        report = bring_in(
            connection,
            "email,first_name,status\nold@x.test,New,\ngone@x.test,,unsubscribed\nsame@x.test,Same,confirmed\n"
            "a@x.test,,confirmed\nb@x.test,,pending\nc@x.test,,unsubscribed\nno,,confirmed\na@x.test,,confirmed\n",
            answers=Answers({"status": {"": CONFIRMED}}),
        )
    counts = report.counts()
    assert counts == {
        "added": 1, "added_pending": 1, "added_unsubscribed": 1, "left": 1, "updated": 1, "unchanged": 1,
        "skipped": 1, "rejected": 1,
    }  # fmt: skip
    assert sum(counts.values()) == report.rows == 8


SPELLINGS = (
    "Abbestellt",
    "Date de désinscription",
    "Fecha de baja",
    "OptOut",
    "opt_in",
    "UNSUBSCRIBED",
    "E-Mail gesperrt",
    "isActive",
    "is_blocked",
    "Отписан",
)


@pytest.mark.parametrize("name", SPELLINGS)
def test_names_are_known_in_many_spellings(name: str) -> None:
    assert may_tell_of_leaving(name)
