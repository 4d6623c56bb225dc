"""An issue written in Markdown is read into the same tree as one in YAML, with the same places."""
