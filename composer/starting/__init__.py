"""What lets the program start sooner: modules that stay unread until something of them is used.

Enters, and leaves: Python's own modules and those of libraries. Never: anything of an issue or a mailing.
"""
