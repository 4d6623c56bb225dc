"""The commands, one file each: a function takes arguments and options and returns an exit code."""
