"""The folders of issues: they begin, get other names, go out of the way and come back; each of that can be undone."""
