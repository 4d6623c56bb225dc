"""Consent, as a record that is only ever added to: each entry hashed, and the hashes chained.

``record`` writes entries, ``hashing`` says what is hashed and what can be forgotten, ``chain`` closes a link after each
transaction, ``verify`` reads all of it again.
"""
