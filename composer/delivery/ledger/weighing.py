"""What messages that a relay takes make of the refusals before them: as said, once more, or the provider's. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from composer.delivery.judgement import About
from composer.delivery.ledger.doubt_rows import HeldDoubt
from composer.delivery.streak import OUTWEIGHED, SUSPICIOUS, count_points


class Weighing:
    """The refusals in doubt of one relay, parted by the messages that it has taken since.

    ``known`` are the deliveries that were in doubt of the relay, ``suspicious`` those of streaks that nobody believes:
    it grows.
    """

    def __init__(self, known: Collection[int], suspicious: set[int]) -> None:
        self._known = known
        self._suspicious = suspicious
        self.as_said: list[HeldDoubt] = []
        self.once_more: list[HeldDoubt] = []
        self.of_providers: dict[str, list[HeldDoubt]] = {}
        """What is in doubt of a provider, as far as it has been looked at."""

    @property
    def passed(self) -> list[HeldDoubt]:
        """What was in doubt of the relay, and is of its provider now."""
        return [one for held in self.of_providers.values() for one in held if one.doubt.delivery in self._known]

    def outweigh(self, streak: Sequence[HeldDoubt], began_ms: int, provider: str) -> list[HeldDoubt]:
        """Part the relay's streak, and that of the provider, by one message that was taken for somebody there.

        Its commands left at ``began_ms`` (milliseconds of Unix time). Gives what is left of the relay's streak.
        """
        of_provider = self.of_providers.get(provider, [])
        rest, said, again = self._part(streak, began_ms)
        rest_of_provider, said_of_provider, again_of_provider = self._part(of_provider, began_ms)
        self.as_said += said_of_provider
        self.once_more += [*again, *again_of_provider]
        if of_provider:
            self.of_providers[provider] = rest_of_provider
        for one in said:
            if one.doubt.provider in (provider, ""):
                self.as_said.append(one)
            else:
                self.of_providers.setdefault(one.doubt.provider, []).append(one)
        return rest

    def _part(
        self, streak: Sequence[HeldDoubt], began_ms: int
    ) -> tuple[list[HeldDoubt], list[HeldDoubt], list[HeldDoubt]]:
        """Part a streak into what stays in doubt, what is as said, and what is tried once more."""
        if count_points(one.doubt for one in streak) >= SUSPICIOUS:
            self._suspicious.update(one.doubt.delivery for one in streak if not one.was_given_back)
        after = [one for one in streak if one.refused_ms >= began_ms]
        before = [one for one in streak if one.refused_ms < began_ms]
        once_more = [one for one in before if one.doubt.delivery in self._suspicious and not one.was_given_back]
        rest = [one for one in before if one not in once_more]
        ours = [one for one in rest if one.doubt.about is About.US]
        as_said = [one for one in rest if one.doubt.about is not About.US] + ours[:OUTWEIGHED]
        return ours[OUTWEIGHED:] + after, as_said, once_more
