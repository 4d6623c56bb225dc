"""Checks for readers who listen to a mail, who see less, or who see it in other colours."""
