"""How soon a send begins."""

from __future__ import annotations

import subprocess
import sys

from composer.delivery.variant import FIRST_VARIANT
from composer.issue.subject_trial import VARIANTS


def test_a_send_loads_nothing_of_composing() -> None:
    program = (
        "import sys; import composer.cli.commands.send, composer.delivery.sending.mailing_run;"
        "import composer.delivery.reporting.report;"
        "print(*{name.partition('.')[0] for name in sys.modules} | {name for name in sys.modules if 'issue' in name})"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"jinja2", "markdown_it", "yaml", "babel", "icalendar", "mjml", "composer.issue"} & set(loaded)


def test_what_is_sent_without_a_test_is_the_first_variant() -> None:
    assert VARIANTS[0] == FIRST_VARIANT
