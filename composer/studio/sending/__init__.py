"""The studio's interface for sending: test mails, people, plan, last page, send, progress, history. JSON in snake_case.

Every change is a POST, and passes ``studio/session.py`` as all others do (header ``x-studio-token``). Every step is a
function of ``composer/workflow``, the command line's too. Times are ISO 8601 in UTC. An error is answered with::

    {"detail": words, "remedy": null | "approve", "remedy_words": "A second person has to …", "mailing": null | 3}
    404 what is named is not there   409 it cannot be done as things stand   422 what was given cannot be read

``remedy`` is the name of a ``Remedy`` in small letters: the button to offer. ``-`` below: no body.

Test mail ::

    POST /api/sending/issues/{slug}/test
         {"to": ["ana@example.org"], "languages": ["en"] | [], "subject": "A",
          "reader": {"kind": "sample", "key": "full"} | {"kind": "typed", "values": {"first_name": "Zoë"}}
                    | {"kind": "subscriber", "email": "ben@example.org"}}
      →  {"answers": [{"language", "to", "relay", "is_accepted", "phase", "words"}]}

People ::

    GET  /api/sending/lists        → {"has_database", "lists": [{"id", "name", "title", "confirmed", "pending",
                                      "unsubscribed"}]}
    GET  /api/sending/people?list=&status=&search=&offset=&limit=
      →  {"total", "people": [{"id", "email", "first_name", "last_name", "language", "lists"}]}
    GET  /api/sending/person?email=            → all that is known and was sent: PersonReport of people_models.py
    POST /api/sending/people      {"email", "list", "new_list", "first_name", "last_name", "language", "fields": {},
                                   "source", "asked_anew"}                    → {"fate": "added", "has_effect": true}
    POST /api/sending/people/leave   {"email", "list": null | name, "source"} → {"left": true}

    POST /api/sending/files?name=people.csv   the bytes
      →  {"file", "name", "encoding", "separator", "choices": [field],
          "columns": [{"number", "header", "goes_to", "values": []}], "proposed": {header: "email"}}
    POST /api/sending/files/{file}/dry-run
         {"list", "new_list", "source", "encoding": null, "columns": {header: field}, "ignored": [header],
          "values": {header: {value: "left"|"pending"|"subscribed"}}, "everybody": null | "left" …}
      →  {"seen": "", "questions": [{"column", "values": [[value, rows]], "more_values", "certain", "in_texts"}],
          "asks_of_file_name": "left.csv" | "", "report": null | ImportOutcome}      a question: nothing else is told
    POST /api/sending/files/{file}/import     the same and "seen": that of the dry run   → {"report": …}
    GET  /api/sending/files/{file}/rejected.csv          the rows that were left out by the last of these

Plan, last page, send ::

    GET  /api/sending/issues/{slug}/who?list=
      →  {"lists": those that the issue or the newsletter names, "unknown": [], "people": on the lists asked about,
          "segments": [{"name", "condition", "words", "people"}], "relays": []}
    POST /api/sending/issues/{slug}/plan  {"lists": [], "segment": null | name, "relays": [], "allow": [],
                                           "again": false, "only_missing": false}
      →  {"mailing", "issue", "digest", "planned", "excluded": {reason: n}, "editions": {"en": n}, "replaces": [],
          "unsendable": [words], "subject_test": {}, "dates": {}}                    lists []: those the issue names
    GET  /api/sending/mailings/{n}/recipients?state=&search=&after=&limit=  → {"recipients": […], "next": null | after}
    GET  /api/sending/mailings/{n}/left-out?reason=&search=&after=&limit=   → {"left_out": […], "next": null | after}
    POST /api/sending/mailings/{n}/time   {"at": "2026-12-01T09:00:00+01:00" | "09:00" | "now"}  → {"send_at": …}
    POST /api/sending/mailings/{n}/approve    {"by", "digest"}                → {"by", "digest"}
    GET  /api/sending/mailings/{n}/last-page                                  → LastPageReport of mailing_models.py
    POST /api/sending/mailings/{n}/send   {"seen": from the last page, "confirmed": false, "believes_refusals": false}
      →  {"has_begun": true, "is_at_it": true}     false: a process is at it already, and nothing was begun twice

Progress, decisions, history ::

    GET  /api/sending/mailings                           → {"mailings": [StatusReport]}           the newest first
    GET  /api/sending/mailings/{n}                       → MailingReport: status, sentences, people, providers
    GET  /api/sending/mailings/{n}/progress              server-sent: ``progress`` with a ProgressReport each second,
                                                         ``end`` when nothing will happen by itself any more
    POST /api/sending/mailings/{n}/pause, /cancel   -    → StatusReport
    POST /api/sending/mailings/{n}/resume   - | {"believes_refusals": true}  → StatusReport; a process goes on with it
    POST /api/sending/mailings/{n}/retry    {"state": "refused"|"expired"|"deferred", "to": [], "by", "why"} → {"count"}
    POST /api/sending/mailings/{n}/settle   {"said": null | "sent" | "not sent", "to": [], "by", "why"}
      →  {"by_links": {email: words}, "by_word": n, "left": [{"email", "relay", "reply", "updated_at"}]}
    POST /api/sending/settle-by-log?mailing={n}    the relay's log (Postfix), packed or not
      →  {"by_logs": {email: words}, "lines": n, "queued": n, "left": as above}
    POST /api/sending/mailings/{n}/choose   {"variant": "B", "by", "early": false}                → {"winner", "held"}
    GET  /api/sending/mailings/{n}/deliveries.csv        the table that the command line writes
    GET  /sending/mailings/{n}/{subscriber}/mail?scheme=&pictures=   the mail as it was sent, for the frame
    GET  /sending/mailings/{n}/{subscriber}/text, /message.eml       likewise; only its links are others
    GET  /sending/mailings/{n}/{subscriber}/pictures/{name}          its pictures

    answering.py  errors → answers     dropped_files.py  files of people, in memory     wording.py  what to click
    people_models.py, planning_models.py, mailing_models.py  the answers     reports.py        the stages' data → models
    refusals.py   what a relay refuses for our sake
    people.py, importing.py, planning.py, mailings.py, evidence.py, history.py          the addresses

A project without a database has no lists and no mailings; the first thing that is written makes it (SQLite).
"""

from __future__ import annotations

from fastapi import APIRouter

from composer.studio.sending import evidence, history, importing, mailings, people, planning


def sending_routes() -> APIRouter:
    """Make the routes of all parts; the app includes them."""
    routes = APIRouter()
    for part in (people, importing, planning, mailings, evidence, history):
        routes.include_router(part.routes)
    return routes
