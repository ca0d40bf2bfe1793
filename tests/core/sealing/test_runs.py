"""Whatever is erased: a run stands where it stood, every view draws it, and the audit holds."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import board, effects, notices, walkthrough
from bot.core import events as e
from bot.core.decide import Refused
from bot.core.documents.postmortem import Said
from bot.core.fold import fold
from bot.core.run import Run
from bot.core.sealing.people import People
from tests.core.drawn import accepted, accepted_view
from tests.core.sealing.room import Vault
from tests.core.story import render
from tests.core.strategies import START, Desk, commands, procedures
from tests.core.test_completeness import story


def standing(run: Run) -> Mapping[str, Any]:
    """Where a run stands, without words and people."""
    return {
        "seq": run.seq,
        "steps": {key: (s.state, s.on_check, len(s.notes)) for key, s in run.steps.items()},
        "pending": {key: (r.check, r.step, r.batch, r.wait) for key, r in run.pending.items()},
        "verdicts": {key: v.green for key, v in run.verdicts.items()},
        "lines": [(item.key, item.green, item.at) for item in run.verification()],
        "recovered": run.recovered_at,
        "closed": run.closed and (run.closed.at, run.closed.recovered, set(run.closed.reasons)),
        "offers": run.offers,
        "people": len(run.people),
        "finished": run.outline.counts.finished,
        "inputs": set(run.inputs),
    }


def drawn(run: Run, facts: list[e.Fact]) -> None:
    """Draw everything that a run can be seen in."""
    accepted(board.draw(run))
    accepted_view(walkthrough.draw(run, 0))
    for number, fact in enumerate(facts, start=1):
        before = fold(facts[: number - 1]) if number > 1 else None
        for key in effects.touched(before, [fact.event]):
            if not key.startswith(effects.EXPORT):
                accepted(notices.draw(run, facts, key))
    said = (Said(START, "U0ANA", "hello"),)
    render(run, facts, names={}, said=said, exported_at=START)


@st.composite
def worked_on(draw: st.DrawFn) -> Desk:
    desk = Desk(draw(procedures()), key_id="k1")
    for _ in range(draw(st.integers(0, 12))):
        try:
            desk.do(draw(commands(desk.run)))
        except Refused:
            continue
    return desk


@given(worked_on(), st.data())
@settings(max_examples=40)
def test_any_words_and_people_can_go(desk: Desk, data: st.DataObject) -> None:
    vault = Vault(desk.facts)
    assert vault.checked().faults == ()
    assert vault.run() == fold(vault.facts())
    assert [f.event for f in vault.facts()] == [f.event for f in desk.facts]
    entries = data.draw(st.sets(st.sampled_from([f.seq for f in desk.facts])))
    tokens = data.draw(st.sets(st.sampled_from(People(vault.people).tokens)))
    vault.erase(entries, tokens)
    facts = vault.facts()
    assert standing(fold(facts)) == standing(desk.run)
    assert vault.checked().broken is None, "the chain holds, whatever went"
    drawn(fold(facts), facts)


def test_a_run_with_every_kind_of_fact_can_lose_all_of_it() -> None:
    desk = story()[0]
    vault = Vault(desk.facts)
    vault.erase([f.seq for f in desk.facts], People(vault.people).tokens)
    facts = vault.facts()
    assert standing(fold(facts)) == standing(desk.run)
    drawn(fold(facts), facts)
    for text in ("It smokes", "Nobody is in", "U0ANA", '"ana"', "U0BEN", '"k1"'):
        assert text not in vault.text.replace('"key"', "")
