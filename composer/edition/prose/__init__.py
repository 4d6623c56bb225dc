"""Markdown becomes HTML for the mail, and text for the text part."""
