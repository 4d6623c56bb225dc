"""Dates that go into readers' calendars: events are gathered from blocks, compared with
what was sent, and written as files."""
