"""A test of subjects through two kills: nobody is lost, nobody gets two, and whoever waits gets the winner."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from composer.database import reading
from composer.delivery.planning.sample import PlannedSubjectTest
from composer.delivery.reporting.records import delivery_records
from composer.issue.subject_trial import SubjectTest
from tests.support.mailings import make_edition
from tests.torture.stage import Rig, Stage

PEOPLE, SAMPLE = 600, 300
OTHER = make_edition(size_bytes=4000, subject=("A better subject",))
SUBJECT_TEST = PlannedSubjectTest(
    {"B": {"en": OTHER}}, {"en": SubjectTest(subjects=("A better subject",), sample="50%")}
)


def kill_after(stage: Stage, messages: int) -> None:
    sender = stage.start()
    stage.wait_for(messages, sender)
    sender.kill()
    stage.cut()


def test_a_kill_during_the_sample_and_one_during_the_rest_lose_nobody(tmp_path: Path) -> None:
    with Rig(tmp_path, random.Random(0)).stage("dot=wait 0.005", people=PEOPLE, subject_test=SUBJECT_TEST) as stage:
        kill_after(stage, 80)
        assert stage.check()["held"] == PEOPLE - SAMPLE

        sampled = stage.send()
        assert sampled.process.returncode == 1
        assert f"{PEOPLE - SAMPLE} people wait for the winner: newsletter choose 1 A|B" in sampled.said
        assert set(stage.check()) == {"held", "accepted", "unknown"}

        chosen = stage.start("choose", "1", "B", "--by", "Ana")
        assert chosen.finish() == 0, chosen.said
        assert f"{PEOPLE - SAMPLE} people get it" in chosen.said
        kill_after(stage, SAMPLE + 80)
        states = stage.finish()

        assert states["accepted"] + states["unknown"] == PEOPLE
        # That each message at the relay is of its variant is one of the stage's invariants.
        with reading(stage.engine) as connection:
            variants = Counter(record.variant for record in delivery_records(connection, 1))
        assert variants == {"A": SAMPLE // 2, "B": PEOPLE - SAMPLE // 2}
