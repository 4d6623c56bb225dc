"""Dates: those that an issue announces, and those that its texts name beside a weekday."""
