"""How a mailing stands, read from the ledger: counts, records of each delivery, the report at the end."""
