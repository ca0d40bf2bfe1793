"""Commands about action items, drawn: with any words, for anyone, on any day."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from bot.core.acting.suggested import suggested
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.model import Run

_DAYS = st.sampled_from([None, date(2026, 12, 24), date(1, 1, 1), date(9999, 12, 31)])


def planning(
    draw: Callable[..., Any],
    run: Run,
    who: st.SearchStrategy[e.Person],
    texts: st.SearchStrategy[str],
) -> dict[type, Callable[[], dict[str, Any]]]:
    """What each of them is given, by the command."""
    ideas = ["odd", *(one.name for one in suggested(run))]
    items = [1, *run.items]

    def worded() -> dict[str, Any]:
        owner = draw(st.one_of(st.none(), who))
        return {"text": draw(texts), "owner": owner, "due": draw(_DAYS)}

    return {
        c.AddItem: lambda: {**worded(), "idea": draw(st.sampled_from([None, *ideas]))},
        c.AcceptItem: lambda: {"idea": draw(st.sampled_from(ideas))},
        c.EditItem: lambda: {**worded(), "item": draw(st.sampled_from(items))},
        c.MarkItem: lambda: {
            "item": draw(st.sampled_from(items)),
            "state": draw(st.sampled_from(["open", "done", "dropped"])),
        },
    }
