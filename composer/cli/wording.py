"""Says errors in words for the terminal: what is wrong, as the error says it, and the command that mends it."""

from __future__ import annotations

from composer.errors import GateClosed, MailingError, NewsletterError, Remedy, UnknownCheck, UnknownSettings

_REMEDIES = {
    Remedy.UPGRADE_DATABASE: " Run: newsletter db upgrade",
    Remedy.GO_TO_THE_PROJECT: (
        ". Go to the project's folder, or give it with newsletter -C DIR; newsletter init starts a new one"
    ),
    Remedy.BEGIN_AT_ONCE: "; to begin at once, write --at now",
    Remedy.NAME_A_LIST: ": give --list NAME, or write `lists:` into issue.yaml or newsletter.yaml",
    Remedy.IMPORT_A_LIST: " Import one: newsletter subscribers import FILE --list NAME --new-list",
    Remedy.SET_THE_LIST: "; change it with: newsletter lists set NAME",
    Remedy.NAME_A_NEW_LIST: " If it is to be a new list, say so with --new-list",
    Remedy.LOOK_AT_ALL_MAILINGS: "; `newsletter status` lists them",
    Remedy.BEGIN_SENDING: "; begin with: newsletter send {mailing}",
    Remedy.GO_ON_SENDING: "; go on with: newsletter send {mailing}",
    Remedy.SET_ANOTHER_TIME: "; set another time with: newsletter send {mailing} --at TIME, or cancel it",
    Remedy.RESUME: "; go on with: newsletter resume {mailing}",
    Remedy.APPROVE: "; a second person does it: newsletter approve {mailing}",
    Remedy.APPROVE_AGAIN: "; look at it again: newsletter approve {mailing}",
    Remedy.CONFIRM_STILL_RIGHT: " If it is still right, go on with: newsletter send {mailing} --confirm",
    Remedy.CONFIRM_NOT_SENT: " If nothing was, go on with: newsletter send {mailing} --confirm",
    Remedy.PLAN_AGAIN: " Put the former one back, or plan the issue again: newsletter plan ISSUE",
    Remedy.CANCEL_AND_PLAN_FOR_THE_REST: (
        " Put the former one back. If that cannot be: newsletter cancel {mailing}, then "
        "newsletter plan ISSUE --only-missing"
    ),
    Remedy.SEND_SAMPLE_FIRST: ": newsletter send {mailing}. To choose all the same, give --early",
    Remedy.GO_ON_OR_SEND_AGAIN: (
        ". Go on with that one: newsletter send {mailing}; or give --only-missing to send the issue to those who have "
        "not had it, or --again to send it to everyone once more"
    ),
    Remedy.SEND_AGAIN: ". Give --again to send the issue to everyone once more",
    Remedy.SEE_WHO_HAS_IT: (
        "; who has it: newsletter deliveries {mailing} --state accepted. "
        "Give --only-missing to send the issue to the others, or --again to everyone once more"
    ),
    Remedy.MERGE_THEM: ": newsletter subscribers merge KEEP OTHER",
    Remedy.SAY_ASKED_ANEW: ". They did? --asked-anew",
    Remedy.CHOOSE_ANOTHER_FOLDER: "; choose another folder with --out",
    Remedy.NAME_AN_ENCODING: ", or name one with --encoding",
}
"""What follows the error's own words; it begins with the sign that ends them."""


def say_error(error: NewsletterError) -> str:
    """Say an error to somebody who types commands."""
    match error:
        case UnknownSettings():
            lists = "; newsletter init writes .env.example, which lists them"
            return "\n".join(f"{one}" if one.nearest else f"{one}{lists}" for one in error.found)
        case UnknownCheck():
            end = "" if str(error).endswith("?") else "."
            return f"--allow: {error}{end} `newsletter check` names what it finds"
        case GateClosed() if error.may_be_allowed:
            allow = " ".join(f"--allow {code}" for code in error.may_be_allowed)
            return f"{error}\nMend them, or send all the same with {allow}."
    mailing = error.mailing if isinstance(error, MailingError) else None
    return f"{error}{_REMEDIES[error.remedy].format(mailing=mailing)}" if error.remedy else str(error)
