"""The commands, one file each: arguments and options in, an exit code out."""
