"""Works in a process that is killed at a point of its own: a statement, a turn, a line's write.

The program is loaded once, and forked for each. A line of standard input asks for one: what is to
be done, where, and at which point it ends. A line of output says whether it was killed, how many
points it passed, and at which one it got to the first line of the erasure list, or to its search.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from bot.app.chosen import Chosen
from bot.app.desk import Desk
from bot.app.erasing import Erasing
from bot.app.erasure_list import Note, listed
from bot.app.searching import Searching
from bot.cli import log as command
from bot.cli.main import main as runbook
from bot.core.engine import commands as c
from bot.core.engine.effects import SEARCH
from bot.core.run.polling import ERASURE
from bot.edges.clock import SystemClock
from bot.edges.store import SqlLog, file_of, note_into, sqlite
from tests.chaos import alerting, ringing, shifting, timeline
from tests.chaos.points import Points
from tests.edges.store.test_erasing import EVE
from tests.edges.store.test_searching import DETECTOR

PRESS = "press-of-eve"
"""Slack's id of the form that is sent."""


class Writing(Points):
    """The same, and the points around the writing of a line of the erasure list."""

    def note(self, path: Path, line: str) -> None:
        """Write a line of the list; at one point of it, half of that is on the disk."""
        self.begin()
        self()
        if self.passed + 1 == self.last:
            with path.open("a") as torn:
                torn.write(line[: len(line) // 2])
                torn.flush()
                os.fsync(torn.fileno())
        self()
        note_into(path, line)
        self()

    def watch(self) -> None:
        """Stand at every statement, every commit, and every turn of the event loop."""
        self.watch_statements()
        self.watch_turns()
        emptied: Any = sqlite
        emptied.truncate = self.around(sqlite.truncate)


async def chosen(log: SqlLog, note: Note, run: str, entries: tuple[int, ...]) -> str:
    """What *Erase something…* does when its form is sent; what is said to them."""
    erasing = Erasing(Desk(log, SystemClock()), log, note)
    request = c.Erase(EVE, entries=entries)
    return await Chosen(erasing, frozenset()).erase(run, request, delivery=PRESS)


async def fired(log: SqlLog, note: Note) -> int:
    """Do what is to be erased of runs that were closed; how much that was."""
    erasing = Erasing(Desk(log, SystemClock()), log, note)
    ready = [due for due in (await log.timers.due(50))[0] if due.name == ERASURE]
    for due in ready:
        await erasing.fire(due)
    return len(ready)


async def searched(log: SqlLog, run: str, begun: Callable[[], None] = lambda: None) -> None:
    """Look through what was written in a run, as it is due."""
    ready = [due for due in (await log.timers.due(50))[0] if due.name.startswith(SEARCH)]
    begun()
    for due in ready:
        if due.run_id == run:
            await Searching(Desk(log, SystemClock()), DETECTOR).look(due)


async def _opened(url: str, work: Callable[[SqlLog], Awaitable[object]]) -> None:
    async with await SqlLog.open(url) as log:
        await work(log)


def _be(asked: dict[str, Any], told: int) -> None:
    """Do what is asked, and say how many points there are."""
    points, path = Writing(asked["point"]), Path(asked["folder"], "said")
    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 1)
    os.dup2(1, 2)
    os.chdir(asked["folder"])
    url = os.environ["RUNBOOK_DATABASE_URL"] = asked["url"]
    points.watch()
    where = listed(file_of(url))
    note = partial(points.note, where)
    match asked["work"]:
        case "command":
            command.note_into = points.note  # type: ignore[attr-defined]
            assert runbook([*asked["words"], "--yes"]) == 0
        case "chosen":
            asyncio.run(_opened(url, lambda log: chosen(log, note, asked["run"], (1, 2))))
        case "timer":
            asyncio.run(_opened(url, lambda log: fired(log, note)))
        case "search":
            asyncio.run(_opened(url, lambda log: searched(log, asked["run"], points.begin)))
        case "time":
            asyncio.run(_opened(url, lambda log: ringing.rung(log, path.parent, points.begin)))
        case "shift":
            what = asked["what"]
            asyncio.run(_opened(url, lambda log: shifting.struck(log, what, points.begin)))
        case "alert":
            what = asked["what"]
            asyncio.run(_opened(url, lambda log: alerting.struck(log, what, points.begin)))
        case "pins":
            what, run = asked["what"], asked["run"]
            asyncio.run(_opened(url, lambda log: timeline.struck(log, what, run, points.begin)))
        case "edge":
            asyncio.run(_opened(url, lambda log: ringing.raced(log, asked, points.begin)))
    os.write(told, json.dumps({"points": points.passed, "first": points.first}).encode())


def main() -> None:
    """Do each of what is asked in a fork."""
    for line in sys.stdin:
        heard, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(heard)
            status = 1
            try:
                _be(json.loads(line), told)
                status = 0
            finally:
                os._exit(status)
        os.close(told)
        with os.fdopen(heard) as rest:
            said = rest.read()
        _, status = os.waitpid(pid, 0)
        print(
            json.dumps({"killed": os.WIFSIGNALED(status), **json.loads(said or "{}")}), flush=True
        )


if __name__ == "__main__":
    main()
