"""What it means that someone took their vote on a request back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.acting.approvals import counted
from bot.core.acting.meaning import Meaning, all_stay, by_person
from bot.core.acting.request_message import of_withdrawal
from bot.core.acting.sealed import OPEN, STEP
from bot.core.acting.sentences import Around
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.asked import without
from bot.core.run.model import Run


def _withdrawn(run: Run, event: e.ApprovalVoteWithdrawn, at: datetime) -> Run:
    asked = counted(run, event.step, event.request)
    if asked is None:
        return replace(run, declined=without(run.declined, event.step, event.by.id))
    left = {key: one for key, one in asked.votes.items() if key != event.by.id}
    return replace(run, asked={**run.asked, event.step: replace(asked, votes=left)})


def _back_touches(run: Run | None, event: e.ApprovalVoteWithdrawn, number: int) -> Sequence[str]:
    keys = [f"notice/{event.request}"]
    if run is None:
        return keys
    if (asked := counted(run, event.step, event.request)) is None:
        # Whoever asked hears that they may ask again.
        return [*keys, f"notice/{number}"]
    left = {key: one for key, one in asked.votes.items() if key != event.by.id}
    decides = asked.is_approved != replace(asked, votes=left).is_approved
    return [*keys, f"notice/{number}"] if decides else keys


def _of_withdrawal(around: Around, event: e.ApprovalVoteWithdrawn, it: Inline) -> Inline:
    return "took back their vote on ", it


WITHDRAWN = Meaning(
    e.ApprovalVoteWithdrawn,
    sealed={**STEP, "request": OPEN},
    changes=_withdrawn,
    matters=None,
    touches=_back_touches,
    offers=all_stay,
    opens=None,
    notice=of_withdrawal,
    messages={},
    sentence=_of_withdrawal,
    who=by_person,
    account=None,
    brings_looks=False,
)
