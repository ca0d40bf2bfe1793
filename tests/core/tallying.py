"""Votes counted from the entries alone: what the bot counts is compared with it."""

from collections.abc import Mapping, Sequence

from bot.core.procedure import approval_of
from bot.core.run import events as e
from bot.core.run.covering import guarded
from bot.core.run.model import Run


def tally(facts: Sequence[e.Fact], step: str, round_: int) -> tuple[Mapping[str, bool], int]:
    """Who says what to the last request for a step, as the entries alone have it, and how many
    must approve: nobody does where none counts."""
    request: e.Fact | None = None
    said: dict[str, bool] = {}
    most = 0
    for fact in facts:
        event = fact.event
        if isinstance(event, e.ApprovalRequested) and (event.step, event.round) == (step, round_):
            request, said, most = fact, {}, event.min
        if request is None or getattr(event, "request", None) != request.seq:
            continue
        asked = request.event
        assert isinstance(asked, e.ApprovalRequested)
        if isinstance(event, e.ApprovalVoted):
            assert event.by.id not in askers(facts, asked), "by a requester"
            assert asked.until is None or fact.at <= asked.until, "late"
            assert event.by.id not in said or said[event.by.id] != event.approves, "twice"
            said[event.by.id] = event.approves
        elif isinstance(event, e.ApprovalVoteWithdrawn):
            del said[event.by.id]
        elif isinstance(event, e.ApprovalVoided | e.ApprovalLapsed):
            request, said, most = None, {}, 0
    return said, most


def askers(facts: Sequence[e.Fact], asked: e.ApprovalRequested) -> set[str]:
    """Who asked for it, now or when exactly this was declined."""
    found = {asked.by.id}
    for entry in asked.despite:
        vote = facts[entry - 1].event
        assert isinstance(vote, e.ApprovalVoted)
        assert not vote.approves
        before = facts[vote.request - 1].event
        assert isinstance(before, e.ApprovalRequested)
        if (before.commands, before.says) == (asked.commands, asked.says):
            assert before.by.id != asked.by.id, "asked once more for what was declined"
            found.add(before.by.id)
    return found


def approved_by_others(facts: Sequence[e.Fact], before: Run, made: Sequence[e.Event]) -> None:
    """Whatever was taken, handed on or let through was approved by enough others, and still is."""
    guarding = guarded(before.placed)
    for n, event in enumerate(made, start=before.seq):
        if isinstance(event, e.StepApproved):
            _enough(facts[: n + 1], before, event.step, None)
        if not isinstance(event, e.StepTaken | e.StepHandedOver):
            continue
        has = event.to if isinstance(event, e.StepHandedOver) else event.by
        placed = before.outline.places[event.step]
        if approval_of(placed.step) is not None:
            _enough(facts[:n], before, event.step, has)
        asks = guarding.get(before.placed.index(placed))
        if asks is not None and asks.step.id not in before.outline.need.spare:
            _enough(facts[:n], before, asks.step.id, has)


def _enough(facts: Sequence[e.Fact], run: Run, step: str, has: e.Person | None) -> None:
    said, most = tally(facts, step, run.steps[step].round)
    others = [who for who in said if has is None or who != has.id]
    assert most > 0, f"nobody was asked about {step}"
    assert all(said.values()), f"someone declined {step}"
    assert len(others) >= most, f"too few approved {step}"
