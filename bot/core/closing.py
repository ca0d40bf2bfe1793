"""How a run ends: verification, confirmations, the last look before it closes, and going on.

Closing is a fact, and a look at every check is another: so it goes on wherever the bot goes on. A
run is closed as recovered only by looks that are younger than everything that was done.
"""

from collections.abc import Sequence

from bot.core import commands as c
from bot.core import events as e
from bot.core.expected import shortfall
from bot.core.kinds import kind_of
from bot.core.proof import Closing, Item, Request, on_page
from bot.core.refusals import Refused, is_mine, request, worded
from bot.core.run import Run, State
from bot.core.text import clock, escape, mention

NOT_VERIFIED = "verification"
"""The key of the one reason that closes a run whose procedure has no verification."""


def verify(run: Run, command: c.Verify) -> Sequence[e.Event]:
    """Look at every check of the verification."""
    requests = _round(run, command.by, f"v{run.seq + 1}")
    if not requests:
        raise Refused("This procedure has no automatic checks. Confirm each line on the board.")
    return (e.VerificationRequested(by=command.by), *requests)


def _round(run: Run, by: e.Person, batch: str, *, once: bool = False) -> list[e.CheckRequested]:
    """A request for every check of the verification; what they follow is the next fact."""
    checks = dict.fromkeys(item.check for item in run.outline.verification.checks if item.check)
    return [
        request(run, ahead, check, by, batch=batch, once=once)
        for ahead, check in enumerate(checks, start=2)
    ]


def _vouchable(run: Run, key: str) -> Item:
    item = run.outline.verification.confirm(key)
    if item is None:
        raise Refused(f"{run.id} has no such line. Look at its board.")
    return item


def confirm(run: Run, command: c.Confirm) -> Sequence[e.Event]:
    """Vouch for a line that no check can answer."""
    if _vouchable(run, command.item).green:
        return ()
    words = worded(command.words, "what you wrote") if command.words.strip() else None
    told = {"words": words} if words else {}
    return (e.RecoveryConfirmed(item=command.item, by=command.by, **told),)


def withdraw(run: Run, command: c.Withdraw) -> Sequence[e.Event]:
    """Take a confirmation back."""
    if not _vouchable(run, command.item).green:
        return ()
    return (e.ConfirmationWithdrawn(item=command.item, by=command.by),)


def lacking(run: Run) -> dict[str, str]:
    """What keeps *run* from closing as recovered as far as is known: the line's key -> its words.

    A check that was not looked at yet is not among them: closing looks.
    """
    items = run.verification()
    if not items:
        return {NOT_VERIFIED: "The procedure has no verification"}
    return {
        item.key: item.title
        for item in items
        if item.green is False or (item.green is None and item.check is None)
    }


def close(run: Run, command: c.Close) -> Sequence[e.Event]:
    """Close at once what no check verifies; else have every check looked at once more."""
    if run.closed is not None:
        if is_mine(run.closed.by, command.by):
            return ()
        at = clock(run.closed.at, since=run.started_at)
        raise Refused(f"{mention(run.closed.by)} closed {run.id} at {at}.")
    if run.closing is not None:
        if is_mine(run.closing.by, command.by):
            return ()
        raise Refused(is_closing(run, run.closing))
    items = {item.key: item for item in run.verification()}
    titles = {key: item.title for key, item in items.items()} or lacking(run)
    reasons = {
        key: worded(words, f"the reason for “{escape(titles[key])}”")
        for key, words in command.reasons.items()
        if key in titles and words.strip()
    }
    # Whether a person confirmed something, no look can find out.
    for key, title in lacking(run).items():
        if key not in reasons and (key not in items or items[key].check is None):
            worded("", f"the reason for “{escape(title)}”")
    requests = _round(run, command.by, f"z{run.seq + 1}", once=True)
    if not requests:
        kept = {key: reason for key, reason in reasons.items() if key in lacking(run)}
        return (e.RunClosed(by=command.by, reasons=kept),)
    return (e.ClosingRequested(by=command.by, reasons=reasons), *requests)


def is_closing(run: Run, closing: Closing) -> str:
    """Say that a run is being closed."""
    return (
        f"{mention(closing.by)} is closing {run.id}: the bot is running every check once more. "
        "The thread will say how it ended."
    )


def settled(run: Run, asked: Request, seen: e.CheckObserved) -> Sequence[e.Event]:
    """How a closing ends, once *seen* was the last look that it waited for; nothing before."""
    closing = run.closing
    others = any(r.once and r.id != asked.id for r in run.pending.values())
    if closing is None or not asked.once or others:
        return ()
    why = dict(closing.red)
    if not seen.green:
        why[f"check:{seen.check}"] = shortfall(seen)
    for item in run.verification():
        if item.check != seen.check and not item.green:
            why.setdefault(item.key, item.why)
    why = {key: why[key] for key in on_page(run.verification(), why)}
    if all(key in closing.reasons for key in why):
        return (e.RunClosed(by=closing.by, reasons={key: closing.reasons[key] for key in why}),)
    return (e.RunKeptOpen(by=closing.by, lacking=why),)


def mistake(run: Run, command: c.Mistake) -> Sequence[e.Event]:
    """End a run that was started by mistake: for one reason, and without another look."""
    reason = worded(command.reason, "the reason")
    closed = e.RunClosed(by=command.by, mistake=reason)
    if command.again is None:
        return (closed,)
    place = {"again": command.again, "again_at": command.again_at}
    return (closed.model_copy(update=place),)


def reopen(run: Run, command: c.Reopen) -> Sequence[e.Event]:
    """Go on with a closed run."""
    if run.closed is None:
        return ()
    reason = worded(command.reason, "the reason")
    made: list[e.Event] = [e.RunReopened(by=command.by, reason=reason)]
    # Closing ended every look; a wait that someone is still on goes on.
    for placed in run.placed:
        if run.steps[placed.step.id].state is State.TAKEN:
            resumed = kind_of(placed.step).resumed
            made += resumed(run, placed.step, command.by, len(made) + 1)
    return made
