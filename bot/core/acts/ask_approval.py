"""Asking others to approve a step, taking that back, and the end of a request that was too late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core.acting.act import Act
from bot.core.acting.approvals import (
    UNENDED,
    asked_about,
    asked_of,
    fits,
    missing,
    subject,
)
from bot.core.acting.asking import Asking, OnStep, does, listed
from bot.core.acting.calling import called
from bot.core.acting.declining import despite, held, standing
from bot.core.acting.inwords import InWords, does_in_words
from bot.core.acting.meaning import Meaning, by_person, by_the_bot
from bot.core.acting.request_message import draw, of_end, of_lapse
from bot.core.acting.sealed import INPUTS, OPEN, OWN, STEP
from bot.core.acting.sentences import Around
from bot.core.acting.steps import already, due, place
from bot.core.kinds.controls import ASK_APPROVAL as ASK
from bot.core.kinds.controls import CANCEL_APPROVAL as CANCEL
from bot.core.markup.model import Inline
from bot.core.procedure import approval_of
from bot.core.run import events as e
from bot.core.run.approving import Because
from bot.core.run.asked import Asked, when_over
from bot.core.run.holding import NOTHING_KNOWN, Knows
from bot.core.run.model import Run
from bot.core.run.offers import Offers, about, without
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused, is_mine
from bot.core.text import clock, escape, mention

# Asking. ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskApproval:
    """Ask others to approve a step; `knows` is what is known of roles."""

    step: str
    by: e.Person
    knows: Knows = NOTHING_KNOWN


def _rule(run: Run, command: AskApproval, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    wanted = approval_of(placed.step)
    if wanted is None:
        raise Refused(f"Step {placed.number} needs no approval: take it.")
    if step.state not in UNENDED:
        raise Refused(already(run, placed, step) + " There is nothing to ask for now.")
    due(run, placed)
    asked = asked_of(run, command.step)
    counts = asked is not None and fits(run, command.step, asked)
    if asked is not None and counts and asked.is_approved:
        raise Refused(f"Step {placed.number} is approved already.")
    if asked is not None and counts and asked.waits and not asked.is_late(at):
        if is_mine(asked.by, command.by):
            return ()
        since = clock(asked.at, since=run.started_at)
        raise Refused(
            f"{mention(asked.by)} asked for that at {since}: {len(asked.approvals)} of "
            f"{asked.min} approve. The thread has the request."
        )
    if unknown := missing(run, command.step):
        named = ", ".join(map(escape, unknown))
        raise Refused(
            f"Nobody was asked: not known yet is {named}, and people approve whole commands only. "
            "Do the step that finds it first."
        )
    texts = typed, words = subject(run, command.step)
    against = standing(run, command.step, asked)
    held(run, command.by, against, texts)
    until = {} if wanted.timeout is None else {"until": at + wanted.timeout}
    role = {} if wanted.role is None else {"role": wanted.role}
    spite = {"despite": tuple(despite(against, texts))} if against else {}
    request = e.ApprovalRequested(
        step=command.step,
        by=command.by,
        min=wanted.min,
        commands=typed,
        says=words,
        **role,
        **until,
        **spite,
        **_calls(run, command, wanted.role, [one.asker for one in against if one.is_of(*texts)]),
    )
    if asked is None or asked.lapsed:
        return (request,)
    return (_void(command.step, command.by, asked, "asked"), request)


def _calls(
    run: Run, command: AskApproval, role: str | None, before: Sequence[e.Person]
) -> Mapping[str, Any]:
    """Whom the request calls: those who may vote on it, where a role says who they are."""
    roles = (role,) if role is not None else command.knows.kept(run.procedure, "approve")
    holders = (run.steps[one.step.id].holder for one in asked_about(run, command.step))
    # Nobody approves what they ask for, or are on.
    but = {one.id for one in (command.by, *before, *holders) if one is not None}
    return called(run.procedure, roles, command.knows, but) if roles else {}


def _void(step: str, by: e.Person, asked: Asked, because: Because) -> e.ApprovalVoided:
    return e.ApprovalVoided(step=step, by=by, request=asked.number, because=because)


def can_be_asked(row: Row) -> bool:
    """Whether asking for its approval makes sense: nobody is asked, or not with success."""
    free = row.state in UNENDED and row.awaited is None and row.spare is None
    return free and row.unapproved and not (row.asked is not None and row.asked.waits)


def _can_be_asked(row: Row, by: e.Person) -> bool:
    declined = (*row.declined, *(row.asked.declined if row.asked else ()))
    return can_be_asked(row) and not any(is_mine(one.asker, by) for one in declined)


def _to_be_asked(run: Run, by: e.Person) -> Sequence[Row]:
    return [row for row in run.outline.next_steps if can_be_asked(row)]


ASK_IT = Act(
    AskApproval,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={ASK.verb: does(AskApproval)},
        questions=[],
        lines=[OnStep(_can_be_asked, listed(ASK))],
        words=[
            InWords(
                said=("ask for approval", "ask approval", "request approval"),
                after="",
                runs="open",
                step=_to_be_asked,
                lacking="No step waits to be approved.",
                means=does_in_words(AskApproval),
                control=None,
                told="People are asked to approve step {}; the request is in the thread.",
            )
        ],
    ),
)


# Taking it back. --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CancelApproval:
    """Take a request for approval back that one has made."""

    step: str
    by: e.Person


def _cancel(run: Run, command: CancelApproval, at: datetime) -> Sequence[e.Event]:
    placed, step = place(run, command.step)
    asked = asked_of(run, command.step)
    if asked is None:
        return ()
    if step.state not in UNENDED:
        raise Refused(already(run, placed, step) + " There is no request to take back.")
    if not is_mine(asked.by, command.by):
        raise Refused(
            f"{mention(asked.by)} asked for it, and only they can take that back. You can decline."
        )
    return (_void(command.step, command.by, asked, "taken_back"),)


def _is_own(row: Row, by: e.Person) -> bool:
    return row.state in UNENDED and row.asked is not None and row.asked.by.id == by.id


def _own(run: Run, by: e.Person) -> Sequence[Row]:
    return [row for row in run.outline.rows if _is_own(row, by)]


CANCEL_IT = Act(
    CancelApproval,
    rule=_cancel,
    when_closed=False,
    needs=None,
    asking=Asking(
        verbs={CANCEL.verb: does(CancelApproval)},
        questions=[],
        lines=[OnStep(_is_own, listed(CANCEL))],
        words=[
            InWords(
                said=("take the request back", "take request back", "cancel the request"),
                after="",
                runs="open",
                step=_own,
                lacking="You have asked for no approval.",
                means=does_in_words(CancelApproval),
                control=None,
                told="The request to approve step {} is taken back.",
            )
        ],
    ),
)


# What they make. --------------------------------------------------------------------------------


def _requested(run: Run, event: e.ApprovalRequested, at: datetime) -> Run:
    before = run.asked.get(event.step)
    declined = run.declined if before is None else when_over(run.declined, event.step, before)
    named = declined.get(event.step, ())
    earlier = tuple(one for one in named if one.vote.entry in event.despite)
    asked = Asked(
        number=run.seq + 1,
        by=event.by,
        at=at,
        round=event.round,
        min=event.min,
        role=event.role,
        until=event.until,
        commands=event.commands,
        words=event.says,
        earlier=earlier,
    )
    return replace(run, asked={**run.asked, event.step: asked}, declined=declined)


def _one_notice(run: Run | None, event: e.ApprovalRequested, number: int) -> Sequence[str]:
    return (f"notice/{number}",)


def _offered(run: Run, offers: Offers, event: e.ApprovalRequested, number: int) -> Offers:
    return {**offers, about(event.step): number}


def _of_request(around: Around, event: e.ApprovalRequested, it: Inline) -> Inline:
    role = f" of {event.role}" if event.role else ""
    people = "1 person" if event.min == 1 else f"{event.min} people"
    entries = ", ".join(map(str, event.despite))
    spite = f", although it was declined before (entry {entries})" if entries else ""
    if len(event.despite) > 1:
        spite = spite.replace("(entry", "(entries")
    return "asked for approval of ", it, f" by {people}{role}{spite}"


REQUESTED = Meaning(
    e.ApprovalRequested,
    sealed={
        **STEP,
        "min": OPEN,
        "role": OPEN,
        "until": OPEN,
        "commands": INPUTS,
        "says": INPUTS,
        "despite": OPEN,
        "groups": OPEN,
        "calls": INPUTS,
        "others": OPEN,
    },
    changes=_requested,
    matters=None,
    touches=_one_notice,
    offers=_offered,
    opens=None,
    notice=draw,
    messages={},
    sentence=_of_request,
    who=by_person,
    account=None,
    brings_looks=False,
)


def _voided(run: Run, event: e.ApprovalVoided, at: datetime) -> Run:
    kept = {step: asked for step, asked in run.asked.items() if asked.number != event.request}
    over = run.asked.get(event.step)
    if over is None or over.number != event.request:
        return replace(run, asked=kept)
    return replace(run, asked=kept, declined=when_over(run.declined, event.step, over))


def _void_touches(run: Run | None, event: e.ApprovalVoided, number: int) -> Sequence[str]:
    # Who voted, and who asked, hear of it; whoever did it themselves need not.
    asked = run.asked.get(event.step) if run else None
    alone = event.by is not None and asked is not None and not asked.votes
    if alone and event.by is not None and asked is not None and asked.by.id == event.by.id:
        return (f"notice/{event.request}",)
    return (f"notice/{event.request}", f"notice/{number}")


def _over(run: Run, offers: Offers, event: e.ApprovalVoided, number: int) -> Offers:
    mine = offers.get(about(event.step)) == event.request
    return without(offers, about(event.step)) if mine else offers


_WHY = {
    "corrected": "what it shows was changed",
    "undone": "it was undone",
    "again": "it is done in another round",
    "skipped": "it was skipped",
    "taken_back": "the request was taken back",
    "asked": "it was asked for once more",
    "closed": "the run was closed",
}


def _of_void(around: Around, event: e.ApprovalVoided, it: Inline) -> Inline:
    why = _WHY[event.because]
    return "ended the request (entry ", str(event.request), ") for approval of ", it, f": {why}"


def _by(event: e.ApprovalVoided) -> e.Person | None:
    return event.by


VOIDED = Meaning(
    e.ApprovalVoided,
    sealed={**STEP, "request": OPEN, "because": OPEN},
    changes=_voided,
    matters=None,
    touches=_void_touches,
    offers=_over,
    opens=None,
    notice=of_end,
    messages={},
    sentence=_of_void,
    who=_by,
    account=None,
    brings_looks=False,
)


def _lapsed(run: Run, event: e.ApprovalLapsed, at: datetime) -> Run:
    asked = run.asked.get(event.step)
    if asked is None or asked.number != event.request:
        return run
    return replace(run, asked={**run.asked, event.step: replace(asked, lapsed=True)})


def _again(run: Run, offers: Offers, event: e.ApprovalLapsed, number: int) -> Offers:
    return {**offers, about(event.step): number}


def _lapse_touches(run: Run | None, event: e.ApprovalLapsed, number: int) -> Sequence[str]:
    return (f"notice/{event.request}", f"notice/{number}")


def _of_lapsing(around: Around, event: e.ApprovalLapsed, it: Inline) -> Inline:
    entry = str(event.request)
    return "the request (entry ", entry, ") for approval of ", it, " was not met in time"


LAPSED = Meaning(
    e.ApprovalLapsed,
    sealed={**OWN, "step": OPEN, "round": OPEN, "request": OPEN},
    changes=_lapsed,
    matters=None,
    touches=_lapse_touches,
    offers=_again,
    opens=None,
    notice=of_lapse,
    messages={},
    sentence=_of_lapsing,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
