"""Calling the owner: what they can be called about, how a call stands, and how it is told.

The channel of the owner has other people in it than the run's, so what is posted there has no value
of the run in it. Of a run that not everybody may know of, it says that somebody is needed, and no
more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.acting.naming import by_name
from bot.core.acting.thread import said
from bot.core.blockkit.blocks import Block, actions, button, channel, context, section
from bot.core.blockkit.picture import Picture
from bot.core.procedure import SEVERITIES
from bot.core.run.calling import ANSWER_LOST, Call
from bot.core.run.holding import Knows, group_name
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.slack_errors import Class, class_of
from bot.core.run.states import State
from bot.core.run.waits import moment
from bot.core.text import brief, clock, escape, mention

COMES, STAYS = "owner_comes", "owner_stays"
"""The verbs of the buttons below a post."""
ABOUT = "call_owner_about"
"""The verb of a button that calls about something that is no step."""
WORST = SEVERITIES[0]
_TITLE = 100
_FINISHED = (State.DONE, State.SKIPPED)
_LISTED = 3
"""How many calls the board lists beside those of steps."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that the owner can be called about: a step, a check, or else the severity."""

    step: str | None = None
    check: str | None = None

    @property
    def key(self) -> str:
        """It, as controls carry it."""
        if self.step is not None:
            return f"step:{self.step}"
        return "severity" if self.check is None else f"check:{self.check}"


def cause(key: str) -> Cause:
    """A cause by its key; one that is none is about the severity."""
    kind, _, name = key.partition(":")
    if kind == "step":
        return Cause(step=name)
    return Cause(check=name) if kind == "check" else Cause()


# What the owner can be called about. ------------------------------------------------------------


def can_call(row: Row) -> bool:
    """Whether the owner of the procedure can be called about a step."""
    stands = row.step.call is not None and row.step.call.stands
    return row.state is State.FAILED and row.owner is not None and not stands


def failed_checks(run: Run) -> Sequence[str]:
    """The checks that stand failed: of the verification, and of steps that were marked done."""
    lines = (item.check for item in run.outline.verification.checks if item.green is False)
    steps = (row.check for row in run.outline.rows if row.in_doubt)
    return tuple(dict.fromkeys(one for one in (*lines, *steps) if one is not None))


def causes(run: Run) -> Sequence[Cause]:
    """What there is to call the owner about now, and they were not called about."""
    owner = run.procedure.owner
    if owner is None or owner.place is None or run.closed is not None:
        return ()
    found = [Cause(step=row.id) for row in run.outline.rows if can_call(row)]
    found += [Cause(check=one) for one in failed_checks(run)]
    found += [Cause()] if run.severity == WORST else []
    return [one for one in found if (call := latest(run, one)) is None or not call.stands]


def latest(run: Run, about: Cause) -> Call | None:
    """The last call about something, in the present round of a step."""
    if about.step is not None:
        step = run.steps.get(about.step)
        return None if step is None or step.call is None else now(run, step.call)
    calls = [one for one in run.calls.values() if one.step is None and one.check == about.check]
    if about.check is None:
        calls = [one for one in calls if one.graded == run.severity]
    return calls[-1] if calls else None


def now(run: Run, call: Call) -> Call:
    """A call as it stands now."""
    return run.calls.get(call.entry, call)


def wanted(run: Run, call: Call) -> bool:
    """Whether what the owner was called about is still so."""
    return over(run, call) is None


def over(run: Run, call: Call) -> str | None:
    """Why nobody need come any more, as the beginning of a sentence; None while they need."""
    if run.closed is not None:
        return f"The run was closed at {clock(run.closed.at, since=run.started_at)}"
    if call.over:
        return "That check has passed"
    step = run.steps.get(call.step) if call.step is not None else None
    if call.step is not None and (step is None or step.state in _FINISHED):
        return "That step is finished"
    graded = call.graded is not None and call.graded != run.severity
    return f"It is not {call.graded} any more" if graded else None


def group_of(run: Run, knows: Knows) -> str | None:
    """The id of the owner's user group, which a post calls; None where none is known."""
    owner = run.procedure.owner
    if owner is None or owner.slack_group is None:
        return None
    known = knows.groups.get(group_name(owner.slack_group))
    return None if known is None else known.id


def now_is(run: Run, call: Call) -> Run:
    """The run with a call as it is now."""
    made = replace(run, calls={**run.calls, call.entry: call})
    step = run.steps.get(call.step) if call.step is not None else None
    if step is None or call.step is None or step.call is None or step.call.entry != call.entry:
        # The step went on meanwhile.
        return made
    return replace(made, steps={**run.steps, call.step: replace(step, call=call)})


# How it is told. --------------------------------------------------------------------------------


