"""A YAML text is changed by splices: what an edit does not touch stays as its author typed it."""
