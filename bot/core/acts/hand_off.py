"""A change of shift: someone hands all that they have in a run to another, who takes it or not.

Until the other has said so, it stays where it is. Whoever asked hears of the answer, and of none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, Question, opens, while_open
from bot.core.acting.handoff_message import asking, lapsed
from bot.core.acting.intents import Do
from bot.core.acting.inwords import SOMEONE, InWords, to_someone
from bot.core.acting.meaning import Meaning, by_person, by_the_bot
from bot.core.acting.messages import TO_ONE
from bot.core.acting.sealed import ASKED, OPEN, OWN, PERSON
from bot.core.acting.sentences import Around
from bot.core.acting.shift import (
    asked_in,
    both,
    numbered,
    over,
    roles_of,
    steps_of,
    waiting,
    without_buttons,
)
from bot.core.acting.shift import said as told
from bot.core.blockkit.blocks import person_input, section
from bot.core.blockkit.modal import View, modal
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import Offers
from bot.core.run.refusals import Refused, is_mine
from bot.core.run.shift import (
    ANSWER_WITHIN,
    Handoff,
    HandoffLapsed,
    HandoffOffered,
    HandoffTakenBack,
)
from bot.core.text import mention

# Offering it. -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HandOff:
    """Ask someone to take all that one has in a run.

    `others` are the runs that its message asks for as well, `within` the one whose message does.
    """

    by: e.Person
    to: e.Person
    others: tuple[str, ...] = ()
    within: str | None = None


def _offer(run: Run, command: HandOff, at: datetime) -> Sequence[e.Event]:
    if is_mine(command.to, command.by):
        raise Refused("Nothing was recorded: choose someone else to hand off to.", "to")
    if not steps_of(run, command.by) and not roles_of(run, command.by):
        raise Refused(
            f"Nothing was recorded: you are on no step of {run.id} and have no role in it, so "
            "there is nothing to hand off."
        )
    mine = [one for one in run.handoffs.values() if is_mine(one.by, command.by)]
    if any(is_mine(one.to, command.to) and _asks_as(one, command) for one in mine):
        return ()
    before = [HandoffTakenBack(by=command.by, request=one.number) for one in mine]
    until = at + ANSWER_WITHIN
    among = {"others": command.others, "within": command.within}
    among = {name: value for name, value in among.items() if value}
    offered = {"by": command.by, "whom": command.to, "until": until, **among}
    return (*before, HandoffOffered.model_validate(offered))


def _asks_as(one: Handoff, command: HandOff) -> bool:
    """Whether a hand-off that waits asks as the command does, so that nothing is to be done."""
    return (one.others, one.within) == (command.others, command.within)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Who takes what one has?"""
    has = told(steps_of(run, by), roles_of(run, by))
    words = (
        f"You have {has}. They get a catch-up, and have it once they accept; until then it is "
        "yours. You hear of their answer."
        if has
        else f"You are on no step of {run.id} and have no role in it: there is nothing to hand off."
    )
    ask = [person_input("to", "Who takes over from you?")] if has else []
    send = "Ask them" if has else None
    return modal("hand_off", f"Hand off {run.id}", send, [section(words), *ask], run=run.id)


def _read(answer: Answer) -> HandOff:
    return HandOff(answer.by, answer.person("to"))


ON_RUN = OnRun(
    "Hand off…",
    "All your steps and roles here, to someone who has it once they accept.",
    "hand_off",
    while_open,
)

HAND_OFF = Act(
    HandOff,
    rule=_offer,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={ON_RUN.verb: opens("hand_off")},
        questions=[Question("hand_off", when_closed=False, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[
            InWords(
                said=("handoff", "hand off", "shift"),
                after=SOMEONE,
                runs="open",
                step=None,
                lacking="",
                means=to_someone("hand_off", lambda _, by, to: HandOff(by, to)),
                control=(ON_RUN.label, ON_RUN.verb),
                told="They are asked to take over, and you hear of their answer.",
            )
        ],
    ),
)


@dataclass(frozen=True, slots=True)
class TakeHandoffBack:
    """Keep after all what one wanted to hand off."""

    by: e.Person
    request: int


def _take_back(run: Run, command: TakeHandoffBack, at: datetime) -> Sequence[e.Event]:
    asked = waiting(run, command.request)
    if not is_mine(asked.by, command.by):
        raise Refused(f"Nothing was recorded: it is for {mention(asked.by)} to take that back.")
    return (HandoffTakenBack(by=command.by, request=asked.number),)


def _takes_back(run: str, rest: str, by: e.Person) -> Do[TakeHandoffBack]:
    return Do(run, TakeHandoffBack(by, numbered(rest)))


TAKE_BACK = Act(
    TakeHandoffBack,
    rule=_take_back,
    when_closed=False,
    needs=None,
    asking=Asking(verbs={"handoff_keep": _takes_back}, questions=[], lines=[], words=[]),
)


# What they make. --------------------------------------------------------------------------------


def _offered(run: Run, event: HandoffOffered, at: datetime) -> Run:
    number, how = run.seq + 1, (event.others, event.within)
    one = Handoff(number, event.by, event.whom, event.until, *how)
    together = {**run.together, number: event.others} if event.others else run.together
    return replace(run, handoffs={**run.handoffs, number: one}, together=together)


def _one(run: Run | None, event: HandoffOffered, number: int) -> Sequence[str]:
    return (f"notice/{number}", *([f"{TO_ONE}{number}"] if event.others else []))


def _request(run: Run | None, event: HandoffTakenBack, number: int) -> Sequence[str]:
    return asked_in(run, event.request)


def _with_buttons(run: Run, offers: Offers, event: HandoffOffered, number: int) -> Offers:
    return {**offers, f"handoff/{number}": number}


# What the post-mortem says. ---------------------------------------------------------------------


def _asks(around: Around, event: HandoffOffered, it: Inline) -> Inline:
    return "asked ", around.names.of(event.whom), " to take over all they had"


def _keeps(around: Around, event: HandoffTakenBack, it: Inline) -> Inline:
    return f"kept what was to be handed off (entry {event.request})"


def _unanswered(around: Around, event: HandoffLapsed, it: Inline) -> Inline:
    return f"nobody answered the hand-off (entry {event.request}) in time"


OFFERED = Meaning(
    HandoffOffered,
    sealed={**ASKED, "whom": PERSON, "until": OPEN, "others": OPEN, "within": OPEN},
    changes=_offered,
    matters=None,
    touches=_one,
    offers=_with_buttons,
    opens=None,
    notice=asking,
    messages={},
    sentence=_asks,
    who=by_person,
    account=None,
    brings_looks=False,
)

TAKEN_BACK = Meaning(
    HandoffTakenBack,
    sealed={**ASKED, "request": OPEN},
    changes=over,
    matters=None,
    touches=_request,
    offers=without_buttons,
    opens=None,
    notice=None,
    messages={},
    sentence=_keeps,
    who=by_person,
    account=None,
    brings_looks=False,
)

LAPSED = Meaning(
    HandoffLapsed,
    sealed={**OWN, "request": OPEN, "role": OPEN, "group": OPEN},
    changes=over,
    matters=None,
    touches=both,
    offers=without_buttons,
    opens=None,
    notice=lapsed,
    messages={},
    sentence=_unanswered,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
