"""How fast a mailing goes, as somebody sees who looks at it now and then; and whether there is anything more to see."""

from __future__ import annotations

from collections import deque

from composer.delivery.reporting.status import Status
from composer.delivery.states import WAITING, MailingState

_PACE_OVER_S = 30.0
_LOOK_EVERY_S = 1.0
_MOST_OF_ITS_TIME = 0.9


class Pace:
    """Tells how many deliveries a second came to an end lately, as seen from outside."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, int]] = deque()

    def look(self, now: float, settled: int) -> float | None:
        """Note how many are settled now; return how many a second came to be so lately, or None at the first look.

        Where there are fewer than before, some are to be sent again: the pace is that of what follows.
        """
        if self._looks and settled < self._looks[-1][1]:
            self._looks.clear()
        self._looks.append((now, settled))
        while self._looks[0][0] < now - _PACE_OVER_S:
            self._looks.popleft()
        (first_at, first), (last_at, last) = self._looks[0], self._looks[-1]
        return (last - first) / (last_at - first_at) if last_at > first_at else None


def settled(status: Status) -> int:
    """Count the deliveries that need nothing more."""
    return sum(count for state, count in status.deliveries.items() if state not in WAITING)


def is_over(status: Status) -> bool:
    """Tell whether nothing will happen by itself any more."""
    return status.is_finished or status.state in (MailingState.CANCELLED, MailingState.PAUSED, "sampled")


def rest_after(look_s: float) -> float:
    """Tell how many seconds to wait after a look that took so long: a second, or more where looking itself is dear."""
    return max(_LOOK_EVERY_S, look_s * _MOST_OF_ITS_TIME / (1 - _MOST_OF_ITS_TIME))
