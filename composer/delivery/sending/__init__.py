"""Sending takes deliveries from the ledger, hands each to a relay when the limits allow it, and records the outcome."""
