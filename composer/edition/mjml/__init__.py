"""MJML becomes HTML for mail programs: linted, rendered, inlined, put together."""
