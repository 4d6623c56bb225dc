"""Conditions over subscribers: for whom a block is shown (``show_if``), and who is in a segment.

Enters: what an author writes. Leaves: Conditions, which hold or not for a reader's values, and are said in words.
"""
