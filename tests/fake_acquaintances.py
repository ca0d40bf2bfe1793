"""What is known of people, in memory."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.core.acting.admission import Known

if TYPE_CHECKING:
    from tests.fakes import FakeLog


class FakeAcquaintances:
    """What is known of people where everybody is in every channel, and all channels are public."""

    def __init__(self, log: "FakeLog") -> None:
        self._log = log

    async def known(self, person: str, channel: str, bot: str) -> Known:
        self._log.ready()
        return Known(self._log.clock.now().timestamp(), private=False, told=True)

    async def met(self, persons: Sequence[str]) -> None:
        self._log.ready()

    async def shared(self, bot: str) -> None:
        self._log.ready()

    async def awaited(self, person: str) -> None:
        self._log.ready()

    async def joined(self, person: str, channel: str) -> None:
        self._log.ready()

    async def left(self, person: str, channel: str) -> None:
        self._log.ready()
