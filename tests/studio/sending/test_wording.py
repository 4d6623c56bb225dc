"""What the studio says of errors: each with what to click, and never what to type."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.cli.wording import say_error
from composer.delivery.reporting.report import Step
from composer.errors import GateClosed, Remedy, StateError
from composer.project import Project
from composer.studio.sending.wording import STEPS, say_to_author

PROJECT = Project(Path("issues"))


@pytest.mark.parametrize("remedy", Remedy)
def test_every_remedy_is_told_as_what_to_click(remedy: Remedy) -> None:
    error = StateError("it is so", mailing=3, remedy=remedy)
    said = say_to_author(error, project=PROJECT)
    assert (said["detail"], said["remedy"], said["mailing"]) == ("it is so", remedy.name.lower(), 3)
    assert said["remedy_words"].endswith(".")
    assert said["remedy_words"] not in say_error(error)


def test_every_step_has_its_words() -> None:
    assert set(STEPS) == set(Step)


def test_a_closed_gate_names_the_checks_that_may_be_overruled() -> None:
    said = say_to_author(GateClosed("nothing was sent", may_be_allowed=["link-local"]), project=PROJECT)
    assert (said["may_be_allowed"], said["remedy"]) == (["link-local"], None)
    assert "overrule" in said["remedy_words"]
