"""Calling the owner of the procedure: one post in their channel for each failure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, OnStep, Question, does, listed, opens
from bot.core.acting.intents import Do, Form
from bot.core.acting.inwords import InWords
from bot.core.acting.meaning import Meaning, all_stay, by_person, by_the_bot
from bot.core.acting.messages import OWNER
from bot.core.acting.owner_call import (
    ABOUT,
    WORST,
    Cause,
    can_call,
    cause,
    causes,
    failed_checks,
    group_of,
    latest,
    now_is,
    told,
    what,
    why,
)
from bot.core.acting.sealed import OPEN, OWN, STEP
from bot.core.acting.sentences import Around, check_title
from bot.core.acting.steps import place
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.blocks import channel, section, select_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.kinds.controls import Control
from bot.core.markup.model import Code, Inline, Words
from bot.core.procedure.paging import paging
from bot.core.run import events as e
from bot.core.run.calling import ANSWER_LOST, Call
from bot.core.run.holding import NOTHING_KNOWN, Knows, group_name
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused, is_mine
from bot.core.run.states import State
from bot.core.text import clock, escape, mention, unmarked

CONTROL = Control("Call the owner", "call_owner", "Call the owner: step {} failed")


@dataclass(frozen=True, slots=True)
class CallOwner:
    """Have the owner of the procedure called: a step failed, or a check, or it is that bad.

    `knows` is what is known of user groups.
    """

    step: str | None
    by: e.Person
    check: str | None = None
    knows: Knows = NOTHING_KNOWN


def _rule(run: Run, command: CallOwner, at: datetime) -> Sequence[e.Event]:
    about = _about(run, command)
    owner = run.procedure.owner
    if owner is None:
        raise Refused("The procedure names no owner. *Note…* tells the thread.")
    if owner.place is None:
        page = f" {paging(owner).rstrip('.')}." if owner.page else ""
        raise Refused(f"The procedure names no channel of {escape(owner.team)}.{page}")
    if (call := latest(run, Cause(command.step, command.check))) is not None and call.stands:
        if is_mine(call.by, command.by):
            return ()
        when = clock(call.at, since=run.started_at)
        raise Refused(
            f"{mention(call.by)} called the owner in {channel(call.channel)} at {when}: once is "
            "enough for each time that something fails."
        )
    group = group_of(run, command.knows)
    if group is not None:
        about["group"] = group
    return (e.OwnerCalled(by=command.by, channel=owner.place, **about),)


def _about(run: Run, command: CallOwner) -> dict[str, str]:
    """What the fact says of why; raises Refused where there is nothing to call about."""
    if command.step is not None:
        placed, step = place(run, command.step)
        if step.state is not State.FAILED:
            number = placed.number
            raise Refused(f"Step {number} has not failed. Mark it failed first, with *Failed…*.")
        return {"step": command.step}
    if command.check is not None:
        if command.check not in failed_checks(run):
            raise Refused("That check does not stand failed now. The board shows how it stands.")
        return {"check": command.check}
    if run.severity != WORST:
        raise Refused(f"{run.id} is not {WORST}. *Severity…*, in *More…*, says how bad it is.")
    return {"graded": WORST}


@dataclass(frozen=True, slots=True)
class TellCalled:
    """How a post into the owner's channel ended; the bot's own command."""

    event: e.OwnerReached


def _told_rule(run: Run, command: TellCalled, at: datetime) -> Sequence[e.Event]:
    """Say it once."""
    call = run.calls.get(command.event.request)
    return () if call is None or call.reached is not None else (command.event,)


TELL = Act(TellCalled, rule=_told_rule, when_closed=True, needs=None, asking=None)


# How it is asked for. ---------------------------------------------------------------------------


def _offered(row: Row, by: e.Person) -> bool:
    return can_call(row)


def _which(run: Run, by: e.Person) -> Sequence[Row] | None:
    """The failed steps; where there is none, something else may be there to call about."""
    failed = [row for row in run.outline.rows if can_call(row)]
    return failed or (None if causes(run) else ())


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[CallOwner] | Form:
    if row is not None:
        return Do(run.id, CallOwner(row.ref, by))
    found = causes(run)
    if len(found) == 1:
        return Do(run.id, CallOwner(found[0].step, by, found[0].check))
    return Form(run.id, "call_owner")


def _presses(run: str, rest: str, by: e.Person) -> Do[CallOwner]:
    about = cause(rest)
    return Do(run, CallOwner(about.step, by, about.check))


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """What are they called about?"""
    owner, found = run.procedure.owner, causes(run)
    if owner is None or owner.place is None or not found:
        raise Refused(_NOTHING_LEFT)
    handle = (
        f" and calls the group `{escape(group_name(owner.slack_group))}`"
        if owner.slack_group
        else ""
    )
    words = (
        f"A post goes to {channel(owner.place)}{handle}: with {run.id}, {_shows(run)} and a link "
        "to the board. Anyone who comes presses *I am on it* there; you hear of it, and the board "
        "says so."
    )
    listed_ = [(_label(run, one), one.key) for one in found]
    ask = select_input("cause", "Call them about", listed_, initial=listed_[0][1])
    return modal("call_owner", "Call the owner", "Call them", [section(words), ask], run=run.id)


def _shows(run: Run) -> str:
    """What the post says of why."""
    if run.procedure.private:
        return "that somebody is needed"
    return (
        f"`{run.procedure.id}`, what you choose below (where this channel is private, neither, but "
        "that somebody is needed), no value"
    )


def _label(run: Run, about: Cause) -> str:
    graded = WORST if about == Cause() else None
    call = Call(
        run.started_by, run.started_at, "", 0, step=about.step, check=about.check, graded=graded
    )
    words = unmarked(what(run, call, plainly=False))
    return words[:1].upper() + words[1:]


def _read(answer: Answer) -> CallOwner:
    about = cause(answer.said("cause"))
    return CallOwner(about.step, answer.by, about.check)


def _any(run: Run) -> bool:
    return bool(causes(run))


_NOTHING_LEFT = (
    "There is nothing left to call the owner about: no step and no check stands failed of which "
    f"they have not heard, and it is not {WORST}."
)
ON_RUN = OnRun(
    "Call the owner…",
    "A post in their channel with a link to the board; it says who comes.",
    "call_owner_ask",
    _any,
)

CALL = Act(
    CallOwner,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={
            CONTROL.verb: does(CallOwner),
            ABOUT: _presses,
            ON_RUN.verb: opens("call_owner"),
        },
        questions=[Question("call_owner", when_closed=False, draw=_form, read=_read)],
        lines=[OnStep(_offered, listed(CONTROL)), ON_RUN],
        words=[
            InWords(
                said=("call the owner", "call owner", "tell the owner", "tell owner"),
                after="",
                runs="open",
                step=_which,
                lacking=_NOTHING_LEFT,
                means=_in_words,
                control=(ON_RUN.label, ON_RUN.verb),
                told="The owner is called; the board shows whether it arrived, and who comes.",
            )
        ],
    ),
)


def line(run: Run, step: Step) -> list[str]:
    """That the owner was called about a step, and who comes; nothing if nobody asked."""
    return [] if step.call is None else [told(run, run.calls.get(step.call.entry, step.call))]


# What it makes. ---------------------------------------------------------------------------------


def _called(run: Run, event: e.OwnerCalled, at: datetime) -> Run:
    call = Call(
        event.by,
        at,
        event.channel,
        run.seq + 1,
        step=event.step,
        check=event.check,
        graded=event.graded,
        group=event.group,
        severity=run.severity,
    )
    made = replace(run, calls={**run.calls, call.entry: call})
    if event.step is None:
        return made
    step = replace(run.steps[event.step], call=call)
    return replace(made, steps={**run.steps, event.step: step})


def _reached(run: Run, event: e.OwnerReached, at: datetime) -> Run:
    call = run.calls.get(event.request)
    if call is None:
        return run
    return now_is(run, replace(call, reached=event.error is None, error=event.error))


def _touches(run: Run | None, event: e.OwnerCalled, number: int) -> Sequence[str]:
    return (f"{OWNER}{number}",)


def _tells(run: Run | None, event: e.OwnerReached, number: int) -> Sequence[str]:
    return [f"notice/{number}"] * (event.error is not None)


def _notice(scene: Scene, event: e.OwnerReached) -> Picture:
    """Whoever asked hears that it did not arrive; the board says that it did."""
    run = scene.run
    call = run.calls[event.request]
    who, where = f"{mention(call.by)}, ", channel(call.channel)
    about, error = what(run, call, plainly=False), why(event.error or "")
    if event.error == ANSWER_LOST:
        return said(f"❔ {run.id}: {who}the owner was to be called in {where} ({about}): {error}")
    return said(f"🔕 {run.id}: {who}the owner was not called in {where} ({about}). {error}")


def _cause(around: Around, event: e.OwnerCalled, it: Inline) -> Inline:
    if event.check is not None:
        return "the check “", check_title(around, event.check), "” failed"
    return f"it is {event.graded}" if event.step is None else (it, " failed")


def _asked(around: Around, event: e.OwnerCalled, it: Inline) -> Inline:
    return "had the owner called in ", Words(event.channel), ": ", _cause(around, event, it)


def _ended(around: Around, event: e.OwnerReached, it: Inline) -> Inline:
    call = around.run.calls.get(event.request)
    about: Inline = it
    if event.step is None:
        about = Words("how it stands" if call is None else what(around.run, call, plainly=False))
    if event.error is None:
        return "the owner was called about this: ", about
    if event.error == ANSWER_LOST:
        return "whether the owner was called is not known, Slack's answer was lost: ", about
    return "the owner was not called (", Code(event.error), "): ", about


CALLED = Meaning(
    e.OwnerCalled,
    sealed={**STEP, "channel": OPEN, "check": OPEN, "graded": OPEN, "group": OPEN},
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
