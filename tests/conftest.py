"""Fixtures for every test, by plug-ins of ``tests/support``. For all of them: a busy machine is no reason to fail."""

import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.support.hanging import TEST_HANGS_S

settings.register_profile("without time limits", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("without time limits")

# Programs that are started inherit them, and one that nohup, or a shell that put the tests into the background, has
# told to ignore one would not end in the tests of it.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins: list[str] = [
    "tests.support.command_line",
    "tests.support.databases",
    "tests.support.web",
    "tests.support.bundle",
    "tests.support.truth_sink",
    "tests.support.sending_commands",
    "tests.support.postfix",
    "tests.support.projects",
    "tests.support.studio_author",
    "tests.support.golden",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that hangs is ended, and says where."""
    for item in items:
        item.add_marker(pytest.mark.timeout(TEST_HANGS_S))
