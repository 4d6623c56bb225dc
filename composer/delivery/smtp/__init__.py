"""Relays and what is spoken with them: connections, envelopes, transactions, and when a relay is left alone."""
