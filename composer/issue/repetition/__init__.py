"""Finds what an issue says that an earlier one said: a copy that was not rewritten, or not to the end.

``earlier`` reads the other issues, ``letters`` compares whole ones, and ``stories`` each block and entry.
"""
