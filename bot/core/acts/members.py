"""Listing the members that steps are done for; and trying it again, where something was amiss."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking, OnRun, Question, in_a_form, opens
from bot.core.acting.intents import Do
from bot.core.acting.meaning import Meaning, by_the_bot
from bot.core.acting.sealed import OPEN, OWN
from bot.core.acting.sentences import Around
from bot.core.acting.steps import NAME_SHOWN
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.blocks import Block, button, section
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline, Words, joined
from bot.core.run import events as e
from bot.core.run.members import with_members
from bot.core.run.model import Run
from bot.core.run.offers import Offers, about, without
from bot.core.run.refusals import Refused
from bot.core.text import brief, span


@dataclass(frozen=True, slots=True)
class ListAgain:
    """Try again to list the members that a group is done for."""

    group: str
    by: e.Person


def _rule(run: Run, command: ListAgain, at: datetime) -> Sequence[e.Event]:
    """Its facts are those that `bot.core.engine.listing` makes of the sets as they are then."""
    if command.group not in run.repeated:
        named = span(command.group, NAME_SHOWN)
        raise Refused(f"{run.id} has no group {named} that has members.")
    if not run.unlisted.get(command.group):
        raise Refused("Nothing is in the way of that group: its board shows its members.")
    return ()


def list_button(run: Run, group: str) -> Block:
    """The button that has the members of a group listed again."""
    number = run.procedure.numbers()[group]
    return button("List again", "list_again", f"{run.id}/{group}", says=f"List step {number} again")


def _means(run: str, rest: str, by: e.Person) -> Do[ListAgain]:
    return Do(run, ListAgain(rest, by))


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Which group is tried again?"""
    numbers = run.procedure.numbers()
    blocks = [
        section(
            f"*{numbers[group]}* {brief(run.words(run.repeated[group].group.title), 200)}: "
            f"{brief(trouble, 300)}",
            accessory=list_button(run, group),
        )
        for group, trouble in run.unlisted.items()
        if trouble
    ]
    nothing = [section("The members of every group are listed, or its turn has not come.")]
    return modal("list_members", "List members again", None, blocks[:50] or nothing, run=run.id)


def _when(run: Run) -> bool:
    return run.closed is None and any(run.unlisted.values())


ON_RUN = OnRun(
    "List members again…",
    "For a group that is done for each member, once what was amiss is put right.",
    "list_members",
    _when,
)

LIST_AGAIN = Act(
    ListAgain,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={"list_again": _means, ON_RUN.verb: opens("list_members")},
        questions=[Question("list_members", when_closed=False, draw=_form, read=None)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "list_members", "list members", "list members again")],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _listed(run: Run, event: e.MembersListed, at: datetime) -> Run:
    if event.trouble is not None:
        return replace(run, unlisted={**run.unlisted, event.group: event.trouble})
    return with_members(run, event)


def _touches(run: Run | None, event: e.MembersListed, number: int) -> Sequence[str]:
    return () if event.trouble is None else (f"notice/{number}",)


def _offers(run: Run, offers: Offers, event: e.MembersListed, number: int) -> Offers:
    if event.trouble is not None or not offers:
        return offers
    kept = with_members(run, event).steps
    return without(offers, *(about(step) for step in run.steps if step not in kept))


def _notice(scene: Scene, event: e.MembersListed) -> Picture:
    run = scene.run
    number = run.procedure.numbers().get(event.group, "")
    words = f"🔴 {run.id}: step {number} has nobody to be done for: {event.trouble}."
    if event.target is not None:
        words += " Put it right in the file of targets, start the bot again and press *List again*."
    return said(f"{words} Its steps can be skipped, with a reason.")


def _sentence(around: Around, event: e.MembersListed, it: Inline) -> Inline:
    number = around.run.procedure.numbers().get(event.group, event.group)
    if event.trouble is not None:
        return f"could not list the members of step {number}: ", Words(event.trouble)
    those = joined(", ", map(Words, event.members)) if event.members else f"{len(event.keys)}"
    return f"listed the members of step {number} ({event.of}): ", those


LISTED = Meaning(
    e.MembersListed,
    # The members of a target's set stand in the configuration; those that people gave, in inputs.
    sealed={
        **OWN,
        "group": OPEN,
        "of": OPEN,
        "target": OPEN,
        "members": OPEN,
        "keys": OPEN,
        "trouble": OPEN,
    },
    changes=_listed,
    matters=None,
    touches=_touches,
    offers=_offers,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
