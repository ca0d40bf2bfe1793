"""What may be done to a run: a command against what is known gives facts, or a refusal.

`decide` is pure and is told the time; a command that would change nothing gives no facts, so that
one's own double click is silent. The words of a `Refused` are for the person who asked, and for
nobody else: they say what is the matter and what to do instead. Each rule stands with its act.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core.acting.approvals import voided
from bot.core.acting.rights import allowed
from bot.core.acting.steps import addressed
from bot.core.acts.alerted import HearAlerts
from bot.core.acts.archive import TellArchive
from bot.core.acts.baseline import TellBaseline
from bot.core.acts.call_owner import TellCalled
from bot.core.acts.drill import RemindOfDrill
from bot.core.acts.erase import Erase
from bot.core.acts.evidence import TellEvidence
from bot.core.acts.fire import Fire
from bot.core.acts.hand_off_elsewhere import TellHandoff
from bot.core.acts.hand_over import BringBack, HandOver
from bot.core.acts.lead import TellClosed, TellStarted
from bot.core.acts.look import Observe
from bot.core.acts.members import ListAgain
from bot.core.acts.registry import ACTS, Command, matters
from bot.core.acts.report import Report
from bot.core.acts.room import TellRoom
from bot.core.acts.secrets import TellSecrets
from bot.core.acts.taken_back import TellTakenBack
from bot.core.acts.update import TellArrived
from bot.core.engine.fold import after
from bot.core.engine.listing import listings
from bot.core.run import events as e
from bot.core.run.actor import Actor, Someone, System, source
from bot.core.run.holding import NOTHING_KNOWN, Knows
from bot.core.run.members import Sets, no_sets
from bot.core.run.model import Run
from bot.core.run.refusals import WORDS_LIMIT, Refused
from bot.core.run.rounds import referred, span
from bot.core.text import clock, mention

__all__ = ["WORDS_LIMIT", "Refused", "actor_of", "decide"]


def decide(
    run: Run,
    command: Command,
    at: datetime,
    actor: Actor | None = None,
    knows: Knows = NOTHING_KNOWN,
    sets: Sets = no_sets,
) -> Sequence[e.Event]:
    """The facts that *command* makes of *run* at a time, possibly none; raises Refused.

    *actor* is who asks, where that is not who asks for such a thing as a rule. *knows* is what is
    known of who holds which role; a command with a field of this name is given it. *sets* are those
    of the targets: when the turn of a group comes that is done for each member, they are recorded.
    """
    actor = actor or actor_of(command)
    act = ACTS.of(command)
    if run.closed is not None and not act.when_closed:
        since = clock(run.closed.at, since=run.started_at)
        raise Refused(
            f"{run.id} was closed by {mention(run.closed.by)} at {since}. "
            "Reopen it first, from its board."
        )
    command = _addressed(run, command)
    role = _allowed(run, command, actor, knows)
    made = _in_rounds(run, act.rule(run, _informed(command, knows), at))
    if role is not None and made:
        made = (made[0].model_copy(update={"as_role": role}), *made[1:])
    if run.asked and made:
        # What people have approved may be something else now, or is to be done again.
        made = (*made, *voided(run, after(run, made, at), made))
    between = next((n for n, event in enumerate(made, run.seq + 1) if matters(event)), None)
    if run.closing is not None and between is not None:
        # What is being looked at is not what the looks were asked for any more.
        made = (*made, e.RunKeptOpen(by=run.closing.by, after=between))
    said = source(actor)
    made = [event.model_copy(update=said) for event in made] if said else made
    again = command.group if isinstance(command, ListAgain) else None
    listed = listings(run, made, at, sets, again)
    if again is not None and not listed:
        raise Refused(f"Nothing has changed: {run.unlisted[again]}.")
    if not listed:
        return made
    # Whoever approved saw no members.
    void = voided(run, after(run, (*made, *listed), at), listed) if run.asked else ()
    return (*made, *listed, *void)


def _allowed(run: Run, command: Command, actor: Actor, knows: Knows) -> e.AsRole | None:
    """In which role someone may ask for this, None where no rule names one; raises Refused."""
    if not isinstance(actor, Someone):
        return None
    act = ACTS.of(command)
    step = getattr(command, "step", None)
    if isinstance(command, HandOver):
        # Whoever gets a step must be one who could take it.
        allowed(run, "take", step, command.to, knows)
        if not knows.sees(run.procedure, command.to.id):
            raise Refused(
                f"Nothing was recorded: {run.id} is private, and {mention(command.to)} is not "
                "known to have a role that sees it. Hand the step to someone else."
            )
    return allowed(run, act.needs, step, actor.person, knows)


def _informed(command: Command, knows: Knows) -> Command:
    """A command with what is known of roles, if its rule asks for that."""
    changed: Any = command
    return replace(changed, knows=knows) if hasattr(command, "knows") else command


def _addressed(run: Run, command: Command) -> Command:
    """A command by its step's id alone; raises Refused if a person spoke of another round."""
    said = getattr(command, "step", None)
    if said is None:
        return command
    by_person = isinstance(actor_of(command), Someone)
    step = addressed(run, said) if by_person else referred(said)[0]
    changed: Any = command
    return command if step == said else replace(changed, step=step)


def _in_rounds(run: Run, made: Sequence[e.Event]) -> Sequence[e.Event]:
    """Facts of steps say in which round they are; the first is not written."""
    rounds = {step_id: step.round for step_id, step in run.steps.items() if step.round > 1}
    said: list[e.Event] = []
    for event in made:
        if isinstance(event, e.OfRound) and (step := getattr(event, "step", "")) in rounds:
            said.append(event.model_copy(update={"round": rounds[step]}))
            continue
        if isinstance(event, e.StepsReopened):
            for step in span(run.placed, event.first, event.last):
                rounds[step] = rounds.get(step, 1) + 1
        said.append(event)
    return tuple(said) if rounds else made


def actor_of(command: Command) -> Actor:
    """Who asks for something, as a rule: who is named in it, or the bot itself."""
    match command:
        case Fire():
            return System("timer")
        case Erase(by):
            return System() if by is None else Someone(by)
        case Observe() | BringBack() | Report() | TellSecrets() | TellEvidence() | TellCalled():
            return System()
        case TellBaseline() | TellArrived() | TellTakenBack() | TellRoom() | TellArchive():
            return System()
        case RemindOfDrill():
            return System("timer")
        case HearAlerts():
            return System("alert")
        case TellStarted() | TellClosed() | TellHandoff():
            # Who did it in the other run was asked there.
            return System()
        case _:
            return Someone(command.by)
