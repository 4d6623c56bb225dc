"""A relay that cuts, refuses, babbles, dawdles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from composer.audience import find_suppressions
from tests.torture.invariants import Broken
from tests.torture.stage import WAITING, Rig, Stage

_SHARE = 0.1
_SHARE_OF_CONNECTIONS = 0.4  # there are few of them

CUTS_BEFORE_THE_DOT = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body")

ODD_BEFORE_THE_DOT = (
    *(("connect", reply) for reply in ("220 hello\\n220 and welcome", "25x what", "garbage", "huge", "cut", "slow")),
    *(("ehlo", reply) for reply in ("250 only me", "25x what", "garbage", "huge", "cut", "slow", "wait 0.3")),
    *(("mail", reply) for reply in ("250 2.1.0 ok\\n250 2.1.0 yes", "252 2.1.0 why not", "299 2.1.0 ok")),
    *(("mail", reply) for reply in ("25x what", "354 go on", "garbage", "huge", "cut", "slow", "wait 0.3", "leave")),
    *(("rcpt", reply) for reply in ("250 2.1.5 ok\\n250 2.1.5 yes", "251 2.1.5 elsewhere", "252 2.1.5 why not")),
    *(("rcpt", reply) for reply in ("25x what", "354 go on", "garbage", "huge", "cut", "slow", "wait 0.3", "leave")),
    *(("data", reply) for reply in ("354 go on\\n354 really", "399 go on", "slow", "wait 0.3", "leave")),
    *(("data", reply) for reply in ("25x what", "250 2.0.0 thanks", "garbage", "huge", "cut")),
    *(
        ("reset", reply)
        for reply in ("252 2.0.0 ok", "25x what", "354 go on", "garbage", "huge", "cut", "slow", "leave")
    ),
)

AFTER_THE_DOT = (
    # where, what the relay does there, and what the delivery then is
    ("dot", "252 2.0.0 cannot verify, but will try", "accepted"),
    ("dot", "299 2.0.0 whatever", "accepted"),
    ("dot", "250 2.0.0 ok\\n250 2.0.0 queued\\n250 2.0.0 as 12345", "accepted"),
    ("dot", "leave", "accepted"),
    ("dot", "babble", "accepted"),
    ("dot", "slow", "accepted"),
    ("dot", "wait 0.3", "accepted"),
    ("dot", "450 4.2.0 later", "deferred"),
    ("dot", "421 4.3.2 closing", "deferred"),
    ("dot", "550 5.6.0 not this one", "refused"),
    ("dot", "drop", "unknown"),
    ("dot", "354 more?", "unknown"),
    ("taken", "drop", "unknown"),
    ("taken", "cut", "unknown"),
    ("taken", "garbage", "unknown"),
    ("taken", "huge", "unknown"),
    ("taken", "354 more?", "unknown"),
    ("taken", "25x what", "unknown"),
)

STEPS = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "dot", "reset")
_OF_A_LOGIN = ("starttls", "auth")
_ONCE_A_CONNECTION = ("connect", "ehlo", *_OF_A_LOGIN)
REFUSALS = ("421 4.3.2 closing", "451 4.3.0 later", "550 5.1.1 no")


def cuts_before_the_dot(rig: Rig, rounds: int) -> None:
    """The relay hangs up at one transaction in ten, before the dot: all are sent in the end, none is unknown.

    But if it hangs up when it has read the first line of a small message, the dot has left: we cannot know.
    """
    for number in range(rounds):
        phase = CUTS_BEFORE_THE_DOT[number % len(CUTS_BEFORE_THE_DOT)]
        with rig.stage(*_now_and_then(phase, "drop"), login=phase in _OF_A_LOGIN) as stage:
            stage.may_be_open = stage.people if phase == "body" else 0
            _send_through_trouble(stage)
            states, cuts = stage.finish(), stage.sink.struck[phase]
            unknown = states.pop("unknown", 0)
            _expect(states == {"accepted": stage.people - unknown}, stage, states, f"cuts at {phase}")
            _expect(unknown <= (cuts if phase == "body" else 0) <= cuts > 0, stage, states, f"{unknown} unknown")
        rig.score.rounds += 1


def odd_answers_before_the_dot(rig: Rig, rounds: int) -> None:
    """Every odd answer at each step: whatever the relay means, all are sent in the end, and none is unknown."""
    steps = tuple(dict.fromkeys(step for step, _ in ODD_BEFORE_THE_DOT))
    for number in range(rounds):
        step = steps[number % len(steps)]
        odd = [answer for at, answer in ODD_BEFORE_THE_DOT if at == step]
        script = [f"{step}@1={rig.dice.choice(odd)}", *(f"{step}%{0.25 / len(odd)}={answer}" for answer in odd)]
        with rig.stage(*script, *(["rcpt%0.2=450 4.2.1 later"] if step == "reset" else []), people=400) as stage:
            _send_through_trouble(stage)
            struck, states = stage.sink.struck[step], stage.finish()
            _expect(states == {"accepted": stage.people} and struck > 0, stage, states, f"odd answers at {step}")
        rig.score.rounds += 1


def cuts_after_the_dot(rig: Rig, rounds: int) -> None:
    """It hangs up after one dot in ten, with or without the message: exactly those are unknown."""
    _cut_after_the_dot(rig, rounds, script="{phase}%0.1=drop", phases=("dot", "taken"))


def cuts_in_the_reply(rig: Rig, rounds: int) -> None:
    """It hangs up in the middle of "250 ok", for one message in ten: exactly those are unknown."""
    _cut_after_the_dot(rig, rounds, script="{phase}%0.1=cut", phases=("taken",))


def _cut_after_the_dot(rig: Rig, rounds: int, *, script: str, phases: tuple[str, ...]) -> None:
    for number in range(rounds):
        phase = phases[number % len(phases)]
        with rig.stage(script.format(phase=phase)) as stage:
            stage.may_be_open = stage.people
            _send_through_trouble(stage)
            cuts = stage.sink.struck[phase]
            states = stage.finish()
            _expect(states["unknown"] == cuts > 0, stage, states, f"{cuts} cuts at {phase}")
        rig.score.rounds += 1


def answers_to_the_dot(rig: Rig, rounds: int) -> None:
    """Every odd answer to one dot in ten: its first digit decides, and anything else is unknown; none is sent again."""
    for number in range(rounds):
        phase, action, meaning = AFTER_THE_DOT[number % len(AFTER_THE_DOT)]
        with rig.stage(*_now_and_then(phase, action), people=200) as stage:
            stage.may_be_open = stage.people
            stage.send()
            struck, states = stage.sink.struck[phase], stage.check()
            struck_states = struck if meaning != "accepted" else stage.people
            retried = meaning == "deferred" and states["accepted"] + states["deferred"] == stage.people
            _expect(states[meaning] == struck_states or retried, stage, states, f"{action!r} {struck} times")
            stage.finish()
        rig.score.rounds += 1


def late_answers(rig: Rig, rounds: int) -> None:
    """An answer that comes after our time for it: unknown, although the relay has the message; never sent again."""
    for _ in range(rounds):
        with rig.stage("taken@11=wait 2", "taken@31=wait 2", people=100) as stage:
            stage.may_be_open = stage.people
            stage.send(dot_timeout_s=0.7)
            states = stage.finish()
            _expect(states == {"accepted": 98, "unknown": 2}, stage, states, "two late answers")
        rig.score.rounds += 1


def slow_loris(rig: Rig, rounds: int) -> None:
    """An answer byte by byte that never gets there: its time is over all the same, and the other connections go on."""
    for _ in range(rounds):
        with rig.stage("taken@11=drip 0.3", "taken@31=drip 0.3", people=100) as stage:
            stage.may_be_open = stage.people
            stage.send(dot_timeout_s=1)
            states = stage.finish()
            _expect(states == {"accepted": 98, "unknown": 2}, stage, states, "two answers that dripped")
        rig.score.rounds += 1


def refusals_at_each_step(rig: Rig, rounds: int) -> None:
    """421, 4xx and 5xx at one in ten of each step: nobody is lost, nothing is unknown."""
    cases = [(step, refusal) for step in STEPS for refusal in REFUSALS]
    for number in range(rounds):
        step, refusal = cases[number % len(cases)]
        script = [*_now_and_then(step, refusal), *(["rcpt%0.2=450 4.2.1 later"] if step == "reset" else [])]
        with rig.stage(*script, people=200, login=step in _OF_A_LOGIN) as stage:
            _send_through_trouble(stage)
            states = stage.finish()
            turned_away = refusal.startswith("5") and step in ("mail", "rcpt", "data", "dot")
            refused = stage.sink.struck[step] if turned_away else 0
            right = states["refused"] == refused and states["accepted"] + refused == stage.people
            _expect(right and stage.sink.struck[step] > 0, stage, states, f"{refusal} at {step}")
        rig.score.rounds += 1


def all_is_refused_for_a_reason_of_ours(rig: Rig, rounds: int) -> None:
    """550 5.7.1 to everything: the relay is stopped after a few, and everybody is pending again."""
    for _ in range(rounds):
        with rig.stage("dot=550 5.7.1 we do not like you") as stage:
            sender = stage.start()
            code, states = sender.finish(), stage.check()
            _expect(code == 1 and states == {"pending": stage.people}, stage, states, "everything was refused")
            _expect(stage.finish() == {"accepted": stage.people}, stage, states, "the relay was mended")
        rig.score.rounds += 1


def all_is_refused_for_a_while(rig: Rig, rounds: int) -> None:
    """550 5.1.1 to everybody from some moment on, or for a moment: nobody is lost by it, and nobody suppressed."""
    for number in range(rounds):
        first = rig.dice.randint(1, 400)
        unknown = "550 5.1.1 User unknown in local recipient table"
        for_a_moment = [f"rcpt@{count}={unknown}" for count in range(first, first + 150)]
        with rig.stage(*(for_a_moment if number % 2 else [f"rcpt@{first}+={unknown}"]), people=1000) as stage:
            _send_through_trouble(stage)
            states = stage.finish()
            _expect(states == {"accepted": stage.people}, stage, states, "everybody was refused for a while")
            with stage.engine.connect() as connection:
                _expect(not find_suppressions(connection), stage, states, "somebody is suppressed")
        rig.score.rounds += 1


def _now_and_then(step: str, action: str) -> Sequence[str]:
    """One in ten, and some connections; but three 421s late in a mailing of 200, because each halves the speed."""
    if action.startswith("421") and step in ("mail", "rcpt", "data", "dot", "reset"):
        return [f"{step}@{number}={action}" for number in ((5, 10, 15) if step == "reset" else (120, 140, 160))]
    if step in _ONCE_A_CONNECTION:
        return [f"{step}@1={action}", f"{step}%{_SHARE_OF_CONNECTIONS}={action}"]
    return [f"{step}%{_SHARE}={action}"]


def _send_through_trouble(stage: Stage) -> None:
    """Send with the relay's faults, as often as an impatient operator would."""
    for _ in range(3):
        stage.send()
        if not WAITING & stage.check().keys():
            return
        stage.let_retries_come_due()


def _expect(holds: bool, stage: Stage, states: Counter[str], what: str) -> None:
    if not holds:
        raise Broken(f"{what}: {dict(states)}; struck {dict(stage.sink.struck)}")
