"""Approvals: what a request shows, whether it still counts, and what makes it void.

A vote is for what the request holds: once any of that reads otherwise, nobody has approved it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.core.acting.steps import place
from bot.core.procedure import Leaf, Placed, approval_of, commands, guards
from bot.core.run import events as e
from bot.core.run.approving import Because
from bot.core.run.asked import Asked, Vote
from bot.core.run.covering import covered, guarded, words_of
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.run.states import State
from bot.core.template import names
from bot.core.text import brief, clock, mention

UNENDED = (State.OPEN, State.FAILED)
"""The states of a step in which it can be asked for, and voted on."""


# What a request shows. --------------------------------------------------------------------------


def subject(run: Run, step_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What people are asked to agree to, with the run's values: the commands, and the words."""
    steps = about(run, step_id)
    typed = (command for step in steps for command in commands(step))
    return tuple(map(run.words, typed)), tuple(map(run.words, _words(steps)))


def missing(run: Run, step_id: str) -> Sequence[str]:
    """The names of values that it needs and that are not known yet, in the order of the text."""
    steps, values = about(run, step_id), run.outline.values
    texts = [*(command for step in steps for command in commands(step)), *_words(steps)]
    used = dict.fromkeys(name for text in texts for name in names(text))
    # Of members who are not listed, nobody says who they are: that is asked about again, then.
    members = {run.repeated[group].variable for group in run.unlisted}
    return [name for name in used if name not in members and not values.get(name)]


def about(run: Run, step_id: str) -> Sequence[Leaf]:
    """The step that asks, and those that it asks about."""
    n = next(n for n, one in enumerate(run.placed) if one.step.id == step_id)
    own = run.placed[n].step
    return [*([own] if guards(own) else []), *(one.step for one in covered(run.placed, n))]


def _words(steps: Sequence[Leaf]) -> Sequence[str]:
    return [text for step in steps for text in words_of(step)]


def asked_about(run: Run, step_id: str) -> Sequence[Placed]:
    """The steps that an approval is about."""
    n = next(n for n, one in enumerate(run.placed) if one.step.id == step_id)
    return covered(run.placed, n)


# Whether it counts. -----------------------------------------------------------------------------


def asked_of(run: Run, step_id: str) -> Asked | None:
    """The request for a step's approval in its present round."""
    asked = run.asked.get(step_id)
    return asked if asked is not None and asked.round == run.steps[step_id].round else None


def counted(run: Run, step: str, request: int) -> Asked | None:
    """The request that an entry names, if it counts."""
    asked = run.asked.get(step)
    return asked if asked is not None and asked.number == request else None


def fits(run: Run, step_id: str, asked: Asked) -> bool:
    """Whether what the request holds is what would be done now."""
    return (tuple(asked.commands), tuple(asked.words)) == subject(run, step_id)


def requested(run: Run, step_id: str, number: int, doing: str) -> tuple[Placed, Asked]:
    """The request that a vote names, if it counts and its step waits for it; raises Refused."""
    placed, step = place(run, step_id)
    asked = asked_of(run, step_id)
    if asked is None or asked.number != number:
        raise Refused(
            f"{doing} The request that you see for step {placed.number} does not count any more. "
            "The board shows whether it was asked for again."
        )
    if step.state not in UNENDED:
        how = "was taken" if step.state is State.TAKEN else f"is {step.state}"
        raise Refused(f"{doing} Step {placed.number} {how} by now.")
    return placed, asked


def agreed(run: Run, placed: Placed, person: e.Person) -> None:
    """Raises Refused where people must approve a step before *person* has it, and have not.

    Nor may someone have it whose own vote is needed: then one fewer would have looked at it.
    """
    step_id = placed.step.id
    own = approval_of(placed.step) is not None and not guards(placed.step)
    if own:
        asked = asked_of(run, step_id)
        if asked is None or not asked.is_approved:
            raise Refused(_not_yet(run, placed, asked))
        if not fits(run, step_id, asked):
            raise Refused(
                f"Step {placed.number} was not taken: what it does has changed since it was "
                "approved. Press *Ask for approval* on the board."
            )
        _not_a_judge(placed, asked, person)
    n = run.placed.index(placed)
    if (asks := guarded(run.placed).get(n)) is not None:
        before = asked_of(run, asks.step.id)
        if before is not None:
            if not fits(run, asks.step.id, before):
                raise Refused(
                    f"Step {placed.number} was not taken: what it does has changed since step "
                    f"{asks.number} was approved. Undo that step, and ask for approval again."
                )
            _not_a_judge(placed, before, person)


def _not_a_judge(placed: Placed, asked: Asked, person: e.Person) -> None:
    if asked.is_needed(person.id):
        raise Refused(
            f"{mention(person)} approved step {placed.number}, and that vote is needed: somebody "
            "else has to take the step. Or take the vote back, and have another person approve."
        )


def _not_yet(run: Run, placed: Placed, asked: Asked | None) -> str:
    head = f"Step {placed.number} was not taken: "
    wanted = approval_of(placed.step)
    many = wanted.min if wanted else 1
    people = f"{many} {'person' if many == 1 else 'people'}"
    if asked is None:
        return f"{head}{people} must approve it first. Press *Ask for approval* on the board."
    if against := asked.against:
        return f"{head}{mention(against[0].by)} declined it. The thread has the reason."
    if asked.lapsed:
        return f"{head}it was not approved in time. Press *Ask for approval* on the board."
    so_far = f"{len(asked.approvals)} of {asked.min} approve"
    since = clock(asked.at, since=run.started_at)
    return f"{head}{mention(asked.by)} asked for approval at {since}, and {so_far}."


# What makes it void. ----------------------------------------------------------------------------


