"""Rules over time: what is waited for ends in time, and somebody hears of what does not."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.blockkit.blocks import is_place
from bot.core.lint.references import walk
from bot.core.procedure import Procedure, show_duration
from bot.core.procedure.finding import Finding, quoted


def timing(procedure: Procedure) -> Iterator[Finding]:
    """Warn of times that do not fit each other, and of time-outs that nobody else hears of."""
    whole, owner = procedure.estimate, procedure.owner
    paths = {step.id: path for path, step in walk(procedure.steps)}
    for placed in procedure.leaves():
        step, path = placed.step, paths[placed.step.id]
        for length, where in ((step.lasts, ("wait", "for")), (step.timeout, ("timeout",))):
            if whole is not None and length is not None and length > whole:
                message = (
                    f"{show_duration(length)} for one step, and the whole procedure takes "
                    f"{show_duration(whole)}"
                )
                yield Finding((*path, *where), message, "less, or a longer `estimate`", "warning")
        if step.timeout is None:
            continue
        if step.role or any(group.role for group in placed.groups):
            continue
        if owner is None or owner.slack is None:
            message = "nobody but the person on the step hears that it is past its time-out"
            write = 'role: (who else), or owner: { team: …, slack: "#channel" }'
            yield Finding((*path, "timeout"), message, write, "warning")
        elif not is_place(owner.slack):
            message = f"{quoted(owner.slack)} is no channel, and no reminder can go there"
            yield Finding(("owner", "slack"), message, '"#storage-oncall", or its id', "warning")
