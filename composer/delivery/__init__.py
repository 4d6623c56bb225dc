"""6 - Editions and an audience go in; a recorded outcome for every recipient comes out.

::

    planning/   plan_mailing     editions × audience → a row for everyone, and a digest of exactly what goes to whom
                  ▼
    ledger/     Ledger           the rows: claim, offer, record; it alone changes a delivery's state while it is sent
                  ▼
                GroupCommit      one thread, one connection: the intents of all SMTP connections share a commit
                  ▼
    sending/    Feeder           claims pages into the outbox, and waits for what limits/ and grants say
                  ▼
                RelayWorker      pop → render → transact by smtp/, the dot held until the intent is on disk → record
                  ▼
    reporting/  mailing_status   the counts, which always add up to what was planned

``operating/`` is where a person decides. ``states.py`` has the table of a delivery's states, ``reply.py`` what a
relay's answer means.

The promise (docs/reliability.md): whatever dies, and whenever, nobody is lost, nobody is mailed twice by us, and at
most one delivery for each open connection is ``unknown``, listed by name. Never: guesses what a silent relay did.
"""
