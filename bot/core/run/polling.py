"""How a wait is looked at: how often, until when, and what is recorded if nobody looked."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.procedure import Poll, show_duration
from bot.core.run.archiving import ANNOUNCE, ARCHIVE, notice
from bot.core.run.events import CheckObserved, Seen
from bot.core.run.model import Run
from bot.core.run.proof import Request
from bot.core.run.timing import timers

DEFAULT_POLL = Poll(every=timedelta(seconds=5), deadline=timedelta(minutes=10))
"""How a wait polls when its check does not say."""


def polling(run: Run, request: Request) -> Poll:
    """How a wait polls."""
    return run.procedure.checks[request.check].poll or DEFAULT_POLL


def gives_up(run: Run, request: Request) -> datetime:
    """When a wait ends without having passed, if nothing changes until then."""
    poll = polling(run, request)
    last = request.at + poll.deadline
    if poll.stall_after is None:
        return last
    return min(last, (request.moved or request.at) + poll.stall_after)


LATE = timedelta(seconds=30)
"""How much later than a wait should have given up it is said that nobody looked."""
WAIT = "wait "
"""How the name of a timer begins that tells of a wait whose looks do not come."""


LED_TO = "led by "
"""How the name of a timer begins that tells the run which led to this one that this one began."""
LED_END = "ended for "
"""How the name of a timer begins that tells that run how this one ended."""
ERASURE = "erasure"
"""The name of the timer of a closed run of which something is still to be erased."""
EVIDENCE = "evidence "
"""How the name of a timer begins that has the file of an entry read."""
HANDOFF = "hand-off "
"""How the name of a timer begins that tells of a hand-off that nobody answered."""
HANDED = "handed "
"""How the name of a timer begins that tells the run whose message asked that it is over here."""
ALERT_HEARD = "alert heard"
"""The name of the timer of a run that is to hear how the alert stands that it was started from."""
ALERT_SHOWN = "alert shown"
"""The name of the timer that has the message of that alert show how the run stands."""
DRILL = "drill"
"""The name of the timer of a drill that reminds of the next one."""
APPROVAL = "approval "
"""How the name of a timer begins that tells of a request for approval whose time is over."""


def drill_due(run: Run) -> datetime | None:
    """When the next drill is due, if this was one and nobody was reminded yet.

    One that was started by mistake was none.
    """
    every = run.procedure.drill_every
    if not run.drill or every is None or run.closed is None or run.closed.mistake is not None:
        return None
    return None if run.reminded else run.closed.at + every


def ends(run: Run, after: timedelta | None) -> Mapping[str, datetime]:
    """The timer of what becomes of a closed run's own channel, which goes *after* so long.

    None where it stays, where nothing can be shown in it, and while the last part is under way.
    What people were told holds, whatever is set by then.
    """
    ending, refused = run.ending, run.showing.refused
    shut = refused is not None and refused.message == "board"
    if run.closed is None or not run.in_its_own or shut or ending.is_settled or ending.begun:
        return {}
    if ending.told is not None:
        return {ARCHIVE: ending.told}
    return {} if after is None else {ANNOUNCE: run.closed.at + after - notice(after)}


def alarms(
    run: Run, nobody: timedelta | None = None, archive: timedelta | None = None
) -> Mapping[str, datetime]:
    """The timers of a run, by their names.

    One for each wait under way, for the time when its last look should be long over; one for each
    request for approval that has a time, until enough have approved; one for each file that is
    still to be read, and one for each hand-off that is over and of which another run must hear.
    Of a run that is closed: one for what is to be erased of it, and one for the run that led to
    it. The last four are due. And those of `timing`, *nobody* being how long a run may have nobody
    on it; and that of its own channel, which goes *archive* after it is closed.
    """
    due = {f"{EVIDENCE}{entry}": since for entry, since in run.unread.items()}
    if run.closed is not None and run.to_erase:
        due[ERASURE] = run.closed.at
    if run.closed is None:
        due |= {f"{HANDOFF}{one.number}": one.until for one in run.handoffs.values()}
    due |= {f"{HANDED}{number}": one.at for number, one in run.to_tell.items()}
    if (drill := drill_due(run)) is not None:
        due[DRILL] = drill
    if run.closed is not None and run.led_from is not None:
        due[f"{LED_END}{run.led_from}"] = run.closed.at
    approvals = {
        f"{APPROVAL}{asked.number}": asked.until
        for asked in run.asked.values()
        if asked.until is not None
        and run.closed is None
        and not (asked.lapsed or asked.is_approved)
    }
    waits = {
        f"{WAIT}{request.id}": gives_up(run, request) + polling(run, request).every + LATE
        for request in run.pending.values()
        if request.wait
    }
    return {**due, **approvals, **waits, **timers(run, nobody), **ends(run, archive)}


def over(poll: Poll, waited: timedelta, still: timedelta) -> str | None:
    """Why a poll is not to go on, in words; None when it is."""
    if waited >= poll.deadline:
        return f"did not pass within {show_duration(poll.deadline)}"
    if poll.stall_after is not None and still >= poll.stall_after:
        return f"no progress for {show_duration(poll.stall_after)}"
    return None


def unseen(run: Run, request: Request, at: datetime) -> CheckObserved:
    """The end of a wait whose last look never came: *at* this time it is said, and to whom."""
    poll = polling(run, request)
    why = over(poll, at - request.at, at - (request.moved or request.at))
    missing = Seen(expectation="an answer", held=False, seen="the bot did not look in time")
    return CheckObserved(
        request=request.id,
        check=request.check,
        green=False,
        final=True,
        reason=why or f"did not pass within {show_duration(poll.deadline)}",
        seen=(missing,),
        advance=request.last.advance if request.last else None,
    )
