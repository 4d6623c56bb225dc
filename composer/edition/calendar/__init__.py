"""Dates go into readers' calendars: events are gathered from blocks, compared with what was sent, written as files."""
