"""Makes the message that a sample reader would get: what a test sends, and what ``doctor`` measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composer.edition.model import Edition
    from composer.message.links import Site


def sample_message(edition: Edition, to: str, *, number: int, own_fields: Mapping[str, str], site: Site) -> bytes:
    """Make the message that a sample reader would get at the address ``to``.

    ``number`` stands for a mailing, and no mailing has it: receivers drop a message whose Message-ID they
    have seen, so every test has its own. The subscriber is nobody, so nobody is unsubscribed by it.
    """
    from composer.message.compile import compile_message
    from composer.message.recipient import Recipient
    from composer.output.sample_readers import sample_readers

    reader = sample_readers(edition.language, own_fields)[0]
    fields = {**reader.fields, "name": reader.name, "email": to}
    message = compile_message(edition, site=site.for_trial(), mailing=number, date=dt.datetime.now().astimezone())
    return message.render(Recipient(to, 0, number, fields)).data
