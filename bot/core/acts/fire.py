"""A time that a run had set has come; the bot's own, from its timers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot, no_message, unchanged
from bot.core.acting.sealed import OPEN, OWN
from bot.core.acting.sentences import Around
from bot.core.acting.shift import unanswered
from bot.core.acting.timely import come, fired
from bot.core.markup.model import Inline, Words
from bot.core.run import events as e
from bot.core.run.archiving import ANNOUNCE, ARCHIVE
from bot.core.run.holding import NOTHING_KNOWN, Knows
from bot.core.run.model import Run
from bot.core.run.polling import (
    ALERT_HEARD,
    ALERT_SHOWN,
    APPROVAL,
    DRILL,
    ERASURE,
    EVIDENCE,
    HANDED,
    HANDOFF,
    WAIT,
    drill_due,
    ends,
    unseen,
)
from bot.core.run.refusals import Refused


@dataclass(frozen=True, slots=True)
class Fire:
    """A timer's time has come; the bot's own command. `due` is when it was to be, UTC.

    `knows` is what is known of roles.
    """

    timer: str
    due: datetime
    knows: Knows = NOTHING_KNOWN


def _rule(run: Run, command: Fire, at: datetime) -> Sequence[e.Event]:
    """What a timer was set for; nothing, when that is over by now."""
    if (left := _left_to_others(run, command.timer)) is not None:
        if left:
            raise Refused(f"{run.id} still has something to be done for `{command.timer}`.")
        return ()
    if command.timer.startswith(HANDOFF):
        return unanswered(run, command.timer.removeprefix(HANDOFF), command.knows)
    if command.timer.startswith(APPROVAL):
        number = command.timer.removeprefix(APPROVAL)
        return _lapse(run, number, come(command.due, at))
    if (made := fired(run, command.timer, command.due, at, command.knows)) is not None:
        return made
    if not command.timer.startswith(WAIT):
        return (e.TimerFired(timer=command.timer, due=command.due),)
    request = run.pending.get(command.timer.removeprefix(WAIT))
    return () if request is None else (unseen(run, request, at),)


def _left_to_others(run: Run, timer: str) -> bool | None:
    """Whether a timer is for another command that is yet to come; None where it is for this one."""
    if timer == ERASURE:
        return run.closed is not None and bool(run.to_erase)
    if timer == DRILL:
        return drill_due(run) is not None
    if timer in (ANNOUNCE, ARCHIVE):
        return timer in ends(run, timedelta())
    if timer.startswith(HANDED) or timer in (ALERT_HEARD, ALERT_SHOWN):
        # Whoever fired it has told the other run, or the alert.
        return False
    if timer.startswith(EVIDENCE):
        return int(timer.removeprefix(EVIDENCE)) in run.unread
    return None


def _lapse(run: Run, number: str, now: datetime) -> Sequence[e.Event]:
    """Too few have approved in time; nothing, when that is over by now."""
    return [
        e.ApprovalLapsed(step=step, request=asked.number)
        for step, asked in run.asked.items()
        if str(asked.number) == number
        and run.closed is None
        and asked.until is not None
        and now >= asked.until
        and not (asked.lapsed or asked.is_approved)
    ]


FIRE = Act(Fire, rule=_rule, when_closed=True, needs=None, asking=None)


def _sentence(around: Around, event: e.TimerFired, it: Inline) -> Inline:
    return "its time had come: ", Words(event.timer)


FIRED = Meaning(
    e.TimerFired,
    sealed={**OWN, "timer": OPEN, "due": OPEN},
    changes=unchanged,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
