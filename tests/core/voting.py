"""Random words on approvals."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.run.model import Run

APPROVES = st.sampled_from((True, True, False))


def voting(draw: st.DrawFn, run: Run, step: str) -> dict[type, Callable[[], dict[str, Any]]]:
    """What can be said about an approval: mostly of one that somebody asked for."""

    def about() -> tuple[str, int]:
        asked = {run.outline.by_id[name].ref: one.number for name, one in run.asked.items()}
        where = draw(st.sampled_from((step, *asked, *asked)))
        numbers = st.just(asked[where]) if where in asked else st.integers(1, run.seq)
        return where, draw(numbers)

    def of_request() -> dict[str, Any]:
        where, request = about()
        return {"step": where, "request": request}

    return {
        c.AskApproval: lambda: {"step": step},
        c.CancelApproval: lambda: {"step": about()[0]},
        c.Vote: lambda: {**of_request(), "approves": draw(APPROVES), "reason": "why"},
        c.TakeVoteBack: of_request,
    }
