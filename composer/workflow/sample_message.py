"""Makes the message that somebody who only looks would get: what a test sends, and what ``doctor`` measures."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composer.edition.model import Edition
    from composer.message.links import Site
    from composer.output.sample_readers import Reader


def sample_message(edition: Edition, to: str, *, number: int, reader: Reader, site: Site) -> bytes:
    """Make the message that ``reader`` would get at the address ``to``.

    ``number`` stands for a mailing, and no mailing has it: receivers drop a message whose Message-ID they
    have seen, so every test has its own. The subscriber is nobody, so nobody is unsubscribed by it.
    """
    from composer.message.compile import compile_message
    from composer.message.recipient import Recipient

    fields = {**reader.fields, "name": reader.name, "email": to}
    message = compile_message(edition, site=site.for_trial(), mailing=number, date=dt.datetime.now().astimezone())
    return message.render(Recipient(to, 0, number, fields)).data
