"""Going on with a closed run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, Question, in_a_form, opens
from bot.core.acting.erasures import ends
from bot.core.acting.meaning import (
    Matters,
    Meaning,
    always,
    by_person,
    one_notice,
)
from bot.core.acting.moving import FIELD, HINT, lacks_channel, moved
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import ASKED, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.thread import ACCOUNT_SHOWN, Scene, said
from bot.core.blockkit.blocks import channel_input, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.kinds import kind_of
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.archiving import Ending
from bot.core.run.model import Reopened, Run
from bot.core.run.offers import ARCHIVE, Offers, without
from bot.core.run.proof import Proof
from bot.core.run.refusals import WORDS_LIMIT, Refused, worded
from bot.core.run.states import State
from bot.core.text import brief


@dataclass(frozen=True, slots=True)
class Reopen:
    """Go on with a closed run, in another `channel` where nothing can be shown in its own.

    `board` is the ts of the board that it leaves.
    """

    by: e.Person
    reason: str
    channel: str = ""
    board: str | None = None


def _rule(run: Run, command: Reopen, at: datetime) -> Sequence[e.Event]:
    if run.closed is None:
        return ()
    if run.erased:
        raise Refused(
            f"{run.id} was not reopened: its people or inputs were erased. Start a new run."
        )
    if run.to_erase:
        lasting = any(ends(noted) for noted in run.to_erase.values())
        what_now = "Start a new run." if lasting else "Try again in a moment."
        raise Refused(
            f"{run.id} was not reopened: what someone asked to erase is being erased. {what_now}"
        )
    reason = worded(command.reason, "the reason")
    made: list[e.Event] = []
    if lacks_channel(run):
        if not command.channel:
            raise Refused(f"{run.id} was not reopened: choose a channel for it.", FIELD)
        made += moved(run, command.channel, command.by, command.board)
    made.append(e.RunReopened(by=command.by, reason=reason))
    # Closing ended every look; a wait that someone is still on goes on.
    for placed in run.placed:
        if run.steps[placed.step.id].state is State.TAKEN:
            resumed = kind_of(placed.step).resumed
            made += resumed(run, placed.step, command.by, len(made) + 1)
    return made


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Why does the run go on?"""
    ask = text_input("reason", "Why are you reopening this run?", multiline=True, limit=WORDS_LIMIT)
    asked = [ask]
    if lacks_channel(run):
        asked.insert(0, channel_input(FIELD, "In which channel?", hint=HINT))
    return modal("reopen", f"Reopen {run.id}", "Reopen", asked, run=run.id)


def _read(answer: Answer) -> Reopen:
    return Reopen(answer.by, answer.said("reason"), answer.said(FIELD))


def _when(run: Run) -> bool:
    return run.closed is not None and not run.erased and not run.to_erase


ON_RUN = OnRun("Reopen…", "The run goes on; its verification starts over.", "reopen", _when)

REOPEN = Act(
    Reopen,
    rule=_rule,
    when_closed=True,
    needs="close",
    asking=Asking(
        verbs={ON_RUN.verb: opens("reopen")},
        questions=[Question("reopen", when_closed=True, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "reopen", "reopen", "open again", runs="closed")],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _reopened(run: Run, event: e.RunReopened, at: datetime) -> Run:
    # The trouble came back, or was never gone: what was seen before proves nothing now.
    reopened = Reopened(event.by, at, event.reason)
    # The time in which it was closed is nobody's: time-outs count from now.
    steps = {
        name: replace(step, timed=at, late=None, reminded=()) if step.state is State.TAKEN else step
        for name, step in run.steps.items()
    }
    fresh = replace(run, proof=Proof(), steps=steps, ending=Ending())
    return replace(fresh, closed=None, reopened=reopened)


def _offers(run: Run, offers: Offers, event: e.RunReopened, number: int) -> Offers:
    """Its channel is not about to be archived any more."""
    return without(offers, ARCHIVE)


def _between(run: Run, event: e.RunReopened) -> str:
    return f"{by_name(run, event.by)} reopened it"


def _notice(scene: Scene, event: e.RunReopened) -> Picture:
    reason = brief(event.reason, ACCOUNT_SHOWN)
    return said(f"🔴 {by_name(scene.run, event.by)} reopened {scene.run.id}: {reason}")


def _sentence(around: Around, event: e.RunReopened, it: Inline) -> Inline:
    return "reopened ", it, ": ", around.names.words(event.reason)


REOPENED = Meaning(
    e.RunReopened,
    sealed={**ASKED, "reason": WORDS},
    changes=_reopened,
    matters=Matters(always, ages=True, between=_between),
    touches=one_notice,
    offers=_offers,
    opens=True,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=True,
)
