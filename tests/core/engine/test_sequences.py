"""Ten thousand nights of random people with random procedures: nothing gets stuck or lost.

What each decision must keep stands in `test_decide`; here is what holds of a run as a whole, and
what Slack must take of it. It is long, and so part of `make chaos`; a short form is played always.
"""

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.core.acting import catchup
from bot.core.blockkit.picture import Picture
from bot.core.documents.postmortem import document
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused, decide
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.holding import NOTHING_KNOWN
from bot.core.run.model import State
from bot.core.views import home, walkthrough
from bot.core.views.board import draw
from tests.core.drawn import accepted, accepted_view
from tests.core.engine.test_decide import AFTER
from tests.core.room_story import Roomless
from tests.core.strategies import ANA, BEN, CHO, Desk, commands, procedures
from tests.core.tallying import approved_by_others
from tests.profiles import examples

ALL = 10_000
FEW = 40
LONGEST = 40
"""How many commands are tried in one sequence at most."""


def night(data: st.DataObject) -> None:
    # Some begin before there is a channel, which comes at any time or never.
    begins = data.draw(st.sampled_from([Desk, Desk, Roomless]))
    desk = begins(data.draw(procedures()), key_id="key-a")
    for _ in range(data.draw(st.integers(1, LONGEST))):
        command = data.draw(commands(desk.run))
        before = desk.run
        with contextlib.suppress(Refused):
            made = desk.do(command, data.draw(st.sampled_from(AFTER)))
            approved_by_others(desk.facts, before, made)
    nothing_is_lost(desk)
    slack_takes_it(desk)
    nothing_is_stuck(desk)
    it_can_be_closed(desk)


def nothing_is_lost(desk: Desk) -> None:
    """What is stored follows its chain, and is read back as the same run."""
    assert desk.broken() is None
    read = [
        replace(fact, event=e.load(json.dumps(e.plain(fact.event, alone=True))))
        for fact in desk.facts
    ]
    assert fold(read) == desk.run


def slack_takes_it(desk: Desk) -> None:
    """The board, the full view, Home and the catch-up keep to Slack's limits."""
    accepted(draw(desk.run))
    accepted_view(walkthrough.draw(desk.run, 0))
    here = home.draw(ANA, [home.Placed(desk.run, None, NOTHING_KNOWN)], home.Offer([], 0))
    accepted_view(home.view(here, desk.at))
    accepted(Picture("All of it", catchup.blocks(desk.run)))
    told = document(desk.run, desk.facts, names={}, said=None, exported_at=desk.at)
    assert told.blocks


def nothing_is_stuck(desk: Desk) -> None:
    """Whatever is not finished, somebody can do something about."""
    if desk.run.closed is not None:
        return
    for row in desk.run.outline.rows:
        if row.finished or row.awaited is not None:
            continue
        assert _can_go_on(desk, row.ref), row.ref


def _can_go_on(desk: Desk, step: str) -> bool:
    for by in (ANA, BEN, CHO):
        ways: tuple[c.Command, ...] = (
            *(c.Take(step, by), c.Skip(step, by, "It is late."), c.GiveBack(step, by)),
            *(c.Undo(step, by), c.TakeOver(step, by)),
        )
        for way in ways:
            with contextlib.suppress(Refused):
                if decide(desk.run, way, desk.at):
                    return True
    return _is_asked_first(desk, step)


def _is_asked_first(desk: Desk, step: str) -> bool:
    """A destructive step wants its words typed, which is no matter of the state."""
    row = desk.run.outline.by_id[step.partition("~")[0]]
    return row.state in (State.OPEN, State.FAILED) and row.leaf.danger is not None


def it_can_be_closed(desk: Desk) -> None:
    """With a reason for each line, a run ends whatever is red, unless it has ended."""
    if desk.run.closed is not None:
        return
    _answered(desk)
    why = {item.key: "It is late." for item in desk.run.verification()}
    # What is looked at is red: the first time the run may stay open, with the reasons at hand.
    for _ in range(2):
        if desk.run.closed is None:
            desk.close(CHO, {**why, "verification": "It is late."})
    assert desk.run.closed is not None


def _answered(desk: Desk) -> None:
    """The looks that a closing under way waits for come to an end."""
    for request in [r for r in desk.run.pending.values() if r.once]:
        seen = e.Seen(expectation="/a exists", held=False, seen="7")
        end = e.CheckObserved(
            request=request.id, check=request.check, green=False, final=True, seen=(seen,)
        )
        desk.do(c.Observe(end))


@given(st.data())
@settings(max_examples=examples(FEW), suppress_health_check=list(HealthCheck))
def test_some_sequences(data: st.DataObject) -> None:
    night(data)


@pytest.mark.chaos(counted=800.0)
@pytest.mark.timeout(7200)
@given(st.data())
@settings(
    max_examples=ALL,
    deadline=None,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_ten_thousand_sequences(data: st.DataObject) -> None:
    night(data)
