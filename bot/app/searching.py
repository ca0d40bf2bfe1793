"""Searching: what people write is looked through for secrets, after it is durable.

What is to be looked through is a timer, set with the fact in one transaction and taken with what
was found in another: so it is done once, whatever dies and however many replicas there are. What
was found is a fact, with which every view is drawn from then on, and the one who wrote it is told.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.app.desk import Desk, folded
from bot.core.acting.messages import PICTURE
from bot.core.acts.registry import MEANINGS
from bot.core.checks.verdict import Verdict
from bot.core.engine.commands import TellSecrets
from bot.core.engine.effects import BOARD, EXPORT, SEARCH, touched
from bot.core.engine.fold import evolve
from bot.core.run.events import Fact, Person, SecretsFound, Seen
from bot.core.run.model import Run
from bot.core.run.secrets import Secret, masked, place
from bot.ports.log import Log
from bot.ports.work import Due
from bot.ports.world import Detector

FIRST, PLACES = 1, ("inputs/", "values/")
"""The number of the entry that has the inputs, and how the places of values begin."""
AT_ONCE = 20_000
"""Characters that are looked through without a pause; that takes some milliseconds."""
MESSAGES = 20
"""How many messages beside the board are drawn again at once; they hardly ever are two."""

logger = logging.getLogger(__name__)


async def covered(detector: Detector | None, texts: Sequence[str]) -> list[str]:
    """Texts with a mask over each secret in them, however many they are."""
    if detector is None:
        return list(texts)
    masks: dict[str, str] = {}
    waiting: list[str] = []
    many = 0
    for text in dict.fromkeys(texts):
        waiting.append(text)
        many += len(text)
        if many >= AT_ONCE:
            masks |= _covered(detector, waiting)
            waiting, many = [], 0
            await asyncio.sleep(0)
    masks |= _covered(detector, waiting)
    return [masks.get(text, text) for text in texts]


def _covered(detector: Detector, texts: Sequence[str]) -> dict[str, str]:
    """Those of some texts in which there is a secret -> the same with masks.

    All are looked through at once, since each time costs something. What begins in one and ends in
    another is masked in both.
    """
    found = detector("\n".join(texts))
    made: dict[str, str] = {}
    first = 0
    for text in texts if found else ():
        last = first + len(text)
        here = [one for one in found if one.start < last and first < one.end]
        for one in reversed(here):
            start, end = max(0, one.start - first), one.end - first
            now = made.get(text, text)
            made[text] = now[:start] + masked(one.what) + now[end:]
        first = last + 1
    return made


async def inputs_of(log: Log, run: Run) -> dict[str, str]:
    """The values that a run works with of those that everybody reads masked."""
    values: dict[str, str] = {}
    for entry in sorted({run.given.get(name, FIRST) for name in run.hidden}):
        for one in await log.written(run.id, entry):
            place, _, name = one.where.partition("/")
            if f"{place}/" in PLACES and run.given.get(name, FIRST) == entry:
                values[name] = one.text
    return {name: value for name, value in values.items() if name in run.hidden}


async def masked_in(
    verdict: Verdict, detector: Detector | None, secret: Mapping[str, str], run: Run
) -> Verdict:
    """A verdict with a mask over each secret in what was seen, and over the run's own."""
    seen = await covered(detector, [one.seen for one in verdict.seen])
    made: list[Seen] = []
    for one, words in zip(verdict.seen, seen, strict=True):
        said, expected = words, one.expectation
        for name, value in secret.items():
            said = said.replace(value, run.outline.values[name])
            expected = expected.replace(value, run.outline.values[name])
        changed = {"seen": said, "expectation": expected}
        made.append(
            one
            if (said, expected) == (one.seen, one.expectation)
            else one.model_copy(update=changed)
        )
    return replace(verdict, seen=tuple(made))


@dataclass(slots=True)
class Searching:
    """Looks through what was written; without a *detector* nothing is found."""

    desk: Desk
    detector: Detector | None

    async def look(self, due: Due) -> None:
        """Look through the entry that a timer is for, and record what was found."""
        run_id, seq = due.run_id, int(due.name.removeprefix(SEARCH))
        event = SecretsFound(entry=seq, secrets=tuple(await self._secrets(run_id, seq)))
        if event.secrets:
            facts = await self.desk.facts(run_id)
            more = {"whom": _writer(facts[seq - 1]), "messages": await _messages(facts, seq)}
            event = event.model_copy(update=more)
        run = await self.desk.act(run_id, TellSecrets(event), delivery=None, fires=due)
        if event.secrets and run.secrets.get(seq) is not None:
            words = "secrets were found in entry %d of %s, and are masked"
            logger.warning(words, seq, run_id, extra={"run": run_id})

    async def _secrets(self, run_id: str, seq: int) -> list[Secret]:
        if self.detector is None:
            return []
        found: list[Secret] = []
        for one in await self.desk.log.written(run_id, seq):
            # A text takes a fifth of a millisecond, and a closing has fifty of them.
            await asyncio.sleep(0)
            found += (
                Secret(
                    where=one.where,
                    start=place(one.text, spot.start),
                    end=place(one.text, spot.end, end=True),
                    what=spot.what,
                )
                for spot in self.detector(one.text)
            )
        return found


def _writer(fact: Fact) -> Person | None:
    """Who wrote an entry, unless they were erased."""
    # Whose message was put into the timeline wrote it, whoever put it there.
    author: Person | None = getattr(fact.event, "author", None)
    who = author or MEANINGS.of(fact.event).who(fact.event)
    return None if who is None or who.is_erased else who


async def _messages(facts: Sequence[Fact], seq: int) -> tuple[str, ...]:
    """The messages beside the board that an entry, and those since, changed: they may show it."""
    run = await folded(facts[: seq - 1]) if seq > 1 else None
    keys: dict[str, int] = {}
    for fact in facts[seq - 1 :]:
        keys |= touched(run, [fact.event])
        run = await folded([fact], run) if run is None else evolve(run, fact)
    keys.pop(BOARD)
    return tuple(key for key in keys if not key.startswith((EXPORT, PICTURE)))[:MESSAGES]
