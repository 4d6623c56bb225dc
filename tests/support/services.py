"""``newsletter run`` as a process on a stage of the torture."""

from __future__ import annotations

import signal

from tests.torture.stage import Sender, Stage


def serve(stage: Stage, **more: str) -> Sender:
    """A service, once it works."""
    service = stage.start("run", "--port", "0", **more)
    stage.wait_until(lambda: "service.started" in service.said, service)
    assert not service.is_over, service.said
    return service


def end(service: Sender) -> None:
    """SIGTERM, and an end in order."""
    service.signal(signal.SIGTERM)
    assert service.finish() == 0, service.said
    assert "finished=True" in service.said
