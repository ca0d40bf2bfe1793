"""Time passes: a wait is over, a step is late, people are reminded; the bot's own, by timers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.acting.calling import MOST, say
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot, no_message
from bot.core.acting.messages import REMINDER
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import INPUTS, OPEN, OWN, PERSON
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene, said, step_name, whats_next
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline, Words
from bot.core.procedure import show_duration
from bot.core.run import events as e
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.states import State
from bot.core.run.times import Reminded, StepLate, WaitOver
from bot.core.run.waits import TITLE_SHOWN, moment
from bot.core.text import brief, escape, mention

# What it makes. ---------------------------------------------------------------------------------


def _in_round(run: Run, event: WaitOver | StepLate | Reminded, step_id: str) -> Step:
    """The step that it is about, which someone is on, in the round that it says."""
    step = run.steps[step_id]
    if event.round != step.round or step.state is not State.TAKEN:
        raise ValueError(f"{run.id}: {event.kind} cannot follow while {step_id} is {step.state}")
    return step


def _over(run: Run, event: WaitOver, at: datetime) -> Run:
    step = replace(_in_round(run, event, event.step), over=True)
    return replace(run, steps={**run.steps, event.step: step})


def _is_late(run: Run, event: StepLate, at: datetime) -> Run:
    step = replace(_in_round(run, event, event.step), late=event.due)
    return replace(run, steps={**run.steps, event.step: step})


def _is_told(run: Run, event: Reminded, at: datetime) -> Run:
    if event.step is None:
        return replace(run, called=(*run.called, event.told))
    old = _in_round(run, event, event.step)
    step = replace(old, reminded=(*old.reminded, event.told))
    return replace(run, steps={**run.steps, event.step: step})


def _touches(run: Run | None, event: Reminded, number: int) -> Sequence[str]:
    return (f"{REMINDER}{number}",) if event.told == "owner" else (f"notice/{number}",)


def _addressed(run: Run, event: Reminded) -> str:
    """Who is spoken to, as the beginning of a sentence; the owner's channel is where it is said."""
    if event.whom is not None:
        return f"{mention(event.whom)}, "
    if event.role is None:
        # In the owner's channel, whoever of them is on call is in their group.
        return f"{say([event.group], [], 0)} " if event.group else ""
    groups = [event.group] if event.group else []
    calls: Sequence[str] = event.calls
    if "calls" not in event.model_fields_set:
        # An entry of before names nobody: the procedure's own list does.
        listed = run.procedure.roles.get(event.role)
        calls = [mention(e.Person(id=one)) for one in (listed.people if listed else ())[:MOST]]
    whom = say(groups, calls, event.others)
    return f"{whom} ({escape(event.role)}): " if whom else f"({escape(event.role)}): "


def _notice(scene: Scene, event: Reminded) -> Picture:
    return said(_words(scene.run, scene.facts[: scene.number], event))


def _owners(run: Run, facts: Sequence[e.Fact], which: str) -> Picture:
    """What is said in the owner's channel, where nobody has the run before their eyes."""
    facts = facts[: int(which)]
    event = facts[-1].event
    if not isinstance(event, Reminded):
        raise TypeError(f"entry {which} of {run.id} is no reminder")
    if run.procedure.private:
        # The channel may have people in it who are not to know what it is about.
        what = "nobody is on it" if event.step is None else "a step is past its time"
        return said(f"{_addressed(run, event)}⏰ {run.id} in <#{run.channel}>: {what}.")
    where = f"In <#{run.channel}>: {brief(run.title, TITLE_SHOWN)}."
    return said(f"{_words(run, facts, event)} {where}")


def _words(run: Run, facts: Sequence[e.Fact], event: Reminded) -> str:
    to, when = _addressed(run, event), moment(run, event.moment)
    if event.step is None:
        return (
            f"👋 {run.id}: {to}nobody is on this run, and nobody did anything since {when}. "
            f"{whats_next(run)}"
        )
    step, leaf = step_name(run, event.step), run.outline.places[event.step].step
    length = show_duration(leaf.timeout) if leaf.timeout is not None else "its time"
    if facts[-1].at < event.moment:
        return (
            f"⏰ {run.id}: {to}step {step} reaches its time-out of {length} at {when}. Mark it "
            "done, or hand it over."
        )
    holder = _holder(facts, event.step)
    on_it = f" {by_name(run, holder)} is on it." if holder and event.whom is None else ""
    return f"⏰ {run.id}: {to}step {step} is past its time-out of {length}, since {when}.{on_it}"


def _holder(facts: Sequence[e.Fact], step_id: str) -> e.Person | None:
    """Who is on a step after these facts."""
    for fact in reversed(facts):
        event = fact.event
        if isinstance(event, e.StepTaken) and event.step == step_id:
            return event.by
        if isinstance(event, e.StepHandedOver | e.StepReturned) and event.step == step_id:
            return event.to
    return None


# How it is told. --------------------------------------------------------------------------------


def _of_wait(around: Around, event: WaitOver, it: Inline) -> Inline:
    return "saw that the time of ", it, " was over"


def _of_late(around: Around, event: StepLate, it: Inline) -> Inline:
    return it, " was past its time-out"


def _of_reminder(around: Around, event: Reminded, it: Inline) -> Inline:
    about: Inline = "the run, which nobody was on" if event.step is None else it
    if event.whom is not None:
        return "reminded ", around.names.of(event.whom), " of ", about
    if event.role is not None:
        return "reminded the role ", Words(event.role), " of ", about
    return "told the owner's channel, ", Words(event.place or ""), ", of ", about


WAIT_OVER = Meaning(
    WaitOver,
    sealed={**OWN, "step": OPEN, "round": OPEN, "due": OPEN},
    changes=_over,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_wait,
    who=by_the_bot,
    account=None,
    brings_looks=True,
)

LATE = Meaning(
    StepLate,
    sealed={**OWN, "step": OPEN, "round": OPEN, "due": OPEN},
    changes=_is_late,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_late,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)

REMINDED = Meaning(
    Reminded,
    sealed={
        **OWN,
        "step": OPEN,
        "round": OPEN,
        "told": OPEN,
        "whom": PERSON,
        "role": OPEN,
        "group": OPEN,
        "calls": INPUTS,
        "others": OPEN,
        "place": OPEN,
        "due": OPEN,
        "moment": OPEN,
    },
    changes=_is_told,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={REMINDER.removesuffix("/"): _owners},
    sentence=_of_reminder,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
