"""What is right once all is healed: each intent in the log once, and each message as drawn anew.

It reads the log and the workspace, and believes nobody else.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.engine import effects
from bot.core.engine.fold import fold
from bot.core.run.events import Fact
from bot.core.run.model import Run
from bot.core.run.times import Reminded
from bot.core.views import notices
from bot.edges.store import SqlLog
from tests.chaos.crowd import Crowd, Intent
from tests.chaos.site import Kept, Site
from tests.hanging import HANG_S
from tests.pictures import is_board_of
from tests.story.driver import INCIDENTS, ONCALL, Json, sight, words

QUIET = 2.0
"""Seconds that all must stay right: a late painter may yet spoil it."""
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found at one moment, in words."""

    lost: list[str]
    doubled: list[str]
    wrong: list[str]
    facts: int
    messages: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The last findings; `recovery` is in seconds from healing until all was right.

    `stuck` are the people who could not finish what they were about.
    """

    found: Findings
    stuck: list[str]
    recovery: float

    @property
    def right(self) -> bool:
        return not (self.found.lost or self.found.doubled or self.found.wrong or self.stuck)


async def judge(site: Site, crowd: Crowd, *, patience: float = HANG_S) -> Verdict:
    """Call it when all is healed: let people finish, wait until all is right, and count."""
    healed = time.monotonic()
    stuck = await crowd.rest(patience)
    right_since = None
    while True:
        found = await look(site, crowd.intents)
        now = time.monotonic()
        right_since = None if found.wrong else right_since or now
        if now - (right_since or now) > QUIET or (found.wrong and now - healed > patience):
            return Verdict(found, stuck, (right_since or now) - healed)
        await asyncio.sleep(0.3)


async def shown_wrong(site: Site) -> list[str]:
    """What is missing in Slack, there twice, or otherwise than the record says."""
    logged, waiting = await _read(site.url)
    shown = await _shown(site)
    return [*_twice(shown), *_unlike(logged, shown, site.kept), *waiting]


async def look(site: Site, intents: Sequence[Intent]) -> Findings:
    """Compare what people did, what is in the log, and what is shown."""
    logged, waiting = await _read(site.url)
    shown = await _shown(site)
    lost, doubled = _counted(intents, logged)
    return Findings(
        lost,
        [*doubled, *_twice(shown)],
        [*_unlike(logged, shown, site.kept), *waiting],
        sum(len(facts) for facts in logged.values()),
        len(shown),
    )


async def _read(url: str) -> tuple[dict[str, list[Fact]], list[str]]:
    """Each run's facts, their chains followed; and the messages that are still to be painted."""
    async with await SqlLog.open(url, read_only=True) as log:
        logged = {}
        for run_id in await log.every():
            await log.audit(run_id)
            logged[run_id] = await log.read(run_id)
        backlog = await log.outbox.backlog(0.0)
    return logged, [f"{backlog.waiting} messages are not painted"] * (backlog.waiting > 0)


async def _shown(site: Site) -> list[Json]:
    """Every message of the bot, boards and answers, with the channel's ephemeral ones left out."""
    found: list[Json] = []
    for channel in (INCIDENTS, ONCALL):
        for board in await site.people.messages(channel):
            if _key(board):
                found += await site.people.messages(channel, "", board["ts"])
    return [message for message in found if message.get("bot_id")]


def _key(message: Json) -> str:
    key: str = (message.get("metadata") or {}).get("event_payload", {}).get("key", "")
    return key


# Messages. --------------------------------------------------------------------------------------


async def keep(site: Site) -> None:
    """Take what is shown for right where nothing changes it: another version has drawn it."""
    logged, _ = await _read(site.url)
    for message in await _shown(site):
        run_id = _key(message).partition("/")[0]
        if run_id in logged:
            site.kept[_key(message)] = Kept(sight(message["blocks"]), logged[run_id][-1].seq)


def _is_kept(kept: Kept | None, message: Json, facts: Sequence[Fact], name: str) -> bool:
    """Whether a message is as another version left it, and nothing since has changed it."""
    if kept is None or kept.sight != sight(message["blocks"]):
        return False
    return name != effects.BOARD or kept.seq == facts[-1].seq


