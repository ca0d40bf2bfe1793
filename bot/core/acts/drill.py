"""Reminding that another drill is due; the bot's own, by a timer of the last one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot
from bot.core.acting.messages import DRILL_DUE
from bot.core.acting.sealed import OPEN, OWN, PERSON
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline, Words
from bot.core.procedure import show_duration
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.polling import drill_due
from bot.core.text import dated, mention


@dataclass(frozen=True, slots=True)
class RemindOfDrill:
    """The time of the next drill has come; the bot's own command.

    `wanted` is false where there was a later one, or the procedure is not served any more.
    """

    wanted: bool


def _rule(run: Run, command: RemindOfDrill, at: datetime) -> Sequence[e.Event]:
    due = drill_due(run)
    if due is None or run.closed is None or not command.wanted:
        return ()
    owner = run.procedure.owner
    if owner is not None and owner.slack is not None:
        return (e.DrillDue(due=due, place=owner.slack),)
    by = run.closed.by
    return (e.DrillDue(due=due),) if by.is_erased else (e.DrillDue(due=due, whom=by),)


REMIND = Act(RemindOfDrill, rule=_rule, when_closed=True, needs=None, asking=None)


def _told(run: Run, event: e.DrillDue, at: datetime) -> Run:
    return replace(run, reminded=True)


def _touches(run: Run | None, event: e.DrillDue, number: int) -> Sequence[str]:
    return (f"notice/{number}",) if event.place is None else (f"{DRILL_DUE}{number}",)


def _words(run: Run, event: e.DrillDue) -> str:
    procedure = run.procedure
    to = "" if event.whom is None else f"{mention(event.whom)}, "
    last = "" if run.closed is None else f"The last, {run.id}, ended {dated(run.closed.at)}; "
    every = procedure.drill_every
    often = "" if every is None else f"one is wanted every {show_duration(every)}."
    if procedure.private:
        # The channel may have people in it who are not to know what it is about.
        return f"{to}a drill is due. {last}{often}"
    return (
        f"{to}a drill of `{procedure.id}` is due. {last}{often} "
        f"Type `/runbook drill {procedure.id}` in the channel where you drill."
    )


def _notice(scene: Scene, event: e.DrillDue) -> Picture:
    return said(_words(scene.run, event))


def _owners(run: Run, facts: Sequence[e.Fact], which: str) -> Picture:
    event = facts[int(which) - 1].event
    if not isinstance(event, e.DrillDue):
        raise TypeError(f"entry {which} of {run.id} reminds of no drill")
    return said(_words(run, event))


def _sentence(around: Around, event: e.DrillDue, it: Inline) -> Inline:
    if event.whom is not None:
        return "reminded ", around.names.of(event.whom), " that another drill is due"
    if event.place is None:
        return "said in the thread that another drill is due"
    return "told the owner's channel, ", Words(event.place), ", that another drill is due"


DUE = Meaning(
    e.DrillDue,
    sealed={**OWN, "due": OPEN, "place": OPEN, "whom": PERSON},
    changes=_told,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={DRILL_DUE.removesuffix("/"): _owners},
    sentence=_sentence,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
