"""Fixtures for every test, by plug-ins of ``tests/support``."""

pytest_plugins: list[str] = []
