"""Approving what somebody asks for, declining it, and taking such a vote back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core.acting.act import Act
from bot.core.acting.approvals import asked_of, counted, fits, requested, vote
from bot.core.acting.asking import (
    Answer,
    Asking,
    OnStep,
    Question,
    on_step,
    opens_about,
    row_of,
)
from bot.core.acting.intents import Do
from bot.core.acting.inwords import InWords, or_the_run
from bot.core.acting.meaning import Matters, Meaning, all_stay, always, by_person, no_message
from bot.core.acting.naming import by_name
from bot.core.acting.request_message import (
    approve_button,
    beside,
    greyed,
    is_short,
    numbered,
    of_vote,
    vote_button,
)
from bot.core.acting.rights import ask, held_by, may, named
from bot.core.acting.sealed import OPEN, STEP, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.steps import ended, moved
from bot.core.acting.thread import step_name
from bot.core.blockkit.blocks import Block, button, context, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.kinds.controls import APPROVE, DECLINE, SHOW_REQUEST, TAKE_VOTE_BACK, Control
from bot.core.markup.model import Inline
from bot.core.procedure import Placed, guards
from bot.core.run import events as e
from bot.core.run.asked import Asked, Declined, without
from bot.core.run.holding import NOTHING_KNOWN, Holding, Knows, as_role
from bot.core.run.model import Run
from bot.core.run.offers import step_over
from bot.core.run.outline import Row
from bot.core.run.refusals import WORDS_LIMIT, Refused, is_mine, worded
from bot.core.run.rows import target
from bot.core.run.states import State
from bot.core.text import clock, mention

_NOTHING = "Nothing was recorded."
_NOT_ALL = f"Not all of it is shown here: *{SHOW_REQUEST.label}* under the request has every word."


@dataclass(frozen=True, slots=True)
class Vote:
    """Approve what a request shows, or decline it and say why; `request` is its entry's number."""

    step: str
    by: e.Person
    request: int
    approves: bool = True
    reason: str = ""
    knows: Knows = NOTHING_KNOWN


def _rule(run: Run, command: Vote, at: datetime) -> Sequence[e.Event]:
    placed, asked = requested(run, command.step, command.request, _NOTHING)
    _in_time(run, asked, at)
    if command.by.id in asked.askers:
        raise Refused(
            f"{_NOTHING} You asked for this approval, so your own vote does not count. Somebody "
            "else has to look at it."
        )
    if not fits(run, command.step, asked):
        raise Refused(
            f"{_NOTHING} What step {placed.number} does has changed since it was asked for. Press "
            "*Ask for approval* on the board."
        )
    held = _held(run, asked, command)
    had = asked.votes.get(command.by.id)
    if had is not None and had.approves == command.approves:
        return ()  # One person counts once.
    why = {} if command.approves else {"reason": worded(command.reason, "the reason")}
    role = as_role(held)
    event = e.ApprovalVoted(
        step=command.step,
        by=command.by,
        request=asked.number,
        approves=command.approves,
        **why,
        **({} if role is None else {"as_role": role}),
    )
    now = replace(asked, votes={**asked.votes, command.by.id: vote(event, at, run.seq + 1)})
    return (event, *_ends(placed, now, command.by))


def _in_time(run: Run, asked: Asked, at: datetime) -> None:
    if asked.is_late(at) and asked.until is not None:
        until = clock(asked.until, since=run.started_at)
        raise Refused(
            f"{_NOTHING} That request was for {mention(asked.by)}, until {until}: it is too late. "
            "It can be asked for again, on the board."
        )


def _held(run: Run, asked: Asked, command: Vote) -> Holding:
    """In which role someone votes; raises Refused if they may not, or it is not known."""
    procedure, knows, person = run.procedure, command.knows, command.by
    if asked.role is None:
        return may(procedure, "approve", person, knows, certain=True)
    held = knows.holding(procedure, asked.role, person.id)
    if held.holds:
        return held
    role = named(procedure, asked.role)
    raise Refused(
        f"{_NOTHING} Only {role} may approve this. {held_by(procedure, asked.role, knows)} "
        f"{ask(procedure)}"
    )


