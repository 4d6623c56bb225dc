"""A process that works in the background, as others see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceProcess:
    """A process of ``newsletter run``. ``name`` is ``host:pid:random``; ``started_at`` is in Unix seconds."""

    name: str
    started_at: int

    @property
    def host(self) -> str:
        """The machine, or the container, that it runs on."""
        return self.name.rsplit(":", 2)[0]

    @property
    def pid(self) -> int:
        """The number that it has there."""
        return int(self.name.rsplit(":", 2)[1])
