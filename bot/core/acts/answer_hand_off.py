"""Answering a hand-off: taking what someone has in a run, or leaving it with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.approvals import agreed
from bot.core.acting.asking import Answer, Asking, Question, opens_about
from bot.core.acting.handoff_message import accepted, declined
from bot.core.acting.intents import Do, Odd
from bot.core.acting.meaning import Meaning, by_person
from bot.core.acting.sealed import ASKED, OPEN, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.shift import (
    both,
    numbered,
    over,
    roles_of,
    steps_of,
    waiting,
    without_buttons,
)
from bot.core.blockkit.blocks import section, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.holding import NOTHING_KNOWN, Knows
from bot.core.run.model import Run
from bot.core.run.refusals import WORDS_LIMIT, Refused, is_mine, worded
from bot.core.run.shift import Handoff, HandoffAccepted, HandoffDeclined, RoleAssigned
from bot.core.text import clock, mention


@dataclass(frozen=True, slots=True)
class AcceptHandoff:
    """Take what someone hands off; `knows` is what is known of roles.

    `every` says that it is for all the runs that the message asks for.
    """

    by: e.Person
    request: int
    knows: Knows = NOTHING_KNOWN
    every: bool = False


def _accept(run: Run, command: AcceptHandoff, at: datetime) -> Sequence[e.Event]:
    asked = _for_me(run, command.request, command.by)
    if at >= asked.until:
        raise Refused(
            f"Nothing was recorded: {mention(asked.by)} waited until "
            f"{clock(asked.until, since=run.started_at)}. Ask whether you should still take it."
        )
    kept, moved = [], []
    for row in steps_of(run, asked.by):
        try:
            agreed(run, run.outline.places[row.id], command.by)
        except Refused:
            kept.append(row.id)
        else:
            moved.append(row.id)
    # A role of the procedure is only for those who may hold it, however it comes to them.
    barred = [
        role
        for role in roles_of(run, asked.by)
        if role in run.procedure.roles
        and command.knows.holding(run.procedure, role, command.by.id).holds is False
    ]
    came = {"handoff": asked.number}
    steps = [
        e.StepHandedOver(step=step, by=command.by, to=command.by, was=asked.by, **came)
        for step in moved
    ]
    cast = [
        RoleAssigned(role=role, by=command.by, to=command.by, **came)
        for role in roles_of(run, asked.by)
        if role not in barred
    ]
    left = {"kept": tuple(kept), "kept_roles": tuple(barred)}
    left = {name: value for name, value in left.items() if value}
    taken = HandoffAccepted(by=command.by, request=asked.number, **left)
    return (taken, *steps, *cast)


def _for_me(run: Run, number: int, by: e.Person) -> Handoff:
    """A hand-off to someone; raises Refused."""
    asked = waiting(run, number)
    if not is_mine(asked.to, by):
        raise Refused(
            f"Nothing was recorded: {mention(asked.by)} asked {mention(asked.to)}. *Take over* on "
            "the board is for everyone."
        )
    return asked


def _accepts(run: str, rest: str, by: e.Person) -> Do[AcceptHandoff]:
    return Do(run, AcceptHandoff(by, numbered(rest)))


def _accepts_all(run: str, rest: str, by: e.Person) -> Do[AcceptHandoff]:
    return Do(run, AcceptHandoff(by, numbered(rest), every=True))


ACCEPT = Act(
    AcceptHandoff,
    rule=_accept,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={"handoff_accept": _accepts, "handoff_accept_all": _accepts_all},
        questions=[],
        lines=[],
        words=[],
    ),
)


@dataclass(frozen=True, slots=True)
class DeclineHandoff:
    """Leave with someone what they want to hand off, and perhaps say why."""

    by: e.Person
    request: int
    reason: str = ""


def _decline(run: Run, command: DeclineHandoff, at: datetime) -> Sequence[e.Event]:
    asked = _for_me(run, command.request, command.by)
    why = {"reason": worded(command.reason, "the reason")} if command.reason.strip() else {}
    return (HandoffDeclined(by=command.by, request=asked.number, **why),)


def _why_not(run: Run, which: str | None, by: e.Person) -> View:
    """Why not?"""
    named = which is not None and which.isdecimal() and which in map(str, run.handoffs)
    asked = waiting(run, int(which) if named and which else 0)
    ask = text_input(
        "reason",
        "Why not?",
        multiline=True,
        limit=WORDS_LIMIT,
        optional=True,
        hint="Posted in the thread.",
    )
    words = section(f"{mention(asked.by)} keeps what they have in *{run.id}*, and hears of it.")
    about = {"run": run.id, "request": asked.number}
    return modal("handoff_decline", "Decline", "Decline", [words, ask], **about)


def _read_decline(answer: Answer) -> DeclineHandoff:
    number = answer.about["request"]
    if not isinstance(number, int) or isinstance(number, bool):
        raise Odd("not the number of an entry")
    return DeclineHandoff(answer.by, number, answer.said("reason"))


DECLINE = Act(
    DeclineHandoff,
    rule=_decline,
    when_closed=False,
    needs=None,
    asking=Asking(
        verbs={"handoff_decline": opens_about("handoff_decline")},
        questions=[
            Question("handoff_decline", when_closed=False, draw=_why_not, read=_read_decline)
        ],
        lines=[],
        words=[],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _takes(around: Around, event: HandoffAccepted, it: Inline) -> Inline:
    return f"took over, as entry {event.request} asked"


def _leaves(around: Around, event: HandoffDeclined, it: Inline) -> Inline:
    why: Inline = () if event.reason is None else (": ", around.names.opening(event.reason))
    return f"declined to take over (entry {event.request})", why


def _reason(event: HandoffDeclined) -> str:
    return event.reason or ""


ACCEPTED = Meaning(
    HandoffAccepted,
    sealed={**ASKED, "request": OPEN, "kept": OPEN, "kept_roles": OPEN},
    changes=over,
    matters=None,
    touches=both,
    offers=without_buttons,
    opens=None,
    notice=accepted,
    messages={},
    sentence=_takes,
    who=by_person,
    account=None,
    brings_looks=False,
)

DECLINED = Meaning(
    HandoffDeclined,
    sealed={**ASKED, "request": OPEN, "reason": WORDS},
    changes=over,
    matters=None,
    touches=both,
    offers=without_buttons,
    opens=None,
    notice=declined,
    messages={},
    sentence=_leaves,
    who=by_person,
    account=_reason,
    brings_looks=False,
)
