"""Says, before somebody answers whether a mailing is to be sent, what exactly leaves: to whom, from whom, as what."""

from __future__ import annotations

from composer.workflow.sending import WhatIsSent


def say_question(about: WhatIsSent) -> str:
    """Say the question in lines that people read; what stands at its end is answered with yes or no."""
    rows = [("subject" if number == 0 else "", subject) for number, subject in enumerate(about.subjects)]
    rows += [("sender" if number == 0 else "", sender) for number, sender in enumerate(about.senders)]
    rows.append(("list" if len(about.lists) == 1 else "lists", ", ".join(about.lists)))
    if about.segment:
        rows.append(("segment", about.segment))
    lines = [f"  {word:<12}{value}" for word, value in rows]
    relays = " and ".join(about.relays)
    people = "1 person" if about.to_send == 1 else f"{about.to_send:,} people"
    return "\n".join(["", *lines, "", f"Send it to {people} by {relays}?"])
