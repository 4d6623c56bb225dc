"""Beside the stages: whether the pages that links lead to are there, asked of the network when a person wants to know.

Enters: addresses. Leaves: what became of each, and findings at the places where they are written. Never: a request
unless somebody asked for it by ``newsletter check --probe-links``; a connection to an address that is not public; a
cookie, a password, or anything but HEAD and GET.
"""