def _ends(placed: Placed, now: Asked, by: e.Person) -> Sequence[e.Event]:
    """What a step that only asks comes to when enough people approve."""
    if not (guards(placed.step) and now.is_approved):
        return ()
    return (e.StepApproved(step=placed.step.id, by=by, request=now.number),)


# How it is asked for. ---------------------------------------------------------------------------


def _approves(run: str, rest: str, by: e.Person) -> Do[Vote]:
    step, number = numbered(rest)
    return Do(run, Vote(step, by, number))


def _can_vote(row: Row, by: e.Person) -> bool:
    asked = row.asked
    free = row.state in (State.OPEN, State.FAILED) and asked is not None and not asked.lapsed
    return free and asked is not None and by.id not in asked.askers


def _listed(control: Control) -> Any:
    def drawn(run: Run, row: Row) -> Block:
        if row.asked is None:
            raise Refused(f"Nobody asked for approval of step {row.number}.")
        if control is APPROVE:
            # Nothing of what it covers stands beside it here.
            return approve_button(run, row, row.asked, seen=False)
        return vote_button(run, row, row.asked, control, None)

    return drawn


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Why is it not approved?"""
    step, number = numbered(which or "")
    row = row_of(run, step)
    _, asked = requested(run, row.id, number, _NOTHING)
    why = text_input(
        "reason",
        "Why do you decline?",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="It will be posted in the thread, with your name.",
    )
    texts = beside(run, row.id, asked.words)
    more = [] if is_short(asked.commands, texts) else [context(_NOT_ALL)]
    blocks = on_step(row, *greyed(list(asked.commands)), *more, why)
    about = {"run": run.id, "step": row.ref, "request": asked.number}
    return modal("decline", "Decline", "Decline", blocks, **about)


def _read(answer: Answer) -> Vote:
    number = int(answer.about["request"])
    return Vote(answer.of_step(), answer.by, number, approves=False, reason=answer.said("reason"))


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[Vote]:
    """People vote on what they see, so the words lead there."""
    raise Refused(
        "A vote is on what the request shows: press *Approve* or *Decline…* there, in the thread "
        "under the board."
    )


VOTE = Act(
    Vote,
    rule=_rule,
    when_closed=False,
    needs=None,  # The rule asks for the role that the step names.
    asking=Asking(
        verbs={APPROVE.verb: _approves, DECLINE.verb: opens_about("decline")},
        questions=[Question("decline", when_closed=False, draw=_form, read=_read)],
        lines=[OnStep(_can_vote, _listed(APPROVE)), OnStep(_can_vote, _listed(DECLINE))],
        words=[
            InWords(
                said=("approve", "approved", "decline", "reject", "take my vote back"),
                after="REASON",
                runs="open",
                step=or_the_run,
                lacking="",
                means=_in_words,
                control=None,
                told="",
            )
        ],
    ),
)


# Taking it back. --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakeVoteBack:
    """Take one's vote on a request back."""

    step: str
    by: e.Person
    request: int


def _back(run: Run, command: TakeVoteBack, at: datetime) -> Sequence[e.Event]:
    if (before := _before(run, command)) is not None:
        # Its request is over, and nobody is let in by this: it may be asked for again.
        request = before.request
        return (e.ApprovalVoteWithdrawn(step=command.step, by=command.by, request=request),)
    placed, asked = requested(run, command.step, command.request, _NOTHING)
    if command.by.id not in asked.votes:
        raise Refused(f"You have not voted on step {placed.number}: there is nothing to take back.")
    event = e.ApprovalVoteWithdrawn(step=command.step, by=command.by, request=asked.number)
    left = {key: one for key, one in asked.votes.items() if key != command.by.id}
    now = replace(asked, votes=left)
    ends = () if asked.lapsed else _ends(placed, now, command.by)
    return (event, *ends)


def _before(run: Run, command: TakeVoteBack) -> Declined | None:
    """Their vote against an earlier request, which stands, where they speak of one."""
    asked = asked_of(run, command.step)
    if asked is not None and asked.number == command.request:
        return None
    declined = run.declined.get(command.step, ())
    return next((one for one in declined if is_mine(one.vote.by, command.by)), None)


