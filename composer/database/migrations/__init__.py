"""The steps from each revision of the tables to the next. A step is never changed after a release has it."""
