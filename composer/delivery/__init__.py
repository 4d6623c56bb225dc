"""6 - Editions and an audience in; a recorded outcome for every recipient out.

::

    plan_mailing        editions × audience → a row for everyone, and a digest of exactly what goes to whom
      ▼
    Ledger              the rows: claim, offer, record; the one place where a delivery changes state while it is sent
      ▼
    GroupCommit         one thread, one connection: the intents of all SMTP connections share a commit
      ▼
    dispatch            claim → render → transact, the final dot held until the intent is on disk → record
      ▼
    mailing_status      the counts, which always add up to what was planned

The modules, by what they are about::

    planning            plan draft digest editions published rehearsal mailing
    a test of subjects  variant sample winner tally
    states              states changes outcome
    the ledger          ledger claim group_commit lease prepared
    who may send        sendable approval
    sending             sending dispatch supply run
    what goes next      outbox desk routing retry
    how fast            rules providers pace limiter limiters window warmup backoff backoffs
    limits shared       shared_limits shared_rate pace_reports
    relays              relay route breaker
    SMTP                smtp transaction envelope reply
    looking             status records report watch
    a person's hand     operate
    evidence            postfix_log used_links

The promise (docs/reliability.md): whatever dies, whenever: nobody is lost, nobody is mailed twice by us, and
at most one delivery per open connection is ``unknown``, listed by name. Never: guesses what a silent relay did.
"""
