"""Telling the owner of the procedure that a step failed: one post in their channel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking, OnStep, does, listed
from bot.core.acting.inwords import InWords, does_in_words
from bot.core.acting.meaning import Meaning, all_stay, by_person, by_the_bot
from bot.core.acting.messages import OWNER
from bot.core.acting.sealed import OPEN, OWN, STEP
from bot.core.acting.sentences import Around
from bot.core.acting.steps import place
from bot.core.acting.thread import Scene, said, step_name
from bot.core.blockkit.blocks import channel
from bot.core.blockkit.picture import Picture
from bot.core.kinds.controls import Control
from bot.core.markup.model import Code, Inline, Words
from bot.core.procedure.paging import paging
from bot.core.run import events as e
from bot.core.run.calling import ANSWER_LOST, Call
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused, is_mine
from bot.core.run.slack_errors import Class, class_of
from bot.core.run.states import State
from bot.core.run.waits import moment
from bot.core.text import clock, escape, mention

CONTROL = Control("Tell the owner", "call_owner", "Tell the owner that step {} failed")


@dataclass(frozen=True, slots=True)
class CallOwner:
    """Have the owner of the procedure told that a step failed."""

    step: str
    by: e.Person


def _rule(run: Run, command: CallOwner, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    if step.state is not State.FAILED:
        raise Refused(f"Step {placed.number} has not failed. Mark it failed first, with *Failed…*.")
    owner = run.procedure.owner
    if owner is None:
        raise Refused("The procedure names no owner. *Note…* tells the thread.")
    if owner.place is None:
        page = f" {paging(owner).rstrip('.')}." if owner.page else ""
        raise Refused(f"The procedure names no channel of {escape(owner.team)}.{page}")
    if (call := step.call) is not None and call.error is None:
        if is_mine(call.by, command.by):
            return ()
        when = clock(call.at, since=run.started_at)
        raise Refused(
            f"{mention(call.by)} told the owner in {channel(call.channel)} at {when}: once is "
            "enough for each time that a step fails."
        )
    return (e.OwnerCalled(step=command.step, by=command.by, channel=owner.place),)


@dataclass(frozen=True, slots=True)
class TellCalled:
    """How a post into the owner's channel ended; the bot's own command."""

    event: e.OwnerReached


def _told_rule(run: Run, command: TellCalled, at: datetime) -> Sequence[e.Event]:
    """Say it once."""
    event = command.event
    call = run.steps[event.step].call
    known = call is not None and call.entry == event.request and call.reached is not None
    return () if known or event.request > run.seq else (event,)


TELL = Act(TellCalled, rule=_told_rule, when_closed=True, needs=None, asking=None)


def can_call(row: Row) -> bool:
    """Whether the owner of the procedure can be told of a step."""
    told = row.step.call is not None and row.step.call.error is None
    return row.state is State.FAILED and row.owner is not None and not told


def _offered(row: Row, by: e.Person) -> bool:
    return can_call(row)


def _failed(run: Run, by: e.Person) -> Sequence[Row]:
    return [row for row in run.outline.rows if can_call(row)]


CALL = Act(
    CallOwner,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={CONTROL.verb: does(CallOwner)},
        questions=[],
        lines=[OnStep(_offered, listed(CONTROL))],
        words=[
            InWords(
                said=("tell the owner", "tell owner", "call the owner", "call owner"),
                after="",
                runs="open",
                step=_failed,
                lacking="No failed step is left to tell the owner of.",
                means=does_in_words(CallOwner),
                control=None,
                told="The owner is told that step {} failed; the board shows whether it arrived.",
            )
        ],
    ),
)


def line(run: Run, step: Step) -> list[str]:
    """That the owner was told of a step, by whom and when, or why not; nothing if nobody asked."""
    call = step.call
    if call is None:
        return []
    by = f"{mention(call.by)} {moment(run, call.at)}"
    where = channel(call.channel)
    if call.error == ANSWER_LOST:
        return [f"❔ {by} had the owner told in {where}: {_why(call.error)}"]
    if call.error is not None:
        return [f"🔕 The owner was not told in {where}, as {by} wanted: {_why(call.error)}"]
    if call.reached is None:
        return [f"⏳ {by} has the owner told in {where} …"]
    return [f"🔔 The owner was told in {where} by {by}"]


def _why(error: str) -> str:
    """Why Slack did not take the post, and what to do."""
    if error == ANSWER_LOST:
        return (
            "whether it arrived is not known, since Slack's answer was lost and I cannot read that "
            "channel. Look there; if nothing is there, press *Tell the owner* again."
        )
    if class_of(error) is Class.OUTSIDE:
        return "I am not in that channel. Invite me there, and press *Tell the owner* again."
    return f"Slack did not take it (`{escape(error)}`)."


def post(run: Run, event: e.OwnerCalled, link: str) -> Picture:
    """What stands in the owner's channel: the run, the step, who asks, and the board's *link*."""
    placed = run.find(event.step)
    number = placed.number if placed else event.step
    what = "" if run.procedure.private else f" ({escape(run.procedure.id)})"
    return said(
        f"🆘 {run.id}{what}: step {number} failed, and {mention(event.by)} asks the owner for "
        f"help. <{link}|Open the board>"
    )


# What it makes. ---------------------------------------------------------------------------------


def _called(run: Run, event: e.OwnerCalled, at: datetime) -> Run:
    call = Call(event.by, at, event.channel, run.seq + 1)
    return _with(run, event.step, call)


def _reached(run: Run, event: e.OwnerReached, at: datetime) -> Run:
    call = run.steps[event.step].call
    if call is None or call.entry != event.request:
        # The step went on meanwhile.
        return run
    return _with(run, event.step, replace(call, reached=event.error is None, error=event.error))


def _with(run: Run, step_id: str, call: Call) -> Run:
    return replace(run, steps={**run.steps, step_id: replace(run.steps[step_id], call=call)})


def _touches(run: Run | None, event: e.OwnerCalled, number: int) -> Sequence[str]:
    return (f"{OWNER}{number}",)


def _tells(run: Run | None, event: e.OwnerReached, number: int) -> Sequence[str]:
    return [f"notice/{number}"] * (event.error is not None)


def _notice(scene: Scene, event: e.OwnerReached) -> Picture:
    """Whoever asked hears that it did not arrive; the board says that it did."""
    run = scene.run
    asked = scene.facts[event.request - 1].event
    who = f"{mention(asked.by)}, " if isinstance(asked, e.OwnerCalled) else ""
    where = channel(asked.channel) if isinstance(asked, e.OwnerCalled) else "their channel"
    step = step_name(run, event.step)
    why = _why(event.error or "")
    if event.error == ANSWER_LOST:
        to = f"{who}the owner was to be told in {where} about step {step}"
        return said(f"❔ {run.id}: {to}: {why}")
    return said(f"🔕 {run.id}: {who}the owner was not told in {where} about step {step}. {why}")


def _asked(around: Around, event: e.OwnerCalled, it: Inline) -> Inline:
    return "had the owner told in ", Words(event.channel), " that ", it, " failed"


def _ended(around: Around, event: e.OwnerReached, it: Inline) -> Inline:
    if event.error is None:
        return "the owner was told about ", it
    if event.error == ANSWER_LOST:
        return "whether the owner was told about ", it, " is not known: Slack's answer was lost"
    return "the owner was not told about ", it, " (", Code(event.error), ")"


CALLED = Meaning(
    e.OwnerCalled,
    sealed={**STEP, "channel": OPEN},
    changes=_called,
    # It changes nothing in the system.
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_asked,
    who=by_person,
    account=None,
    brings_looks=False,
)

REACHED = Meaning(
    e.OwnerReached,
    sealed={**OWN, "step": OPEN, "request": OPEN, "error": OPEN},
    changes=_reached,
    matters=None,
    touches=_tells,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_ended,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
