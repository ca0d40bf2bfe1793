"""People who work on runs while things go wrong, and press again when nothing happens.

Each press goes over the workspace's person API, as on the page. Whatever a person means to do is
remembered, with whether the bot acknowledged it; nothing here knows what the bot recorded.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from tests.chaos.site import Site
from tests.hanging import HANG_S
from tests.story.driver import INCIDENTS, ONCALL, Json, NotThere, Someone, has, words

NAMES = ("ana", "ben", "chloe", "dee")
GLANCE = 0.1
"""Seconds between two looks at a board."""
FORM = 3.5
"""Seconds that a form may take to open before the button is pressed again."""
TROUBLE = (
    "could not record",
    "do not know whether",
    "went wrong",
    "did not open",
    "Too many people",
    "this version of the bot cannot read",
)
"""What the bot says to a person whose press it took and could not carry out."""

Seen = Callable[[Json], bool]
Chore = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Intent:
    """Something that a person means to do once, and that must be in the log once.

    `loose` says that the person may have done it twice themselves: the form that was pressed on
    was gone, so it was filled in anew.
    """

    kind: str
    run: str
    about: str
    by: str = ""
    acked: bool = False
    seen: bool = False
    loose: bool = False
    presses: int = 0
    told: int = 0


@dataclass(slots=True)
class Crowd:
    """Everyone at work; *talk* is how many notes a person writes for a step, at most."""

    site: Site
    seed: int
    talk: int = 2
    names: tuple[str, ...] = NAMES
    intents: list[Intent] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    resting: bool = False
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        for number, name in enumerate(self.names):
            channel = (INCIDENTS, ONCALL)[number % 2]
            person = Person(self, name, channel, random.Random(f"{self.seed} {name}"))  # noqa: S311
            self._tasks.append(asyncio.create_task(person.live(), name=name))

    async def rest(self, seconds: float) -> list[str]:
        """Let everyone finish what they are about; who cannot within *seconds*, and why."""
        self.resting = True
        done, late = await asyncio.wait(self._tasks, timeout=seconds)
        stuck = [f"{task.get_name()} waits for {self._last(task.get_name())}" for task in late]
        await self.leave()
        for task in done:
            task.result()
        return stuck

    def _last(self, name: str) -> str:
        return str(next((i for i in reversed(self.intents) if i.by == name), "nothing"))

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until(self, reached: Callable[[], bool], seconds: float = HANG_S) -> None:
        """Wait until people's doings have come so far."""
        async with asyncio.timeout(seconds):
            while not reached():  # noqa: ASYNC110 - it is several people's doing
                await asyncio.sleep(GLANCE)

    async def more(self, acked: int) -> None:
        """Wait until so many more things were acknowledged."""
        goal = self.acked + acked
        await self.until(lambda: self.acked >= goal)

    @property
    def acked(self) -> int:
        return sum(intent.acked for intent in self.intents)

    @property
    def again(self) -> int:
        """How many presses nobody acknowledged."""
        return sum(i.presses - i.acked for i in self.intents)

    @property
    def told(self) -> int:
        """How often someone was told that the bot could not do what they asked."""
        return sum(i.told for i in self.intents)


@contextlib.asynccontextmanager
async def crowd(site: Site, seed: int, **how: Any) -> AsyncIterator[Crowd]:
    """A crowd at work until the block ends."""
    made = Crowd(site, seed, **how)
    made.start()
    try:
        yield made
    finally:
        await made.leave()


