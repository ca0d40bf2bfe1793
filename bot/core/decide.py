"""What people may do to a run: a command against what is known gives facts, or a refusal.

`decide` is pure and takes no clock; a command that would change nothing gives no facts, so that
one's own double click is silent. The words of a `Refused` are for the person who asked, and for
nobody else: they say what is the matter and what to do instead.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.core import commands as c
from bot.core import events as e
from bot.core.invisible import seen
from bot.core.procedure import Placed, Wait
from bot.core.run import Run, State, Step
from bot.core.showing import news
from bot.core.text import clock, escape, mention

WORDS_LIMIT = 2_000
"""The longest reason, note or account that one fact holds, in characters."""


class Refused(Exception):
    """The person asked for what cannot be; the message tells them what they can do."""


NOT_VERIFIED = "verification"
"""The key of the one reason that closes a run whose procedure has no verification."""


_WHEN_CLOSED = c.Reopen | c.Export | c.Observe | c.Close | c.Fire | c.Report
"""What a closed run still listens to."""


def decide(run: Run, command: c.Command) -> Sequence[e.Event]:
    """The facts that *command* makes of *run*, possibly none; raises Refused."""
    if run.closed is not None and not isinstance(command, _WHEN_CLOSED):
        at = clock(run.closed.at)
        raise Refused(
            f"{run.id} was closed by {mention(run.closed.by)} at {at}. "
            "Reopen it first, from its board."
        )
    rule: Callable[[Run, Any], Sequence[e.Event]] = _RULES[type(command)]
    return rule(run, command)


def _place(run: Run, step_id: str) -> tuple[Placed, Step]:
    placed = run.find(step_id)
    if placed is None:
        raise Refused(f"{run.id} has no step `{step_id}`. Its board shows the steps it has.")
    return placed, run.steps[step_id]


def _words(text: str, what: str) -> str:
    text = seen(text).strip()
    if not text:
        raise Refused(f"Nothing was recorded: {what} is empty. Write a few words.")
    if len(text) > WORDS_LIMIT:
        raise Refused(
            f"Nothing was recorded: {what} has {len(text):,} characters, and {WORDS_LIMIT:,} fit. "
            "Shorten it, or put the rest into the thread."
        )
    return text


_ENDED = {State.DONE: "done", State.SKIPPED: "skipped", State.FAILED: "failed"}


def _already(placed: Placed, step: Step) -> str:
    """Say who did what to a step and when."""
    if step.state in _ENDED and step.ended_by and step.ended_at:
        who = mention(step.ended_by)
        return f"{who} marked step {placed.number} {_ENDED[step.state]} at {clock(step.ended_at)}."
    if step.state is State.TAKEN and step.holder and step.taken_at:
        return f"{mention(step.holder)} took step {placed.number} at {clock(step.taken_at)}."
    return f"Nobody has taken step {placed.number} yet."


def _is_mine(person: e.Person | None, by: e.Person) -> bool:
    return person is not None and person.id == by.id


def _take(run: Run, command: c.Take) -> Sequence[e.Event]:
    placed, step = _place(run, command.step)
    if step.state is State.TAKEN and _is_mine(step.holder, command.by):
        return ()
    if step.state is State.TAKEN:
        raise Refused(
            _already(placed, step)
            + " You can mark it done when it is, or ask them to hand it over from ⋯."
        )
    if step.state in (State.DONE, State.SKIPPED):
        raise Refused(_already(placed, step) + " Undo that from ⋯ to do the step again.")
    if run.ruled_out(placed):
        raise Refused(
            f"Step {placed.number} is an alternative to one that was chosen. "
            "Give that one back, or mark it failed, to take this."
        )
    confirmed = None
    if placed.step.danger is not None:
        confirmed = seen(command.typed or "").strip()
        if confirmed != placed.step.id:
            raise Refused(
                f"Step {placed.number} was not taken: type “{placed.step.id}” to confirm that you "
                "mean it."
            )
    taken = e.StepTaken(step=command.step, by=command.by, confirmed=confirmed)
    if isinstance(placed.step, Wait):
        return (taken, _request(run, 2, placed.step.wait.until, command.by, placed, wait=True))
    return (taken,)


def _request(
    run: Run,
    ahead: int,
    check: str,
    by: e.Person,
    placed: Placed | None = None,
    *,
    batch: str | None = None,
    wait: bool = False,
) -> e.CheckRequested:
    """A request that will be the *ahead*th fact from now; its number makes its id unique."""
    return e.CheckRequested(
        request=f"c{run.seq + ahead}",
        check=check,
        step=placed.step.id if placed else None,
        batch=batch,
        wait=wait,
        by=by,
    )


def _done(run: Run, command: c.MarkDone) -> Sequence[e.Event]:
    placed, step = _place(run, command.step)
    if step.state is State.DONE and _is_mine(step.ended_by, command.by):
        return ()
    if step.state in _ENDED:
        raise Refused(_already(placed, step) + " You can undo it from ⋯, or add a note.")
    if step.state is State.OPEN:
        raise Refused(
            f"Nobody is on step {placed.number}. Take it first, so that the others see it."
        )
    done = e.StepDone(step=command.step, by=command.by)
    check = None if isinstance(placed.step, Wait) else placed.step.check
    return (done,) if check is None else (done, _request(run, 2, check, command.by, placed))


def _skip(run: Run, command: c.Skip) -> Sequence[e.Event]:
    placed, step = _place(run, command.step)
    if step.state is State.SKIPPED and _is_mine(step.ended_by, command.by):
        return ()
    if step.state in (State.DONE, State.SKIPPED):
        raise Refused(_already(placed, step) + " You can undo it from ⋯, or add a note.")
    reason = _words(command.reason, "the reason")
    return (e.StepSkipped(step=command.step, by=command.by, reason=reason),)


def _fail(run: Run, command: c.Fail) -> Sequence[e.Event]:
    placed, step = _place(run, command.step)
    if step.state is State.FAILED and _is_mine(step.ended_by, command.by):
        return ()
    if step.state is not State.TAKEN:
        advice = " Take it first." if step.state is State.OPEN else " You can undo it from ⋯."
        raise Refused(_already(placed, step) + advice)
    what = _words(command.what, "what happened")
    return (e.StepFailed(step=command.step, by=command.by, what=what),)


def _give_back(run: Run, command: c.GiveBack) -> Sequence[e.Event]:
    placed, step = _place(run, command.step)
    if step.state is State.OPEN:
        return ()
    if step.state is not State.TAKEN:
        raise Refused(_already(placed, step) + " You can undo it from ⋯.")
    return (e.StepGivenBack(step=command.step, by=command.by),)


def _hand_over(run: Run, command: c.HandOver) -> Sequence[e.Event]:
    placed, step = _place(run, command.step)
    if step.state is not State.TAKEN:
        raise Refused(_already(placed, step) + " Only a step that someone is on changes hands.")
    if _is_mine(step.holder, command.to):
        return ()
    return (e.StepHandedOver(step=command.step, by=command.by, to=command.to),)


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
    placed, step = _place(run, command.step)
    if step.state not in _ENDED:
        raise Refused(_already(placed, step) + " There is no mark to undo.")
    return (e.StepUndone(step=command.step, by=command.by),)


def _note(run: Run, command: c.AddNote) -> Sequence[e.Event]:
    if command.step is not None:
        _place(run, command.step)
    return (e.NoteAdded(step=command.step, by=command.by, text=_words(command.text, "the note")),)


def _check_again(run: Run, command: c.CheckAgain) -> Sequence[e.Event]:
    placed, step = _place(run, command.step)
    if isinstance(placed.step, Wait):
        if step.state is not State.TAKEN:
            raise Refused(_already(placed, step) + " Its check is looked at once it is taken.")
        return (_request(run, 1, placed.step.wait.until, command.by, placed, wait=True),)
    if placed.step.check is None:
        raise Refused(f"Step {placed.number} has no check. Verify now looks at the whole system.")
    return (_request(run, 1, placed.step.check, command.by, placed),)


def _verify(run: Run, command: c.Verify) -> Sequence[e.Event]:
    checks = [item.check for item in run.verification() if item.check is not None]
    if not checks:
        raise Refused(
            f"No check verifies {run.procedure.id}. Confirm each line by hand, on the board."
        )
    batch = f"v{run.seq + 1}"
    return (
        e.VerificationRequested(by=command.by),
        *(
            _request(run, ahead, check, command.by, batch=batch)
            for ahead, check in enumerate(dict.fromkeys(checks), start=2)
        ),
    )


def _confirm(run: Run, command: c.Confirm) -> Sequence[e.Event]:
    item = next((item for item in run.verification() if item.key == command.item), None)
    if item is None or item.check is not None:
        raise Refused(f"{run.id} has no such line to confirm. Its board shows those it has.")
    if item.green:
        return ()
    return (e.RecoveryConfirmed(item=command.item, by=command.by),)


def lacking(run: Run) -> dict[str, str]:
    """What keeps *run* from closing as recovered: key of the reason to give -> the words."""
    items = run.verification()
    if not items:
        return {NOT_VERIFIED: "The procedure has no verification"}
    return {item.key: item.title for item in items if not item.green}


def _close(run: Run, command: c.Close) -> Sequence[e.Event]:
    if run.closed is not None:
        if _is_mine(run.closed.by, command.by):
            return ()
        at = clock(run.closed.at)
        raise Refused(f"{mention(run.closed.by)} closed {run.id} at {at}.")
    reasons = {
        key: _words(command.reasons.get(key, ""), f"the reason for “{escape(title)}”")
        for key, title in lacking(run).items()
    }
    return (e.RunClosed(by=command.by, reasons=reasons),)


def _reopen(run: Run, command: c.Reopen) -> Sequence[e.Event]:
    if run.closed is None:
        return ()
    reopened = e.RunReopened(by=command.by, reason=_words(command.reason, "the reason"))
    # Closing ended every look; a wait that someone is still on goes on.
    waits = [
        (placed, placed.step.wait.until)
        for placed in run.placed
        if isinstance(placed.step, Wait) and run.steps[placed.step.id].state is State.TAKEN
    ]
    return (
        reopened,
        *(
            _request(run, ahead, check, command.by, placed, wait=True)
            for ahead, (placed, check) in enumerate(waits, start=2)
        ),
    )


def _export(run: Run, command: c.Export) -> Sequence[e.Event]:
    return (e.ExportRequested(by=command.by),)


def _observe(run: Run, command: c.Observe) -> Sequence[e.Event]:
    seen = command.seen
    request = run.pending.get(seen.request)
    if request is None:
        return ()
    last = run.verdicts.get(seen.check)
    if last is not None and last.observed == seen:
        # Two processes looked, since one of them was thought dead.
        return ()
    if not (request.wait and request.step and seen.green):
        return (seen,)
    holder = run.steps[request.step].holder or request.by
    return (seen, e.StepDone(step=request.step, by=holder, on_check=True))


def _fire(run: Run, command: c.Fire) -> Sequence[e.Event]:
    return (e.TimerFired(timer=command.timer, due=command.due),)


def _report(run: Run, command: c.Report) -> Sequence[e.Event]:
    return news(run.showing, command.event)


_RULES: Mapping[type, Callable[[Run, Any], Sequence[e.Event]]] = {
    c.Take: _take,
    c.MarkDone: _done,
    c.Skip: _skip,
    c.Fail: _fail,
    c.GiveBack: _give_back,
    c.HandOver: _hand_over,
    c.BringBack: _bring_back,
    c.Undo: _undo,
    c.AddNote: _note,
    c.CheckAgain: _check_again,
    c.Verify: _verify,
    c.Confirm: _confirm,
    c.Close: _close,
    c.Reopen: _reopen,
    c.Export: _export,
    c.Observe: _observe,
    c.Fire: _fire,
    c.Report: _report,
}
