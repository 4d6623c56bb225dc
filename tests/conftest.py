"""Fixtures for every test, by plug-ins of ``tests/support``."""

from hypothesis import settings

# A busy machine is no reason to fail.
settings.register_profile("without time limits", deadline=None)
settings.load_profile("without time limits")

pytest_plugins: list[str] = [
    "tests.support.databases",
    "tests.support.web",
    "tests.support.truth_sink",
    "tests.support.postfix",
    "tests.support.projects",
    "tests.support.golden",
]
