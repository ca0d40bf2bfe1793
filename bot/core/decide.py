"""What people may do to a run: a command against what is known gives facts, or a refusal.

`decide` is pure and is told the time; a command that would change nothing gives no facts, so that
one's own double click is silent. The words of a `Refused` are for the person who asked, and for
nobody else: they say what is the matter and what to do instead.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bot.core import closing
from bot.core import commands as c
from bot.core import events as e
from bot.core.acting.steps import ENDED, already, place
from bot.core.acts.registry import matters
from bot.core.invisible import seen
from bot.core.kinds import kind_of
from bot.core.procedure import Placed
from bot.core.refusals import WORDS_LIMIT, Refused, is_mine, worded
from bot.core.run import Run, State
from bot.core.showing import news
from bot.core.stake import to_type
from bot.core.text import clock, escape, mention
from bot.core.waits import WAIT, unseen

_WHEN_CLOSED = c.Reopen | c.Export | c.Observe | c.Close | c.Fire | c.Report
"""What a closed run still listens to."""


__all__ = ["WORDS_LIMIT", "Refused", "decide"]


def decide(run: Run, command: c.Command, at: datetime) -> Sequence[e.Event]:
    """The facts that *command* makes of *run* at a time, possibly none; raises Refused."""
    if run.closed is not None and not isinstance(command, _WHEN_CLOSED):
        since = clock(run.closed.at, since=run.started_at)
        raise Refused(
            f"{run.id} was closed by {mention(run.closed.by)} at {since}. "
            "Reopen it first, from its board."
        )
    made = _ruled(run, command, at)
    between = next((n for n, event in enumerate(made, run.seq + 1) if matters(event)), None)
    if run.closing is not None and between is not None:
        # What is being looked at is not what the looks were asked for any more.
        return (*made, e.RunKeptOpen(by=run.closing.by, after=between))
    return made


def _ruled(run: Run, command: c.Command, at: datetime) -> Sequence[e.Event]:
    """What the command's own rule says."""
    match command:
        case c.Verify() | c.Confirm() | c.Withdraw() | c.Close() | c.Mistake() | c.Reopen():
            return _of_end(run, command)
        case c.AddNote():
            return _note(run, command)
        case c.Export():
            return (e.ExportRequested(by=command.by),)
        case c.Observe():
            return _observe(run, command)
        case c.Fire():
            return _fire(run, command, at)
        case c.Report():
            return news(run.showing, command.event)
        case _:
            return _of_step(run, command)


_OfEnd = c.Verify | c.Confirm | c.Withdraw | c.Close | c.Mistake | c.Reopen


def _of_end(run: Run, command: _OfEnd) -> Sequence[e.Event]:
    match command:
        case c.Verify():
            return closing.verify(run, command)
        case c.Confirm():
            return closing.confirm(run, command)
        case c.Withdraw():
            return closing.withdraw(run, command)
        case c.Close():
            return closing.close(run, command)
        case c.Mistake():
            return closing.mistake(run, command)
        case c.Reopen():
            return closing.reopen(run, command)
        case _:
            assert_never(command)


_OfStep = (
    c.Take
    | c.MarkDone
    | c.Skip
    | c.Fail
    | c.GiveBack
    | c.HandOver
    | c.BringBack
    | c.TakeOver
    | c.Undo
    | c.CheckAgain
)


def _of_step(run: Run, command: _OfStep) -> Sequence[e.Event]:  # noqa: C901 - a case a command
    match command:
        case c.Take():
            return _take(run, command)
        case c.MarkDone():
            return _done(run, command)
        case c.Skip():
            return _skip(run, command)
        case c.Fail():
            return _fail(run, command)
        case c.GiveBack():
            return _give_back(run, command)
        case c.HandOver():
            return _hand_over(run, command)
        case c.BringBack():
            return _bring_back(run, command)
        case c.TakeOver():
            return _take_over(run, command)
        case c.Undo():
            return _undo(run, command)
        case c.CheckAgain():
            return _check_again(run, command)
        case _:
            assert_never(command)


def _ruled_out(run: Run, placed: Placed) -> str:
    """Say which alternative was chosen in place of this step, and how to choose again."""
    number = placed.number.split(".")
    begun = [p for p in run.placed if run.steps[p.step.id].state in (State.TAKEN, State.DONE)]
    chosen = next(
        other
        for depth, group in enumerate(placed.groups)
        if group.one_of
        for other in begun
        if group in other.groups and other.number.split(".")[: depth + 2] != number[: depth + 2]
    )
    done = run.steps[chosen.step.id].state is State.DONE
    how = (
        f"undo step {chosen.number}"
        if done
        else f"give step {chosen.number} back or mark it failed"
    )
    return (
        f"Step {placed.number} is ruled out: step {chosen.number} was chosen in its place. "
        f"To take step {placed.number}, {how}."
    )


def _take(run: Run, command: c.Take) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.TAKEN and is_mine(step.holder, command.by):
        return ()
    if step.state is State.TAKEN:
        raise Refused(
            already(run, placed, step)
            + " Anyone can mark it done; if they cannot go on, ⋯ → Take over."
        )
    if step.state in (State.DONE, State.SKIPPED):
        raise Refused(already(run, placed, step) + " Undo that from ⋯ to do the step again.")
    if run.ruled_out(placed):
        raise Refused(_ruled_out(run, placed))
    confirmed = None
    if placed.step.danger is not None:
        confirmed = seen(command.typed or "").strip()
        if confirmed != (wanted := to_type(run, placed.step)):
            raise Refused(
                f"Step {placed.number} was not taken: type “{escape(wanted)}” to confirm that you "
                "mean it."
            )
    taken = e.StepTaken(step=command.step, by=command.by, confirmed=confirmed)
    return (taken, *kind_of(placed.step).taken(run, placed.step, command.by, 2))


