"""Erasure: a person is forgotten, and stays so, whatever file or backup comes later.

``digests`` knows addresses without keeping them, ``erase`` takes out all that ``audience`` holds, ``journal`` is the
file outside the database that a restored backup is held against, and ``replay`` finds who is to be erased again.
"""
