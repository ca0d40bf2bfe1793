"""Doing a group of steps again, and what it means that steps are open again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.answers import finds
from bot.core.acting.asking import Answer, Asking, OnRun, Question, in_a_form, opens, while_open
from bot.core.acting.jumps import reopens, taken_away, told
from bot.core.acting.meaning import Matters, Meaning, always, by_person, one_notice
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import ASKED, OPEN, WORDS
from bot.core.acting.sentences import Around, step_title
from bot.core.acting.steps import NAME_SHOWN
from bot.core.acting.thread import ACCOUNT_SHOWN, Scene, said, step_name
from bot.core.blockkit.blocks import section, select_input, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline
from bot.core.procedure import Container
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.offers import Offers, about, without
from bot.core.run.refusals import WORDS_LIMIT, Refused, worded
from bot.core.run.rounds import span
from bot.core.run.states import State
from bot.core.text import brief, mention


@dataclass(frozen=True, slots=True)
class Again:
    """Do a group of steps again, from its first step to its last."""

    group: str
    by: e.Person
    reason: str


def _rule(run: Run, command: Again, at: datetime) -> Sequence[e.Event]:
    where = _place(run, command.group)
    if where is None:
        raise Refused(f"{run.id} has no group of steps “{brief(command.group, NAME_SHOWN)}”.")
    first, last = where
    if all(run.steps[one.step.id].state is State.OPEN for one in run.placed[first : last + 1]):
        raise Refused("Nobody has begun that group yet: there is nothing to do again.")
    reason = worded(command.reason, "the reason")
    return reopens(run, where, "again", command.group, command.by, reason)


def _place(run: Run, group: str) -> tuple[int, int] | None:
    """The places of the first and the last step of a group."""
    inside = [n for n, one in enumerate(run.placed) if any(g.id == group for g in one.groups)]
    return (inside[0], inside[-1]) if inside else None


def _begun(run: Run) -> dict[str, tuple[str, Container]]:
    """The groups in which something was done: their numbers, and what they say."""
    found: dict[str, tuple[str, Container]] = {}
    for row in run.outline.rows:
        if row.state is State.OPEN:
            continue
        for heading in row.groups:
            if heading.group.answers is None and heading.group.fails is None:
                found.setdefault(heading.group.id, (heading.number, heading.group))
    return found


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Which group is done again, and why?"""
    offered = [
        (f"{number} {run.words(group.title)}", name)
        for name, (number, group) in _begun(run).items()
    ]
    if not offered:
        nothing = section("No group of steps has been begun yet.")
        return modal("nothing", "Do a group again", None, [nothing], run=run.id)
    ask = select_input(
        "group",
        "Do which group again?",
        offered,
        hint="All of its steps are open again, in a new round; the record keeps what was done.",
    )
    why = text_input("reason", "Why?", multiline=True, limit=WORDS_LIMIT)
    return modal("do_again", "Do a group again", "Do it again", [ask, why], run=run.id)


def _read(answer: Answer) -> Again:
    return Again(answer.values["group"], answer.by, answer.said("reason"))


def _when(run: Run) -> bool:
    return while_open(run) and bool(_begun(run))


ON_RUN = OnRun(
    "Do a group again…",
    "All steps of a group are open again, as another round.",
    "do_again_ask",
    _when,
)

AGAIN = Act(
    Again,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={ON_RUN.verb: opens("do_again")},
        questions=[Question("do_again", when_closed=False, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "do_again", "do again", "do a group again", "redo", "repeat")],
    ),
)


# What it makes, whoever asked for it. -----------------------------------------------------------


def _reopened(run: Run, event: e.StepsReopened, at: datetime) -> Run:
    ids = span(run.placed, event.first, event.last)
    steps = {**run.steps, **{one: run.steps[one].again(event.by, at) for one in ids}}
    # Groups whose turn comes again have their members listed again.
    to_list = [group for group in run.repeated if _reaches(run, ids, group)]
    gone = {name for one in ids if run.steps[one].answer is not None for name in finds(run, one)}
    return replace(
        run,
        steps=steps,
        pending={key: one for key, one in run.pending.items() if one.step not in ids},
        found={name: value for name, value in run.found.items() if name not in gone},
        unlisted={**run.unlisted, **dict.fromkeys(to_list, "")},
        # What people confirmed was of a system in which these steps were done.
        proof=run.proof.unvouched(),
    )


def _reaches(run: Run, ids: Sequence[str], group: str) -> bool:
    """Whether these steps, in the order of the page, lead from before a group into it."""
    inside = next(p.step.id for p in run.placed if any(g.id == group for g in p.groups))
    return inside in ids[1:]


def _between(run: Run, event: e.StepsReopened) -> str:
    return f"{by_name(run, event.by)} opened {told(run, event)} again"


def _offers(run: Run, offers: Offers, event: e.StepsReopened, number: int) -> Offers:
    return without(offers, *map(about, span(run.placed, event.first, event.last)))


_CAUSES = {
    "goto": "answered step {}",
    "changed": "changed the answer to step {}",
    "again": "does it again",
    "failed": "marked step {} failed again",
}


def _notice(scene: Scene, event: e.StepsReopened) -> Picture:
    run = scene.run
    places, by = run.procedure.numbers(), by_name(run, event.by)
    cause = _CAUSES[event.because].format(places.get(event.of, event.of))
    words = [f"🔁 {run.id}: {told(run, event)} open again: {by} {cause}."]
    if event.reason:
        words.append(brief(event.reason, ACCOUNT_SHOWN))
    order = {one.step.id: n for n, one in enumerate(run.placed)}
    for person, steps in taken_away(scene.facts[: scene.number]).items():
        # A member that is none any more has no place on the page.
        lost = sorted(steps, key=lambda step: order.get(step, len(order)))
        names = ", ".join(step_name(run, step) for step in lost)
        one = len(steps) == 1
        theirs = f"step{'' if one else 's'} {names}"
        if person.id == event.by.id:
            words.append(f"{by} is not on {theirs} any more.")
        else:
            # They are to stop.
            verb = "is" if one else "are"
            words.append(f"{mention(person)}, {theirs} {verb} not yours any more.")
    return said("\n".join(words))


def _sentence(around: Around, event: e.StepsReopened, it: Inline) -> Inline:
    why: Inline = () if event.reason is None else (": ", around.names.opening(event.reason))
    opened = "opened ", told(around.run, event), " again"
    if event.because == "again":
        return *opened, why
    return *opened, f", by {_BY[event.because]} step ", step_title(around.run, event.of), why


_BY = {
    "goto": "the answer to",
    "changed": "the changed answer to",
    "failed": "another failure of",
}


def _reason(event: e.StepsReopened) -> str:
    return event.reason or ""


REOPENED = Meaning(
    e.StepsReopened,
    sealed={
        **ASKED,
        "first": OPEN,
        "last": OPEN,
        "because": OPEN,
        "of": OPEN,
        "reason": WORDS,
    },
    changes=_reopened,
    matters=Matters(always, ages=True, between=_between),
    touches=one_notice,
    offers=_offers,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=_reason,
    brings_looks=False,
)
