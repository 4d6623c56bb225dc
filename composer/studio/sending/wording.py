"""Says an error to somebody who clicks: what is wrong, as the error says it, and what can be done about it."""

from __future__ import annotations

from typing import Any

from composer.delivery.reporting.report import Step
from composer.errors import GateClosed, MailingError, NewsletterError, Remedy
from composer.project import Project

_REMEDIES = {
    Remedy.UPGRADE_DATABASE: "Whoever runs the database has to bring it up to date.",
    Remedy.GO_TO_THE_PROJECT: "Start the studio in the folder of a project.",
    Remedy.BEGIN_AT_ONCE: "Choose “Now” to begin at once.",
    Remedy.NAME_A_LIST: "Choose the lists that get it.",
    Remedy.IMPORT_A_LIST: "Drop a file of people first.",
    Remedy.NAME_A_NEW_LIST: "If it is to be a new list, say so.",
    Remedy.SET_THE_LIST: "Change the list that is there.",
    Remedy.MERGE_THEM: "Whoever runs the database can merge the two.",
    Remedy.SAY_ASKED_ANEW: "If they have asked for it themselves, whoever runs the database can add them.",
    Remedy.LOOK_AT_ALL_MAILINGS: "Look for it among all mailings.",
    Remedy.BEGIN_SENDING: "Begin to send it first.",
    Remedy.GO_ON_SENDING: "Let it go on.",
    Remedy.SET_ANOTHER_TIME: "Set another time, or cancel it.",
    Remedy.RESUME: "Let it go on.",
    Remedy.APPROVE: "A second person has to approve it.",
    Remedy.APPROVE_AGAIN: "A second person has to look at it again, and approve it.",
    Remedy.CONFIRM_STILL_RIGHT: "If it is still right, confirm that.",
    Remedy.CONFIRM_NOT_SENT: "If nothing was sent since, confirm that.",
    Remedy.PLAN_AGAIN: "Plan it again, so that what you have now is what is sent.",
    Remedy.CANCEL_AND_PLAN_FOR_THE_REST: (
        "Put the former one back. If that cannot be: cancel it, and plan the issue for those who have not had it."
    ),
    Remedy.SEND_SAMPLE_FIRST: "Let the sample be sent first, or choose early.",
    Remedy.GO_ON_OR_SEND_AGAIN: (
        "Go on with that mailing, or plan one for those who have not had it, or for everyone once more."
    ),
    Remedy.SEND_AGAIN: "Plan it for everyone once more, if that is right.",
    Remedy.SEE_WHO_HAS_IT: "See who has it; plan one for the others, or for everyone once more.",
    Remedy.CHOOSE_ANOTHER_FOLDER: "Choose another folder.",
    Remedy.NAME_AN_ENCODING: "Choose the encoding that the file is written in.",
}

STEPS = {
    Step.BEGIN: "Ready to be sent.",
    Step.BEGIN_LATER: "It waits for its time.",
    Step.BEGIN_LATE: "Its time has passed, and nobody has begun it.",
    Step.GO_ON: "It was interrupted; nobody sends what is left.",
    Step.GO_ON_LATER: "A limit lets nothing go until then.",
    Step.RETRY_LATER: "Only later tries are left.",
    Step.RESUME: "It is paused.",
    Step.CHOOSE: "The sample is out; choose the subject for everyone else.",
    Step.WAIT: "It is being sent.",
}
"""What is to be done about a mailing, or waited for."""

ENDED_FROM_OUTSIDE = (
    "the process that sent it was ended from outside, and could not say why: somebody has killed it, the memory of "
    "this machine was full, or it was switched off. Whoever has the mail does not get it twice when it goes on"
)


def say_to_author(error: NewsletterError, *, project: Project) -> dict[str, Any]:
    """Give the answer to a request that has failed; it names files from the ``project``."""
    remedy = _REMEDIES[error.remedy] if error.remedy else ""
    if isinstance(error, GateClosed) and error.may_be_allowed:
        remedy = "Mend them, or overrule the checks one by one."
    return {
        "detail": project.told(str(error)),
        "remedy": error.remedy.name.lower() if error.remedy else None,
        "remedy_words": remedy,
        "mailing": error.mailing if isinstance(error, MailingError) else None,
        "may_be_allowed": list(error.may_be_allowed) if isinstance(error, GateClosed) else [],
    }