def voided(before: Run, after: Run, made: Sequence[e.Event]) -> Sequence[e.Event]:
    """What else happens when *made* changes something that people have approved, or are asked to.

    Whoever is on a step that nobody approves any more gives it back by that.
    """
    said = {
        event.step for event in made if isinstance(event, e.ApprovalRequested | e.ApprovalVoided)
    }
    found: list[e.Event] = []
    for step_id, asked in before.asked.items():
        if step_id in said or step_id not in after.steps:
            continue
        because = _why(before, after, made, step_id, asked)
        if because is None:
            continue
        by = next((who for event in made if (who := getattr(event, "by", None))), asked.by)
        if because != "skipped" and after.closed is None:
            # Two approvals may be about one step, which is given back once.
            found += [one for one in _open_again(after, step_id, by) if one not in found]
        found.append(
            e.ApprovalVoided(
                step=step_id,
                by=by,
                request=asked.number,
                because=because,
                **in_round(asked.round),
            )
        )
    return found


def in_round(number: int) -> Mapping[str, Any]:
    """What a fact says of its round: the first is not written."""
    return {"round": number} if number > 1 else {}


def _why(
    before: Run, after: Run, made: Sequence[e.Event], step_id: str, asked: Asked
) -> Because | None:
    steps = [one.step.id for one in asked_about(after, step_id)]
    own = [step_id, *steps]
    rounds = ((after.steps[one], before.steps.get(one)) for one in own)
    if any(was is not None and now.round != was.round for now, was in rounds):
        return "again"
    for event in made:
        if isinstance(event, e.RunClosed) and after.steps[step_id].state in UNENDED:
            return "closed"
        if isinstance(event, e.RunReopened):
            # What was done as it was approved stays so; for the rest, the world moved on.
            return None if steps and all(_is_over(after, one) for one in steps) else "closed"
        if isinstance(event, e.StepUndone) and _undid(before, event, step_id, steps):
            return "undone"
        if isinstance(event, e.StepUndone) and event.step in steps:
            # Nothing of it was to be done for a while, and it may read otherwise since.
            return None if fits(after, step_id, asked) else "corrected"
        if isinstance(event, e.StepSkipped) and event.step == step_id:
            return "skipped"
    if steps and all(_is_over(after, one) for one in steps):
        return None  # It was done as it was approved.
    same = subject(before, step_id) == subject(after, step_id)
    # The right command on the wrong host is the wrong command.
    return None if same and _places(before, step_id) == _places(after, step_id) else "corrected"


def _places(run: Run, step_id: str) -> Sequence[str]:
    """Where the steps that are asked about are done, with the run's values."""
    told = [run.procedure.where]
    for one in asked_about(run, step_id):
        told += [one.step.where, *(around.where for around in one.groups)]
    return [run.words(text) for text in told if text]


def _is_over(run: Run, step_id: str) -> bool:
    """Whether nobody does a step any more, as things are."""
    need = run.outline.need
    over = run.steps[step_id].state in (State.DONE, State.SKIPPED)
    return over or step_id in need.spare or step_id in need.unless


def _undid(before: Run, event: e.StepUndone, step_id: str, steps: Sequence[str]) -> bool:
    """Whether what was undone was asked about, and not only left out."""
    if event.step == step_id:
        return True
    return event.step in steps and before.steps[event.step].state is not State.SKIPPED


def _open_again(after: Run, step_id: str, by: e.Person) -> Sequence[e.Event]:
    """What was approved is free again, and a step that only asks is asked once more."""
    found: list[e.Event] = [
        e.StepGivenBack(step=one.step.id, by=by, **in_round(after.steps[one.step.id].round))
        for one in asked_about(after, step_id)
        if after.steps[one.step.id].state is State.TAKEN
    ]
    step = after.steps[step_id]
    placed = after.outline.places[step_id]
    if guards(placed.step) and step.state is State.DONE:
        found.append(e.StepUndone(step=step_id, by=by, **in_round(step.round)))
    return found


# How votes are told. ----------------------------------------------------------------------------


def votes(facts: Sequence[e.Fact], number: int) -> Mapping[str, Vote]:
    """The votes on the request of an entry, by person, as *facts* have them, in their order."""
    found: dict[str, Vote] = {}
    for fact in facts[number:]:
        event = fact.event
        if isinstance(event, e.ApprovalVoted) and event.request == number:
            found.pop(event.by.id, None)
            found[event.by.id] = vote(event, fact.at, fact.seq)
        elif isinstance(event, e.ApprovalVoteWithdrawn) and event.request == number:
            found.pop(event.by.id, None)
    return found


def vote(event: e.ApprovalVoted, at: datetime, entry: int) -> Vote:
    """A vote as it is kept; *entry* is the number of its fact."""
    return Vote(event.by, at, event.approves, event.reason, event.as_role, entry)


def far(asked: Asked, run: Run) -> str:
    """How far a request is: `1 of 2, asked by @ana, until 03:30`."""
    until = f", until {clock(asked.until, since=run.started_at)}" if asked.until else ""
    return f"{len(asked.approvals)} of {asked.min}, asked by {mention(asked.by)}{until}"


def stands(asked: Asked, run: Run, limit: int) -> str:
    """How a request stands, in a few words."""
    if against := asked.against:
        why = brief(" ".join((against[0].reason or "").split()), limit)
        return f"declined by {mention(against[0].by)}: {why}"
    if asked.is_approved:
        return f"approved by {', '.join(mention(one.by) for one in asked.approvals)}"
    if asked.lapsed and asked.until:
        return f"not approved by {clock(asked.until, since=run.started_at)}: ask again"
    return f"approval: {far(asked, run)}"
