"""6 - Editions and an audience in; a recorded outcome for every recipient out.

::

    plan_mailing        editions × audience → a row for everyone, and a digest of exactly what goes to whom
      ▼
    Ledger              the rows: lease, claim, offer, record; the one place where a delivery changes state
      ▼
    GroupCommit         one thread, one connection: the intents of all SMTP connections share a commit
      ▼
    dispatch            claim → render → transact, the final dot held until the intent is on disk → record
      ▼
    mailing_status      the counts, which always add up to what was planned

The promise (DESIGN section 5): whatever dies, whenever: nobody is lost, nobody is mailed twice by us, and
at most one delivery per open connection is ``unknown``, listed by name. Never: guesses what a silent relay did.
"""
