"""Random words on approvals."""

from typing import Any

from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.run.model import Run


def voting(draw: st.DrawFn, run: Run, step: str) -> dict[type, dict[str, Any]]:
    """What can be said about an approval: mostly of one that somebody asked for."""
    asked = {run.outline.by_id[name].ref: one.number for name, one in run.asked.items()}
    where = draw(st.sampled_from([step, *asked, *asked]))
    numbers = st.just(asked[where]) if where in asked else st.integers(1, run.seq)
    request = draw(numbers)
    approves = draw(st.sampled_from([True, True, False]))
    return {
        c.AskApproval: {"step": step},
        c.CancelApproval: {"step": where},
        c.Vote: {"step": where, "request": request, "approves": approves, "reason": "why"},
        c.TakeVoteBack: {"step": where, "request": request},
    }
