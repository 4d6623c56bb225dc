"""YAML is read into a tree that knows the place of each value, and mistakes are told in an author's words."""
