"""When a deferred delivery is tried again: a pure decision, from the number of the attempt and the reply.

::

    a 4xx reply              5 min, 10, 20, 40, 80, 160 min, then every 4 h; given up after the 14th (33 h)
    a 4xx about us           5 min, 10, 20, then every 40 min; never given up, because it says nothing of the person
    no reply, or a 421       1 s, 10 s, 1 min, then as above: the connection failed, not the recipient;
                             likewise "too many messages in this session" and its kind (connection_habit.py)

RFC 5321 4.5.4.1 asks for 30 minutes between tries; greylisting (RFC 6647) wants the first one within 1–15, and
a newsletter is old after a day or two. Attempts are counted, not hours: a mailing that lay still over a
weekend gives each of its deferred deliveries its remaining tries. A try that was put off for our sake is not counted.
"""

from __future__ import annotations

from itertools import accumulate

from composer.delivery.reply import Reply
from composer.delivery.smtp.connection_habit import is_about_connection

_MINUTE, _HOUR = 60, 3600
_PATIENT_S = (*(minutes * _MINUTE for minutes in (5, 10, 20, 40, 80, 160)), *(4 * _HOUR,) * 7)
_QUICK_S = (1, 10, _MINUTE)
_OURS_S = _PATIENT_S[:4]

LIFETIME_S = list(accumulate(_PATIENT_S))[-1]
"""How long a delivery is tried at most, if every retry comes when it is due."""


def retry_delay_s(attempt: int, reply: Reply | None, *, is_uncounted: bool = False) -> int | None:
    """Seconds until the next try after ``attempt`` (1 is the first) was deferred; None: give up.

    ``is_uncounted``: the reply is about us, so it brings the end of this delivery no nearer.
    """
    if attempt > len(_PATIENT_S) and not is_uncounted:
        return None
    if (reply is None or reply.code == 421 or is_about_connection(reply)) and attempt <= len(_QUICK_S):
        return _QUICK_S[attempt - 1]
    if is_uncounted:
        return _OURS_S[min(attempt, len(_OURS_S)) - 1]
    return _PATIENT_S[attempt - 1]
