"""What facts set off: messages to show, checks to look at, timers, and whether the run is open.

This is the only place that says so, and it says it in plain data: whoever stores it, or does it,
knows no kind of fact. It is stored with the facts, so whatever dies in between, it is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.acting.messages import BOARD as BOARD  # noqa: PLC0414 - spoken of here
from bot.core.acting.messages import EXPORT as EXPORT  # noqa: PLC0414 - likewise
from bot.core.acting.messages import OWNER
from bot.core.acting.owner_call import over
from bot.core.acting.sealed import INPUTS, WORDS
from bot.core.acts.registry import MEANINGS
from bot.core.engine.fold import after as made_of
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.archiving import ChannelArchived
from bot.core.run.baseline import awaited
from bot.core.run.model import Run
from bot.core.run.polling import ALERT_SHOWN, LED_TO, alarms
from bot.core.run.rooms import ChannelIdChanged

REPLACES = "replaces "
"""How the name of a timer begins that closes the run which another was started in place of."""
SEARCH = "words "
"""How the name of a timer begins that has what somebody wrote looked through for secrets."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What is to be done because of some facts, all of it within their run.

    `messages`: the key of each that changes -> the number of the fact that it must show. `looks`:
    requests that are to be looked at; `ended`: those that nobody waits for any more. `timers`: set
    or moved to a time, or stopped by None. `open`: whether the run is open now, None if that has
    not changed. `place`: the channel in which the run is from now on, None if it stays where it is;
    `is_same` says that it is the same channel under another id, so that what stands in it stays.
    `erase`: what is taken out of the record in the same transaction.
    """

    messages: Mapping[str, int] = field(default_factory=dict)
    looks: Sequence[str] = ()
    ended: Sequence[str] = ()
    timers: Mapping[str, datetime | None] = field(default_factory=dict)
    open: bool | None = None
    place: str | None = None
    is_same: bool = False
    erase: "Erasure | None" = None
    search: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What goes: the words of these entries, people by their tokens, and the run's title if set.

    `unchecked` are entries that were sealed afterwards, whose plain body goes.
    """

    words: Sequence[int]
    people: Sequence[str]
    unchecked: Sequence[int]
    title: str | None


NOTHING = Effects()


def effects(
    before: Run | None,
    events: Sequence[e.Event],
    at: datetime,
    nobody: timedelta | None = None,
    archive: timedelta | None = None,
) -> Effects:
    """What *events* set off, appended at a time to the run as it was *before*; None begins one.

    *nobody* is how long a run may have nobody on it, None where that is nothing to tell; *archive*
    how long after it is closed its own channel is archived, None for never.
    """
    asked = [event.request for event in events if isinstance(event, e.CheckRequested)]
    ended: list[str] = []
    timers: Mapping[str, datetime | None] = {}
    messages = touched(before, events)
    place: str | None = None
    if before is None:
        asked += [
            key
            for event in events
            if isinstance(event, e.RunStarted)
            for key in awaited(event.procedure, {})
        ]
        timers = _at_the_start(events, at, nobody)
    else:
        after = made_of(before, events, at)
        ended = [key for key in (*before.pending, *asked) if key not in after.pending]
        ended += [key for key in before.awaited if key not in after.awaited]
        then, now = (alarms(run, nobody, archive) for run in (before, after))
        timers = _changed(then, now)
        if standing(before) != standing(after):
            timers = {**timers, ALERT_SHOWN: at}
        messages |= _answered(before, after)
        place = after.channel if after.channel != before.channel else None
    gone = _erasure(before, events, at)
    first = before.seq + 1 if before else 1
    search = {seq: at for seq, event in enumerate(events, first) if _is_written(event)}
    opens = _open(events)
    is_same = any(isinstance(event, ChannelIdChanged) for event in events)
    return Effects(messages, asked, ended, timers, opens, place, is_same, gone, search)


