"""Spelling, by hunspell and the dictionaries that are installed for it, when a person asks for it.

Never while composing, in the studio's preview or at the gate: which words are known depends on the machine, and no
dictionary knows the names of a newsletter. What it finds are notes.
"""
