"""What a run that ends and a verification share: looking at every check, and what comes of it.

Closing is a fact, and a look at every check is another: so it goes on wherever the bot goes on. A
run is closed as recovered only by looks that are younger than everything that was done.
"""

from collections.abc import Sequence

from bot.core.run import events as e
from bot.core.run.expected import unmet
from bot.core.run.model import Run
from bot.core.run.proof import Request, on_page
from bot.core.run.refusals import request

NOT_VERIFIED = "verification"
"""The key of the one reason that closes a run whose procedure has no verification."""


def requests(
    run: Run, by: e.Person, batch: str, *, once: bool = False, ahead: int = 1
) -> Sequence[e.CheckRequested]:
    """A request for every check of the verification; what they follow is the *ahead*th fact."""
    checks = dict.fromkeys(item.check for item in run.outline.verification.checks if item.check)
    return [
        request(run, number, check, by, batch=batch, once=once)
        for number, check in enumerate(checks, start=ahead + 1)
    ]


def settled(run: Run, asked: Request, seen: e.CheckObserved) -> Sequence[e.Event]:
    """How a closing ends, once *seen* was the last look that it waited for; nothing before."""
    closing = run.closing
    others = any(r.once and r.id != asked.id for r in run.pending.values())
    if closing is None or not asked.once or others:
        return ()
    why = dict(closing.red)
    if not seen.green:
        why[f"check:{seen.check}"] = unmet(seen, run.procedure)
    for item in run.verification():
        if item.check != seen.check and not item.green:
            why.setdefault(item.key, item.why)
    why = {key: why[key] for key in on_page(run.verification(), why)}
    if all(key in closing.reasons for key in why):
        return (e.RunClosed(by=closing.by, reasons={key: closing.reasons[key] for key in why}),)
    return (e.RunKeptOpen(by=closing.by, lacking=why),)