def _done(run: Run, command: c.MarkDone) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.DONE and is_mine(step.ended_by, command.by):
        return ()
    if step.state in ENDED:
        raise Refused(already(run, placed, step) + " You can undo it from ⋯, or add a note.")
    if step.state is State.OPEN:
        raise Refused(
            f"Nobody is on step {placed.number}. Take it first, so that the others see it."
        )
    done = e.StepDone(step=command.step, by=command.by)
    return (done, *kind_of(placed.step).done(run, placed.step, command.by, 2))


def _skip(run: Run, command: c.Skip) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.SKIPPED and is_mine(step.ended_by, command.by):
        return ()
    if step.state in (State.DONE, State.SKIPPED):
        raise Refused(already(run, placed, step) + " You can undo it from ⋯, or add a note.")
    reason = worded(command.reason, "the reason")
    return (e.StepSkipped(step=command.step, by=command.by, reason=reason),)


def _fail(run: Run, command: c.Fail) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.FAILED and is_mine(step.ended_by, command.by):
        return ()
    if step.state is not State.TAKEN:
        advice = " Take it first." if step.state is State.OPEN else " You can undo it from ⋯."
        raise Refused(already(run, placed, step) + advice)
    what = worded(command.what, "what happened")
    return (e.StepFailed(step=command.step, by=command.by, what=what),)


def _give_back(run: Run, command: c.GiveBack) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is State.OPEN:
        return ()
    if step.state is not State.TAKEN:
        raise Refused(already(run, placed, step) + " You can undo it from ⋯.")
    return (e.StepGivenBack(step=command.step, by=command.by),)


def _hand_over(run: Run, command: c.HandOver) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is not State.TAKEN:
        raise Refused(
            already(run, placed, step)
            + " You can hand over a step only after someone has taken it."
        )
    if is_mine(step.holder, command.to):
        mine = is_mine(step.holder, command.by)
        if not mine and step.handed is not None and is_mine(step.handed[1], command.by):
            return ()
        who = "you are" if mine else f"{mention(command.to)} is"
        raise Refused(
            f"Nothing was recorded: {who} on step {placed.number} already. "
            f"Choose {'who takes over from you' if mine else 'someone else'}."
        )
    return (e.StepHandedOver(step=command.step, by=command.by, to=command.to, was=step.holder),)


def _take_over(run: Run, command: c.TakeOver) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is not State.TAKEN:
        raise Refused(
            f"{already(run, placed, step)} You can take over only a step that someone is on."
        )
    if is_mine(step.holder, command.by):
        return ()
    return _hand_over(run, c.HandOver(command.step, command.by, command.by))


def _bring_back(run: Run, command: c.BringBack) -> Sequence[e.Event]:
    placed = run.find(command.step)
    step = run.steps[command.step] if placed else None
    if step is None or step.state is not State.TAKEN or step.holder is None:
        return ()
    if step.handed is None or step.holder.id != command.whom:
        # It went on to someone else meanwhile, or they took it themselves.
        return ()
    to, by = step.handed
    return (e.StepReturned(step=command.step, by=by, to=to, whom=step.holder, why=command.why),)


def _undo(run: Run, command: c.Undo) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state not in ENDED:
        raise Refused(already(run, placed, step) + " There is nothing to undo.")
    return (e.StepUndone(step=command.step, by=command.by),)


def _note(run: Run, command: c.AddNote) -> Sequence[e.Event]:
    if command.step is not None:
        place(run, command.step)
    note = e.NoteAdded(step=command.step, by=command.by, text=worded(command.text, "the note"))
    # What an entry did not say before, it says only where it is so.
    return (note.model_copy(update={"shared": True}) if command.shared else note,)


def _check_again(run: Run, command: c.CheckAgain) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    kind = kind_of(placed.step)
    if (why := kind.not_checked(step.state)) is not None:
        raise Refused(f"{already(run, placed, step)} {why}")
    asked = kind.checked_again(run, placed.step, command.by, 1)
    if not asked:
        raise Refused(f"Step {placed.number} has no check. Verify now looks at the whole system.")
    return asked


def _fire(run: Run, command: c.Fire, at: datetime) -> Sequence[e.Event]:
    """What a timer was set for; nothing, when that is over by now."""
    if not command.timer.startswith(WAIT):
        return (e.TimerFired(timer=command.timer, due=command.due),)
    request = run.pending.get(command.timer.removeprefix(WAIT))
    return () if request is None else (unseen(run, request, at),)


def _observe(run: Run, command: c.Observe) -> Sequence[e.Event]:
    seen = command.seen
    asked = run.pending.get(seen.request)
    if asked is None or asked.last == seen:
        # Two processes looked, since one of them was thought dead.
        return ()
    ended = [
        e.StepDone(step=placed.step.id, by=step.holder or asked.by, on_check=True)
        for placed in run.placed
        if seen.green
        and kind_of(placed.step).ended_by(placed.step, seen)
        and (step := run.steps[placed.step.id]).state is State.TAKEN
    ]
    return (seen, *ended, *closing.settled(run, asked, seen))
