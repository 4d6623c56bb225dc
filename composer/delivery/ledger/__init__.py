"""The ledger holds every delivery's state on disk, and everything else that senders of a database must agree on."""
