"""The checker of docstrings: a sentence passes, a riddle is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_docstrings import is_sentence, main, verb_forms

VERBS = """\
hold held holding
*count counted
carry
pass passed
# a comment, and an empty line

"""
EVERY, CERTAIN = verb_forms(VERBS)


def test_a_form_that_can_be_a_noun_is_a_verb_only_where_one_is_wanted() -> None:
    assert {"hold", "holds", "held", "holding", "counts", "carries", "passes"} <= EVERY
    assert {"holds", "held", "carries", "passes"} <= CERTAIN
    assert not {"counts", "counted", "carry", "a"} & CERTAIN


@pytest.mark.parametrize(
    "said",
    [
        "Counts the messages of one mailing.",
        "The ledger holds what each sender must know.",
        "What a sender is told when it ends.",
        "One row a person, who counts only once in it.",
        "The states of a delivery. It holds one at a time.",
        "Of everything: it may carry ``a word`` and another one.",
        "Gives way.\nAnd it holds more words than one line has.",
    ],
)
def test_a_sentence_passes(said: str) -> None:
    assert is_sentence(said, EVERY, CERTAIN)


@pytest.mark.parametrize(
    "said",
    [
        "Holds it.",
        "The counts of all messages in one mailing.",
        "A mailing at one moment, with everything around.",
        "Small: the first days, and the last ones.",
        "The ledger ``holds`` of one mailing, and more.",
        "The first paragraph of it has no.\n\nThe second one holds a verb of its own.".replace("has no", "and no verb"),
    ],
)
def test_a_riddle_does_not(said: str) -> None:
    assert not is_sentence(said, EVERY, CERTAIN)


def test_it_names_the_file_and_the_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.py").write_text('"""This module holds one function without a docstring."""\n\ndef one(): pass\n')
    assert main([str(tmp_path)]) == 0
    bad = tmp_path / "inside" / "bad.py"
    bad.parent.mkdir()
    bad.write_text('"""This module holds one class, which is a riddle."""\n\n\nclass One:\n    """Its name."""\n')
    assert main([str(tmp_path)]) == 1
    assert f"{bad}:4: 'Its name.'" in capsys.readouterr().out
    assert main([str(bad)]) == 1
