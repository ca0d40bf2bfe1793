"""A room with a run's messages in it, as people see them, and a procedure to wait in."""

import re

from bot.core.acting import owner_call, stakeholders
from bot.core.acting.messages import REMINDER
from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.engine.effects import EXPORT, effects
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.views import notices
from tests.core.drawn import accepted, aloud
from tests.core.strategies import Desk

WAITING = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "p",
        "title": "Trouble",
        "symptoms": ["Down"],
        "checks": {
            "up": {
                "title": "It is up",
                "target": "t",
                "get": "/",
                "poll": {"every": "5s", "deadline": "10m"},
            }
        },
        "steps": [
            {"id": "wait", "title": "Wait for it", "wait": {"until": "up"}},
            {"id": "do", "title": "Do it", "do": "It.", "check": "up"},
        ],
        "verification": [{"check": "up"}],
    }
)


ONCE = ("notice/", REMINDER)
"""What is said at a moment, of which only the buttons may be out of date later."""
OFFER = re.compile(r"^(\[[^\]]+\] ?)+$", re.MULTILINE)
"""A row of buttons, as it is read aloud."""


def drawn(desk: Desk, key: str) -> Picture:
    """A message as it should look now, whoever draws it."""
    kind, _, which = key.partition("/")
    if kind == "owner":
        return owner_call.post(desk.run, int(which), "https://slack.example/b")
    if kind == "update":
        return stakeholders.post(desk.run, desk.run.updates[int(which.partition("/")[0])])
    return notices.draw(desk.run, desk.facts, key)


class Room:
    """A run and its messages, redrawn only when a fact is said to touch them, as the painter does.

    What stands in the room is therefore what people see.
    """

    def __init__(self, procedure: Procedure) -> None:
        self.desk = Desk(procedure, key_id="key-a", new_key_id="key-b")
        self.shown: dict[str, str] = {}

    def do(self, command: c.Command) -> dict[str, int]:
        before = self.desk.run
        made = self.desk.do(command)
        keys = dict(effects(before, made, self.desk.at).messages)
        for key in keys:
            if not key.startswith(EXPORT):
                self.shown[key] = self.read(key)
        return keys

    def read(self, key: str) -> str:
        picture = drawn(self.desk, key)
        accepted(picture)
        return aloud(picture.blocks)

    def look(self, *, green: bool, final: bool, now: float | None = None) -> dict[str, int]:
        """A look at the wait, or at the latest request, that showed 7 where 9 was expected."""
        request = list(self.desk.run.pending.values())[-1]
        seen = e.Seen(expectation="/lsn gte 9", member="n3", held=green, seen="9" if green else "7")
        return self.do(
            c.Observe(
                e.CheckObserved(
                    request=request.id,
                    check=request.check,
                    green=green,
                    final=final,
                    reason="deadline" if final and not green else None,
                    seen=(seen,),
                    advance=None if now is None else e.Advance(now=now, goal=9),
                )
            )
        )

    def stale(self) -> list[str]:
        """The messages that say something else than what is so, or offer what is over."""
        edited = [key for key in self.shown if not key.startswith(ONCE)]
        return [key for key in edited if self.shown[key] != self.read(key)] + [
            key
            for key, shown in self.shown.items()
            if key.startswith(ONCE) and OFFER.findall(shown) != OFFER.findall(self.read(key))
        ]

    def offering(self) -> list[str]:
        """The notices that have buttons, oldest first."""
        return [k for k, text in self.shown.items() if k[0] == "n" and OFFER.search(text)]
