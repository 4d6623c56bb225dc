"""What is kept of people for a time only, by the settings, and goes after it."""

from __future__ import annotations

from sqlalchemy import Engine

from composer.audience.consent.forgetting import forget_networks
from composer.settings import ConsentSettings, load_settings

_DAY_S = 86_400


def forget_old_networks(engine: Engine, *, now: int) -> int:
    """Forget IP addresses and browsers of forms that are older than the settings keep them; returns of how many.

    With ``NEWSLETTER_CONSENT_IP`` off none is kept, so all of them go.
    """
    settings = load_settings(ConsentSettings)
    kept_s = settings.consent_ip_days * _DAY_S if settings.consent_ip else 0
    with engine.begin() as connection:
        return forget_networks(connection, before=now - kept_s)
