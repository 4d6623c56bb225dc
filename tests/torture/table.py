"""Every fault: what a reader of the results calls it, what inflicts it, how often, and what it needs on the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from tests.torture import clocks, disks, kills, leaving, postgres, power, replies, restores, senders, services
from tests.torture.stage import Rig


@dataclass(frozen=True, slots=True)
class Fault:
    """``rounds`` in the full run, ``share`` in ``make test`` (0: not there)."""

    name: str
    inflict: Callable[[Rig, int], None]
    rounds: int
    share: int = 0
    needs: frozenset[str] = frozenset()


def _needs(*words: str) -> frozenset[str]:
    return frozenset(words)


_STRACE, _POSTGRESQL = _needs("strace"), _needs("postgresql")

FAULTS = (
    Fault("kill -9 at a random moment", kills.kill_at_random, 300, 4),
    Fault("kill -9 at a random moment, PostgreSQL", kills.kill_at_random_on_postgresql, 30, 1, _POSTGRESQL),
    Fault("kill -9 at each system call", kills.kill_at_system_calls, 200, 2, _STRACE),
    Fault("final dots without a sync before", power.audit_syncs, 2, 0, _STRACE),
    Fault("the power is cut at each final dot", power.power_cuts, 10, 1, _STRACE),
    Fault("SIGTERM", kills.sigterm, 20, 1),
    Fault("kill -9 of the service", services.service_killed, 100, 2),
    Fault("kill -9 of the service, PostgreSQL", services.service_killed_on_postgresql, 10, 1, _POSTGRESQL),
    Fault("one of two services is killed", services.one_of_two_services_is_killed, 10, 1, _POSTGRESQL),
    Fault("one of two services freezes", services.one_of_two_services_freezes, 5, 1, _POSTGRESQL),
    Fault("two senders at once", senders.two_at_once, 50, 1),
    Fault("five senders at once", senders.five_at_once, 20),
    Fault("five senders at once, PostgreSQL", senders.five_at_once_on_postgresql, 20, 1, _POSTGRESQL),
    Fault("one of six senders is killed", senders.one_of_six_is_killed, 20),
    Fault("one of six senders is killed, PostgreSQL", senders.one_of_six_is_killed_on_postgresql, 10, 0, _POSTGRESQL),
    Fault("suspended past its lease, then awake", senders.asleep_past_the_lease, 5),
    Fault("the same, PostgreSQL", senders.asleep_past_the_lease_on_postgresql, 3, 0, _POSTGRESQL),
    Fault("the same, the lease ended by hand", senders.asleep_past_the_lease_in_short, 20, 1),
    Fault("cut before the dot, 1 in 10", replies.cuts_before_the_dot, len(replies.CUTS_BEFORE_THE_DOT), 0),
    Fault("odd answers before the dot, 1 in 4", replies.odd_answers_before_the_dot, 6, 1),
    Fault("cut after the dot, 1 in 10", replies.cuts_after_the_dot, 6, 1),
    Fault("cut in the reply, 1 in 10", replies.cuts_in_the_reply, 3),
    Fault("odd answers to the dot, 1 in 10", replies.answers_to_the_dot, len(replies.AFTER_THE_DOT)),
    Fault("answers that come too late", replies.late_answers, 5),
    Fault("slow loris", replies.slow_loris, 5),
    Fault("421, 4xx, 5xx at each step, 1 in 10", replies.refusals_at_each_step, 27),
    Fault("550 5.7.1 to everything", replies.all_is_refused_for_a_reason_of_ours, 3),
    Fault("550 5.1.1 to everybody for a while", replies.all_is_refused_for_a_while, 6),
    Fault("full disk (tmpfs)", disks.full_disk, 10, 0, _needs("root")),
    Fault("ENOSPC from the N-th write on", disks.no_space, 20, 1, _STRACE),
    Fault("EIO at one write", disks.failing_write, 20, 0, _STRACE),
    Fault("EIO at one sync", disks.failing_sync, 20, 1, _STRACE),
    Fault("database locked for longer than we wait", disks.locked_database, 1),
    Fault("out of file descriptors", disks.out_of_descriptors, 10, 0, _needs("prlimit")),
    Fault("the clock jumps", clocks.clock_jumps, 2 * len(clocks.JUMPS), 0, _needs("cc")),
    Fault("100 people leave while it is sent", leaving.leaving_while_it_is_sent, 10, 1),
    Fault(
        "100 people leave while it is sent, PostgreSQL",
        leaving.leaving_while_it_is_sent_on_postgresql,
        10,
        1,
        _POSTGRESQL,
    ),
    Fault("a backup takes the database's place", restores.restored_in_its_place, 5, 1),
    Fault("a backup is written over the database", restores.written_over, 5, 1),
    Fault("a dump of the database is loaded again", restores.loaded_from_a_dump, 5),
    Fault("database and -sent are written over", restores.folder_written_over, 5),
    Fault("a copy of the database sends too", restores.copied_elsewhere, 5),
    Fault("PostgreSQL restarts at once", postgres.immediate_restart, 10, 1, _POSTGRESQL),
    Fault(
        "the same, synchronous_commit off for the role",
        postgres.immediate_restart_of_a_role_that_does_not_wait,
        10,
        0,
        _POSTGRESQL,
    ),
    Fault("PostgreSQL ends our connection", postgres.terminated_backend, 10, 0, _POSTGRESQL),
)


def missing(fault: Fault, rig: Rig) -> str | None:
    """What the machine lacks for this fault."""
    there = {
        "postgresql": rig.cluster is not None,
        "root": os.geteuid() == 0,
    }
    lacking = sorted(need for need in fault.needs if not there.get(need, shutil.which(need) is not None))
    return ", ".join(lacking) or None
