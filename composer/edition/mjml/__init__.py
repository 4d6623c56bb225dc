"""MJML becomes HTML for mail programs: it is linted and rendered, styles are inlined, the document is put together."""
