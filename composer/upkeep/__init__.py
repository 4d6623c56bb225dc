"""Keeps a database small and known: what is over for long is packed or cleared, sizes are told, space is given back.

Enters: a database and the operator's settings of how long things are kept. It decides nothing about mail.
"""
