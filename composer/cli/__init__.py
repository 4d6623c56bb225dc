"""The ``newsletter`` command, in which each command is one file of ``commands``.

Each file has one ``command``: a function with typer's annotations, or a ``typer.Typer`` for a group of them.
``main.py`` holds the table of commands and imports only the one that is asked for, so that help is instant.
``exits.py`` alone turns exceptions into exit codes. A command's function reads the edge (settings, clock,
terminal) and calls the stages; it holds no rule of its own.
"""