def standing(run: Run) -> tuple[object, ...] | None:
    """How the message of the alert shows a run that was started from it; None for all others."""
    if run.alert is None:
        return None
    return run.closed, run.recovered_at is not None


def _answered(before: Run, after: Run) -> Mapping[str, int]:
    """The posts in the owner's channel of what need no longer be heard there, or has to again."""
    return {
        f"{OWNER}{entry}": after.seq
        for entry, call in before.calls.items()
        if over(before, call) != over(after, after.calls[entry])
    }


_WRITTEN: Mapping[type[e.Event], Sequence[str]] = {
    one.fact: [name for name, how in one.sealed.items() if how in (WORDS, INPUTS)]
    for one in MEANINGS
}
"""The fields of each kind of fact in which somebody wrote something."""


def _is_written(event: e.Event) -> bool:
    return any(getattr(event, name) for name in _WRITTEN[type(event)])


def _erasure(before: Run | None, events: Sequence[e.Event], at: datetime) -> Erasure | None:
    said = [event for event in events if isinstance(event, e.Erased)]
    masked = any(isinstance(event, e.SecretsFound) for event in events)
    if before is None or not (said or masked):
        return None
    after = made_of(before, events, at)
    if not said:
        # The title may have inputs in it that are masked now.
        return Erasure((), (), (), after.shelved_title) if after.hidden != before.hidden else None
    return Erasure(
        [seq for event in said for seq in event.entries],
        [token for event in said for token in event.people],
        [seq for event in said for seq in event.unchecked],
        after.shelved_title if after.erased or after.hidden else None,
    )


def _at_the_start(
    events: Sequence[e.Event], at: datetime, nobody: timedelta | None
) -> Mapping[str, datetime | None]:
    """One in place of another closes that one, and those that led to it hear of it."""
    begun = [event for event in events if isinstance(event, e.RunStarted)]
    due = {f"{REPLACES}{event.instead_of}": at for event in begun if event.instead_of}
    due |= {f"{LED_TO}{event.led_from}": at for event in begun if event.led_from}
    due |= dict.fromkeys((ALERT_SHOWN for event in begun if event.episode), at)
    if nobody is None:
        return due
    run = fold([e.Fact("", seq, at, event, "") for seq, event in enumerate(events, 1)])
    return {**due, **alarms(run, nobody)}


def _changed(
    old: Mapping[str, datetime], new: Mapping[str, datetime]
) -> Mapping[str, datetime | None]:
    stopped: dict[str, datetime | None] = dict.fromkeys(name for name in old if name not in new)
    return stopped | {name: due for name, due in new.items() if old.get(name) != due}


def _open(events: Sequence[e.Event]) -> bool | None:
    said = [opens for one in events if (opens := MEANINGS.of(one).opens) is not None]
    return said[-1] if said else None


def touched(run: Run | None, events: Sequence[e.Event]) -> dict[str, int]:
    """The messages that *events*, appended to *run*, change: key -> number of the fact to show."""
    seq, offered = (run.seq, run.offers) if run else (0, {})
    keys: dict[str, int] = {}
    for number, event in enumerate(events, start=seq + 1):
        meaning = MEANINGS.of(event)
        if not _is_out_of_sight(run, event):
            keys[BOARD] = number
        for key in meaning.touches(run, event, number):
            keys[key] = number
        before, offered = offered, meaning.offers(run, offered, event, number) if run else {}
        # Those that offer something no longer are drawn without their buttons.
        keys |= {f"notice/{n}": number for n in {*before.values()} - {*offered.values()}}
    return keys


def _is_out_of_sight(run: Run | None, event: e.Event) -> bool:
    """Whether it says that nothing of a run can be shown any more that is over.

    Its board stays as it is; nobody waits for it, and nobody is to be told.
    """
    gone = e.PostingRefused | ChannelArchived
    return run is not None and run.closed is not None and isinstance(event, gone)
