"""The way from each revision of the tables to the next. Written once, never changed after a release."""