class Person:
    """One of them: goes from run to run of their own procedure."""

    def __init__(self, crowd: Crowd, name: str, channel: str, dice: random.Random) -> None:
        self._crowd, self._dice = crowd, dice
        self._people = crowd.site.people
        self._one = Someone(self._people, name, channel)
        self._numbers = count(1)
        self._board = ""
        self._run = ""

    async def live(self) -> None:
        for number in count(1):
            for work in self._chores(number):
                if self._crowd.resting:
                    return
                await work()

    def _chores(self, number: int) -> list[Chore]:
        """One run from its start to its end, as a list of things to do."""
        dice = self._dice
        chores: list[Chore] = [partial(self._begins, f"{self._one.name}-{number}")]
        for step in ("step 1", "step 2", "step 3", "step 4"):
            chores.append(partial(self._clicks, "Take", step))
            chores += [self._notes] * dice.randint(0, self._crowd.talk)
            if dice.random() < 0.4:
                chores.append(partial(self._marks, "Failed…", step))
                chores.append(partial(self._clicks, "Try again", step))
            if step == "step 3":
                chores.append(partial(self._marks, "Skip…", step))
            else:
                chores.append(partial(self._clicks, "Done", step))
        if dice.random() < 0.5:
            confirms = partial(self._fills, "Confirm…", "Confirm…", "", _without("Confirm…", ""))
            chores.append(confirms)
        return [*chores, self._closes]

    def _means(self, kind: str, about: str) -> Intent:
        made = Intent(kind, self._run, about, self._one.name)
        self._crowd.intents.append(made)
        return made

    # Runs. --------------------------------------------------------------------------------------

    async def _begins(self, thing: str) -> None:
        """Type the command, again while nobody takes it, and wait for the board."""
        self._run = self._board = ""
        intent = self._means("run", thing)
        line = f"chore-{self._one.name} thing={thing}"
        while not await self._finds(thing):
            if intent.acked:
                await asyncio.sleep(GLANCE * 3)
                continue
            intent.presses += 1
            channel = self._one.channel
            answer = await self._people.command(self._one.id, channel, "/runbook", line)
            said = words(answer.get("response", ""))
            if answer["ok"] and not any(trouble in said for trouble in TROUBLE):
                # "It is open here already" is how a person learns that an earlier line was taken.
                intent.acked = True
            else:
                intent.told += answer["ok"]
                await self._pause()
        intent.seen = True

    async def _finds(self, thing: str) -> bool:
        """Look for the board of the run for *thing*."""
        for board in await self._one.boards():
            if f"`{thing}`" in words(board):
                self._board = board["ts"]
                self._run = board["metadata"]["event_payload"]["run"]
                self._crowd.runs.append(self._run)
                return True
        return False

    async def _look(self) -> Json:
        return (await self._one.messages(self._board))[0]

    # Buttons. -----------------------------------------------------------------------------------

    async def _clicks(self, label: str, row: str) -> None:
        """Press a button of the board until the board does not offer it any more."""
        seen = _without(label, row)
        await self._shown(label, row)
        intent = self._means(label, row)
        while not seen(await self._look()):
            pressed = time.time()
            try:
                answer = await self._one.clicks(label, await self._look(), row=row)
            except NotThere:
                continue
            intent.presses += 1
            intent.acked = answer["ok"]
            if not answer["ok"]:
                await self._pause()
            elif await self._told_or(seen, pressed):
                intent.acked = False
                intent.told += 1
        intent.seen = True

    async def _told_or(self, seen: Seen, since: float) -> bool:
        """Wait for the board to change; whether the person is told of trouble instead."""
        for look in count(1):
            if seen(await self._look()):
                return False
            if look % 5 == 0 and await self._told(since):
                return True
            await asyncio.sleep(GLANCE)
        raise AssertionError

    async def _told(self, since: float) -> bool:
        return any(
            float(m["ts"]) >= since and any(trouble in words(m) for trouble in TROUBLE)
            for m in await self._one.messages()
            if m.get("is_ephemeral")
        )

    async def _shown(self, label: str, row: str = "") -> Json:
        """Wait until the board offers *label*."""
        while not has(board := await self._look(), label, row):  # noqa: ASYNC110 - as people look
            await asyncio.sleep(GLANCE)
        return board

    async def _pause(self) -> None:
        await asyncio.sleep(self._dice.uniform(0.1, 0.4))

    # Forms. -------------------------------------------------------------------------------------

    async def _notes(self) -> None:
        await self._fills("note_added", "Add a note…", "", lambda _: False)

    async def _marks(self, label: str, row: str) -> None:
        """Skip or fail a step, with a reason."""
        kind = "step_skipped" if label == "Skip…" else "step_failed"
        await self._fills(kind, label, row, _without(label, row))

    async def _closes(self) -> None:
        """Close the run: again, when the last look failed and it stayed open."""
        while True:
            kept = await self._kept_open()
            await self._fills("Close…", "Close…", "", _without("Close…", ""))
            while not (  # noqa: ASYNC110 - as people look
                has(await self._look(), "Reopen…") or await self._kept_open() > kept
            ):
                await asyncio.sleep(GLANCE)
            if has(await self._look(), "Reopen…"):
                return

    async def _kept_open(self) -> int:
        """How often the thread said that the run stays open."""
        return sum("it stays open" in words(m) for m in await self._one.messages(self._board))

    async def _fills(self, kind: str, label: str, row: str, seen: Seen) -> None:
        """Open a form and submit it, again on the same form while nobody takes it."""
        await self._shown(label, row)
        intent = self._means(kind, f"{kind} {next(self._numbers)} by {self._one.name}")
        while not (intent.acked or intent.seen):
            view = await self._form(label, row)
            if view is not None:
                intent.loose = intent.presses > 0
                await self._submits(intent, view, seen)
            intent.seen = seen(await self._look())

    async def _form(self, label: str, row: str) -> Json | None:
        """Have the form opened; None when it did not, or the person is told so, or cannot ask."""
        before = {view["id"] for view in await self._people.views(self._one.id)}
        pressed = time.time()
        try:
            await self._one.clicks(label, await self._look(), row=row)
        except NotThere:
            await asyncio.sleep(GLANCE)
            return None
        until = time.monotonic() + FORM
        for look in count(1):
            views = await self._people.views(self._one.id)
            if views and views[-1]["id"] not in before:
                return views[-1]
            if time.monotonic() > until or (look % 5 == 0 and await self._told(pressed)):
                break
            await asyncio.sleep(GLANCE)
        return None

    async def _submits(self, intent: Intent, view: Json, seen: Seen) -> None:
        element = {"type": "plain_text_input", "value": intent.about}
        given = {
            block["block_id"]: {block["element"]["action_id"]: element}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        while not seen(await self._look()):
            answer = await self._people.submit(self._one.id, view, given)
            if answer.get("error") == "view_not_open":
                return
            intent.presses += 1
            if answer["ok"]:
                top = await self._people.views(self._one.id)
                if not any(v["id"] == view["id"] for v in top):
                    intent.acked = True
                    return
                intent.told += 1
                await self._people.close(self._one.id, top[-1])
                return
            intent.told += "errors" in answer
            await self._pause()


def _without(label: str, row: str) -> Seen:
    """Whether a board does not offer *label* any more."""
    return lambda board: not has(board, label, row)
