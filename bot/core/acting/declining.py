"""Votes against: they stand when their request is over, and whoever asks again is held to them.

Exactly what was declined is not asked for again by the one who asked: somebody else has to stand
for it, and none of those who asked counts. Who declined is named in the new request, and can take
their vote back at any time.
"""

from collections.abc import Iterator, Sequence

from bot.core.acting.thread import REASON_SHOWN
from bot.core.run import events as e
from bot.core.run.asked import Asked, Declined, when_over
from bot.core.run.model import Run
from bot.core.run.refusals import Refused, is_mine
from bot.core.text import brief, clock, mention

_NAMED = 5
"""How many votes against are told one by one."""
MOST = 20
"""In spite of how many a request says that it was made."""


def standing(run: Run, step_id: str, asked: Asked | None) -> Sequence[Declined]:
    """The votes against a step's requests that stand, *asked* included, if it is over."""
    kept = run.declined if asked is None else when_over(run.declined, step_id, asked)
    return kept.get(step_id, ())


def held(
    run: Run, by: e.Person, against: Sequence[Declined], texts: tuple[Sequence[str], Sequence[str]]
) -> None:
    """Raises Refused where someone asks once more for exactly what was declined to them."""
    mine = [one for one in against if one.is_of(*texts) and is_mine(one.asker, by)]
    if not mine:
        return
    who = ", ".join(mention(one.vote.by) for one in mine[:_NAMED])
    raise Refused(
        f"Nobody was asked: {who} declined exactly this when you asked. Settle it with them: they "
        "can take that vote back, under *More…*. Or have somebody else ask; then neither of you "
        "counts."
    )


def despite(against: Sequence[Declined], texts: tuple[Sequence[str], Sequence[str]]) -> list[int]:
    """The entries that a request names: those about exactly the same first, if there are many."""
    same = [one.vote.entry for one in against if one.is_of(*texts)]
    other = [one.vote.entry for one in against if not one.is_of(*texts)]
    return sorted([*same, *other][:MOST])


def lines(run: Run, facts: Sequence[e.Fact], event: e.ApprovalRequested) -> Iterator[str]:
    """Who declined before, when and why: they are named, so that they hear of it."""
    for entry in event.despite[:_NAMED]:
        fact = facts[entry - 1]
        vote = fact.event
        if not isinstance(vote, e.ApprovalVoted):
            continue
        before = facts[vote.request - 1].event
        same = isinstance(before, e.ApprovalRequested) and (before.commands, before.says) == (
            event.commands,
            event.says,
        )
        what = "" if same else " (it read otherwise then)"
        why = brief(vote.reason or "", REASON_SHOWN)
        at = clock(fact.at, since=run.started_at)
        yield f"⛔ Declined before by {mention(vote.by)} at {at}{what}: {why}"
    if (left := len(event.despite) - _NAMED) > 0:
        yield f"… and {left} more declined before"
