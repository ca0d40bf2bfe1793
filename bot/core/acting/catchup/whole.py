"""How the run as a whole stands: whether it is fixed, how far it is, and who is in it."""

from collections.abc import Sequence

from bot.core.acting.catchup.answer import Answer, flat, one_line
from bot.core.run.actor import came
from bot.core.run.model import Closed, Run
from bot.core.run.proof import on_page
from bot.core.run.waits import moment
from bot.core.text import counted, mention

_TITLE = 150
"""How much of the title of a run one sentence shows."""


def fixed(run: Run) -> Answer:
    """Whether it is fixed: closed, being closed, or what lacks."""
    graded = f" ({run.severity})" if run.severity else ""
    name = f"*{run.id}*{graded} {flat(run.title, _TITLE)}"
    if run.closed is not None:
        return f"{name} {_ended(run, run.closed)}.", True
    if (closing := run.closing) is not None:
        who = mention(closing.by)
        return f"{name} is being closed by {who}: every check is run once more.", True
    proof = run.outline.verification
    if not proof.items:
        return f"{name} is open, and its procedure has no verification to prove a recovery.", True
    if proof.all_green:
        rest = "" if run.outline.is_over else ", and steps are left"
        return f"{name} is not closed yet: its whole verification passed{rest}.", True
    told = []
    if proof.checks:
        told.append(f"{sum(i.green is True for i in proof.checks)} of {_checks(proof.checks)}")
    if proof.confirms:
        confirmed = sum(i.green is True for i in proof.confirms)
        told.append(f"{confirmed} of {counted(len(proof.confirms), 'line')} confirmed")
    return f"{name} is not fixed yet: {', '.join(told)}.", True


def _checks(lines: Sequence[object]) -> str:
    return f"{counted(len(lines), 'check')} passed"


def _ended(run: Run, closed: Closed) -> str:
    by = f"by {mention(closed.by)} {moment(run, closed.at)}"
    if closed.recovered:
        return f"is fixed: it was closed as recovered {by}"
    if closed.mistake is not None:
        return f"was started by mistake, and closed {by}: {flat(closed.mistake)}"
    keys = on_page(run.verification(), closed.reasons)
    first = flat(closed.reasons[keys[0]])
    lines = counted(len(keys), "line") + (" was" if len(keys) == 1 else " were")
    return f"was closed {by} and is not proven: {lines} not verified ({first})"


def far(run: Run) -> Answer:
    """How many of its steps are finished, and how."""
    counts = run.outline.counts
    doubted = len(run.outline.doubted)
    parts = (
        (counts.done, "done"),
        (counts.skipped, "skipped"),
        (counts.unneeded, "not needed"),
        (doubted, "done, but the check failed"),
    )
    told = [f"{number} {what}" for number, what in parts if number]
    steps = counted(counts.total, "step")
    verb = "is" if counts.total == 1 else "are"
    rest = f": {', '.join(told)}" if told else ""
    return f"{counts.finished} of {steps} {verb} finished{rest}.", True


def _worked(numbers: Sequence[str]) -> str:
    """The steps that someone was on, by their numbers; nothing where there are none."""
    of = "step" if len(numbers) == 1 else "steps"
    return f" ({of} {', '.join(numbers[:12])})" if numbers else ""


def people(run: Run) -> Answer:
    """Who started it, who has which role, and who is in it."""
    here = [mention(one) + _worked(run.outline.held.get(one.id, ())) for one in run.responders]
    when = f"{moment(run, run.started_at)}{came(run.via)}"
    started = f"{mention(run.started_by)} started it {when}"
    cast = [f"{mention(who)} is {flat(role, 80)}" for role, who in run.cast.items()]
    started = ", ".join([started, *cast[:6]])
    many = counted(len(here), "person is", "people are")
    return one_line(f"{started}, and {many} in it", here, f"{started}.")