def _listed_before(run: Run, row: Row) -> Block:
    control, newest = TAKE_VOTE_BACK, row.declined[-1].request
    says = control.says.format(row.number)
    return button(control.label, control.verb, f"{target(run, row)}/{newest}", says=says)


def _takes_back(run: str, rest: str, by: e.Person) -> Do[TakeVoteBack]:
    step, number = numbered(rest)
    return Do(run, TakeVoteBack(step, by, number))


def _has_voted(row: Row, by: e.Person) -> bool:
    return row.state in (State.OPEN, State.FAILED) and bool(row.asked and by.id in row.asked.votes)


def _declined_before(row: Row, by: e.Person) -> bool:
    return any(is_mine(one.vote.by, by) for one in row.declined) and not _has_voted(row, by)


TAKE_BACK = Act(
    TakeVoteBack,
    rule=_back,
    when_closed=False,
    needs=None,
    asking=Asking(
        verbs={TAKE_VOTE_BACK.verb: _takes_back},
        questions=[],
        lines=[
            OnStep(_has_voted, _listed(TAKE_VOTE_BACK)),
            OnStep(_declined_before, _listed_before),
        ],
        # The words of a vote lead to it.
        words=[],
    ),
)


# What they make. --------------------------------------------------------------------------------


def _voted(run: Run, event: e.ApprovalVoted, at: datetime) -> Run:
    asked = counted(run, event.step, event.request)
    if asked is None or asked.is_late(at) or event.by.id in asked.askers:
        return run
    kept = {key: one for key, one in asked.votes.items() if key != event.by.id}
    now = replace(asked, votes={**kept, event.by.id: vote(event, at, run.seq + 1)})
    # What they said to an earlier request stands no more: this is what they say.
    left = without(run.declined, event.step, event.by.id)
    return replace(run, asked={**run.asked, event.step: now}, declined=left)


def _touches(run: Run | None, event: e.ApprovalVoted, number: int) -> Sequence[str]:
    keys = [f"notice/{event.request}"]
    if run is None or (asked := counted(run, event.step, event.request)) is None:
        return keys
    # A vote of many only changes the request; what decides is told, since an edit tells nobody.
    before, now = asked.is_approved, _now(asked, event)
    decides = not event.approves or (now.is_approved and not before)
    return [*keys, f"notice/{number}"] if decides else keys


def _now(asked: Asked, event: e.ApprovalVoted) -> Asked:
    return replace(asked, votes={**asked.votes, event.by.id: vote(event, asked.at, asked.number)})


def _sentence(around: Around, event: e.ApprovalVoted, it: Inline) -> Inline:
    role: Inline = ""
    if (known := event.as_role) is not None and known.source == "group":
        role = f" (in the user group {known.age} seconds before)"
    elif known is not None:
        role = " (on the list)"
    if event.approves:
        return "approved ", it, role
    return "declined to approve ", it, role, ": ", around.names.opening(event.reason or "")


def _reason(event: e.ApprovalVoted) -> str:
    return event.reason or ""


VOTED = Meaning(
    e.ApprovalVoted,
    sealed={**STEP, "request": OPEN, "approves": OPEN, "reason": WORDS},
    changes=_voted,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=of_vote,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=_reason,
    brings_looks=False,
)


def _approved(run: Run, event: e.StepApproved, at: datetime) -> Run:
    done = ended(run.steps[event.step], State.DONE, event.by, at, None)
    return moved(run, event, done)


def _between(run: Run, event: e.StepApproved) -> str:
    return f"{by_name(run, event.by)} was the last to approve step {step_name(run, event.step)}"


def _of_approval(around: Around, event: e.StepApproved, it: Inline) -> Inline:
    return "was the last who was needed to approve ", it


APPROVED = Meaning(
    e.StepApproved,
    sealed={**STEP, "request": OPEN},
    changes=_approved,
    # That people agree changes nothing in the system; what is done because of it does.
    matters=Matters(always, ages=False, between=_between),
    touches=no_message,
    offers=step_over,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_approval,
    who=by_person,
    account=None,
    brings_looks=False,
)
