"""People come in from files: what a file says is read, asked about where it may mean that somebody has left, and done.

``importing`` is the way of a whole file, ``enrol`` puts people on a list by its rules, also those of the command line.
"""