def what(run: Run, call: Call, *, plainly: bool) -> str:
    """What a call is about, as the end of a sentence; *plainly*, as a channel of others has it."""
    if plainly and run.procedure.private:
        return "somebody is needed"
    if call.step is not None:
        placed = run.known(call.step)
        return f"step {placed.number if placed else escape(call.step)} failed"
    if call.check is None:
        return f"it is {escape(call.graded or WORST)}"
    if plainly:
        return f"the check `{call.check}` failed"
    check = run.procedure.checks.get(call.check)
    title = call.check if check is None else run.words(check.title)
    return f"the check “{brief(title, _TITLE)}” failed"


def told(run: Run, call: Call) -> str:
    """That the owner was called, by whom and when, and who comes; or why they were not."""
    by = f"{mention(call.by)} {moment(run, call.at)}"
    where = channel(call.channel)
    if call.error == ANSWER_LOST and call.coming is None:
        return f"❔ {by} had the owner called in {where}: {why(call.error)}"
    if call.error is not None and call.coming is None:
        return f"🔕 The owner was not called in {where}, as {by} wanted: {why(call.error)}"
    if call.reached is None and call.coming is None:
        return f"⏳ {by} has the owner called in {where} …"
    return f"🔔 The owner was called in {where} by {by}{_nobody_named(run, call)}{comes(run, call)}"


def _nobody_named(run: Run, call: Call) -> str:
    owner = run.procedure.owner
    if call.group is not None or owner is None or owner.slack_group is None:
        return ""
    handle = escape(group_name(owner.slack_group))
    return f" (the group `{handle}` is not known to me, so it was not mentioned)"


def comes(run: Run, call: Call) -> str:
    """Who comes, behind that the owner was called."""
    if call.coming is not None:
        who, since = call.coming
        return f" · {mention(who)} is on it since {moment(run, since)}"
    return " · nobody is on it any more" if call.left else ""


def why(error: str) -> str:
    """Why Slack did not take the post, and what to do."""
    if error == ANSWER_LOST:
        return (
            "whether it arrived is not known, since Slack's answer was lost and I cannot read that "
            "channel. Look there; if nothing is there, press *Call the owner* again."
        )
    if class_of(error) is Class.OUTSIDE:
        return "I am not in that channel. Invite me there, and press *Call the owner* again."
    return f"Slack did not take it (`{escape(error)}`)."


def on_board(run: Run) -> list[Block]:
    """What the board says of calls that are about no step: the worst severity asks for one."""
    calls = [one for one in run.calls.values() if one.step is None and wanted(run, one)]
    shown = [context(f"{told(run, one)} · {what(run, one, plainly=False)}") for one in calls]
    if Cause() in causes(run) and not any(one.stands for one in run.calls.values()):
        owner = run.procedure.owner
        name = brief(owner.team, 60) if owner else ""
        press = button("Call the owner", ABOUT, f"{run.id}/{Cause().key}")
        shown.append(
            section(f"🆘 {WORST}, and the owner, {name}, is not called yet.", accessory=press)
        )
    return shown[-_LISTED:]


def post(run: Run, entry: int, link: str) -> Picture:
    """What stands in the owner's channel: the run, why, who asks, who comes; the board's *link*."""
    call = run.calls[entry]
    names = [escape(run.procedure.id)]
    names += [call.severity] if call.severity and call.graded is None else []
    of = "" if run.procedure.private else f" ({', '.join(names)})"
    to = f"<!subteam^{escape(call.group)}> " if call.group else ""
    asks = f"{by_name(run, call.by)} asks the owner for help"
    words = f"{to}🆘 {run.id}{of}: {what(run, call, plainly=True)}, and {asks}."
    picture = said(f"{words} <{link}|Open the board>")
    more = _answer(run, call)
    spoken = " ".join([picture.text, *more[:1]])
    return Picture(spoken, [*picture.blocks, *map(section, more[:1]), *_buttons(run, call)])


def _answer(run: Run, call: Call) -> list[str]:
    """Who comes, or that nobody need any more."""
    if call.coming is not None:
        who, since = call.coming
        verb = "is" if wanted(run, call) else "was"
        line = [f"🏃 {by_name(run, who)} {verb} on it since {moment(run, since)}."]
    else:
        line = []
    why_not = over(run, call)
    if why_not is None:
        return line
    if run.procedure.private:
        # Why, is of what they are not to know.
        return [" ".join(["✅ Nobody need come any more.", *line])]
    return [" ".join([f"✅ {why_not}: nobody need come any more.", *line])]


def _buttons(run: Run, call: Call) -> list[Block]:
    if not wanted(run, call):
        return []
    value = f"{run.id}/{call.entry}"
    if call.coming is None:
        return [actions("owner", button("I am on it", COMES, value, style="primary"))]
    return [actions("owner", button("I am not, after all", STAYS, value))]
