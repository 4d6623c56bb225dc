"""Work that goes on when nobody waits for it: mailings that are due, retries, imports, exports, erasures, clearing up.

Enters: rows of the tables ``jobs`` and ``mailings``. Leaves: what was to be done, once, and a row that says so.

::

    jobs.py ──▶ rows.py            a piece of work, and its row: the truth about it
                work.py            what is done for each kind, and how its end is kept
                mailing_job.py …   one module for each family of kinds
                leases.py, service_lock.py, alive.py      who works now
                reconcile.py       rows with nobody at work ──▶ keys for the engine
                dbos_engine.py     the engine: queues, limits, retries, what a dead process has left
                service.py         all of it together, as ``newsletter run`` has it; ``state.py`` is what it tells

A key (``send-3-1``) is a hint: whoever takes it looks at the row first. So a key that comes twice, or after a backup
was restored, does nothing that was done; and a key that is lost is made again within seconds. Whether somebody gets a
mail is decided by the ledger of the deliveries alone.
"""
