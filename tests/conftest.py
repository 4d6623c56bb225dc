"""Fixtures for every test, by plug-ins of ``tests/support``."""

pytest_plugins: list[str] = [
    "tests.support.databases",
    "tests.support.web",
    "tests.support.truth_sink",
    "tests.support.projects",
]
