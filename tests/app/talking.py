"""Someone who types to the bot, over a log in memory: what comes of their words."""

from collections.abc import Sequence
from typing import Any

from bot.app.admission import Admission
from bot.app.answering import Answering
from bot.app.chosen import Chosen
from bot.app.clicks import Clicks
from bot.app.conversation import Conversation
from bot.app.desk import Desk
from bot.app.erasing import Erasing
from bot.core.procedure import Loaded
from bot.core.views.faulty import Faulty
from tests.fakes import FakeLog


class Shelf:
    """A folder of procedures."""

    def __init__(self, loaded: Sequence[Loaded]) -> None:
        self._all = loaded

    def get(self, procedure_id: str) -> Loaded | None:
        return next((one for one in self._all if one.procedure.id == procedure_id), None)

    def all(self) -> Sequence[Loaded]:
        return self._all

    def faulty(self) -> Sequence[Faulty]:
        return ()


def answering(desk: Desk, log: FakeLog, library: Any, team: str | None = None) -> Answering:
    """Whoever answers words, with all behind it."""
    vault: Any = log
    people: Any = log.acquaintances
    admission = Admission(desk, log, people, desk.clock, "U0BOT", frozenset(), b"key", team=team)
    talk = Conversation(desk, log, library, lambda *_: "", inside=admission.inside)
    chosen = Chosen(Erasing(desk, vault, lambda _: None), frozenset())
    return Answering(talk, Clicks(desk, talk, admission, chosen, team))