def _unlike(
    logged: Mapping[str, Sequence[Fact]], shown: Sequence[Json], kept: Mapping[str, Kept]
) -> list[str]:
    """The messages that are missing, or look otherwise than the facts say."""
    there = {_key(message) for message in shown}
    wrong = [f"{key} is missing" for key in _due(logged) if key not in there]
    runs = {run_id: fold(facts) for run_id, facts in logged.items()}
    for message in shown:
        run_id, _, name = _key(message).partition("/")
        if run_id not in runs:
            wrong.append(f"a message of no run: {words(message)[:80]}")
        elif _is_kept(kept.get(_key(message)), message, logged[run_id], name):
            continue
        elif not _is_drawn(runs[run_id], logged[run_id], message, name):
            wrong.append(f"{_key(message)} is out of date")
    return wrong


def _is_drawn(run: Run, facts: Sequence[Fact], message: Json, name: str) -> bool:
    """Whether a message looks as the facts say."""
    if name == effects.BOARD:
        return is_board_of(run, message["blocks"])
    return sight(_drawn(message, name)) == sight(list(notices.draw(run, facts, name).blocks))


def _drawn(message: Json, name: str) -> list[Json]:
    """The blocks of a message that are drawn of the run: in an owner's channel, a link follows."""
    blocks: list[Json] = message["blocks"]
    return blocks[:-1] if name.startswith("reminder/") else blocks


def _due(logged: Mapping[str, Sequence[Fact]]) -> Iterator[str]:
    """The keys of the messages that must be there, found without what the bot marked as wanted."""
    for run_id, facts in logged.items():
        yield f"{run_id}/{effects.BOARD}"
        for fact in facts:
            if isinstance(fact.event, Reminded) and fact.event.told == "owner":
                yield f"{run_id}/reminder/{fact.seq}"
            elif fact.event.kind in _TOLD:
                yield f"{run_id}/notice/{fact.seq}"


_TOLD = (
    *("step_failed", "run_kept_open", "run_closed"),
    *("reminded", "approval_requested", "approval_lapsed"),
)
"""The kinds of entries of which the thread tells."""


def _twice(shown: Sequence[Json]) -> list[str]:
    counted = Counter(_key(message) for message in shown)
    return [f"{key} was posted {times} times" for key, times in counted.items() if times > 1]


# Facts. -----------------------------------------------------------------------------------------


def _counted(
    intents: Sequence[Intent], logged: Mapping[str, Sequence[Fact]]
) -> tuple[list[str], list[str]]:
    """What is in the log less often, and more often, than people did it."""
    sure, possible = Counter[Key](), Counter[Key]()
    loose = set()
    for intent in intents:
        key = _meant(intent)
        possible[key] += 1
        sure[key] += intent.acked or intent.seen
        if intent.loose:
            loose.add(key)
    found = Counter(key for run_id, facts in logged.items() for key in _recorded(run_id, facts))
    lost = [f"{key} was acknowledged" for key in (sure - found)]
    doubled = [
        f"{key} is there {found[key]} times" for key in (found - possible) if key not in loose
    ]
    return lost, doubled


_BUTTONS = {"Take": "step_taken", "Try again": "step_taken", "Done": "step_done"}
_ONCE = {"Confirm…": "recovery_confirmed", "Close…": "closing_requested"}


def _meant(intent: Intent) -> Key:
    """How the log tells this intent from all others."""
    if intent.kind in _BUTTONS:
        return _BUTTONS[intent.kind], intent.run, intent.about.replace("step ", "s")
    if intent.kind in _ONCE:
        return _ONCE[intent.kind], intent.run
    return intent.kind, intent.about


def _recorded(run_id: str, facts: Sequence[Fact]) -> Iterator[Key]:
    for fact in facts:
        event = fact.event
        match event.kind:
            case "run_started":
                yield "run", event.inputs["thing"]
            case "step_taken" | "step_done":
                yield event.kind, run_id, event.step
            case "recovery_confirmed" | "closing_requested":
                yield event.kind, run_id
            case "note_added":
                yield event.kind, event.text
            case "step_skipped":
                yield event.kind, event.reason
            case "step_failed":
                yield event.kind, event.what
