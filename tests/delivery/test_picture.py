"""The picture of the states in docs/reliability.md is drawn from the table; ``pytest --update`` draws it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.delivery.states import DECISIONS, TRANSITIONS, DeliveryState

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
START, END = "<!-- states -->\n", "<!-- /states -->"


def picture() -> str:
    """Mermaid, as GitHub and GitLab draw it."""
    first = next(iter(TRANSITIONS))[0]
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}: plan"]
    lines += [f"    [*] --> {DeliveryState.HELD}: plan, outside the sample of a subject test"]
    lines += [f"    {state} --> {after}: {event}" for (state, event), after in TRANSITIONS.items()]
    lines += ["```", "", "And of a mailing, by a person's decisions (finished is computed, never set):", ""]
    lines += ["```mermaid", "stateDiagram-v2", f"    [*] --> {next(iter(DECISIONS))[0]}: plan"]
    lines += [f"    {state} --> {after}: {event}" for (state, event), after in DECISIONS.items()]
    return "\n".join([*lines, "```", ""])


def test_the_document_shows_the_table(request: pytest.FixtureRequest) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    shown, _, after = rest.partition(END)
    if request.config.getoption("--update"):
        DOCUMENT.write_text(before + START + picture() + END + after, encoding="utf-8")
    else:
        assert shown == picture(), "pytest --update tests/delivery/test_picture.py draws it anew"
