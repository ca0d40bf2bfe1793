"""Whatever is erased: a run stands where it stood, every view draws it, and the audit holds."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.bringers import BRINGERS
from bot.core.documents.postmortem import Said
from bot.core.engine import effects
from bot.core.engine.decide import Refused
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.sealing.people import People
from bot.core.views import board, notices, walkthrough
from tests.core.drawn import accepted, accepted_view
from tests.core.sealing.room import Vault
from tests.core.story import render
from tests.core.strategies import START, Desk, commands, procedures
from tests.core.test_completeness import story
from tests.profiles import examples


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


BROUGHT = BRINGERS.keys() - {"secret"}
"""What is brought to Slack and is no message to draw."""


def drawn(run: Run, facts: list[e.Fact]) -> None:
    """Draw everything that a run can be seen in."""
    accepted(board.draw(run))
    accepted_view(walkthrough.draw(run, 0))
    for number, fact in enumerate(facts, start=1):
        before = fold(facts[: number - 1]) if number > 1 else None
        for key in effects.touched(before, [fact.event]):
            if key.partition("/")[0] not in BROUGHT:
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
@settings(max_examples=examples(40))
def test_any_words_and_people_can_go(desk: Desk, data: st.DataObject) -> None:
    vault = Vault(desk.facts)
    assert vault.checked().faults == ()
    gone = {seq for f in desk.facts if isinstance(f.event, e.Erased) for seq in f.event.entries}
    read, was = vault.facts(), desk.facts
    assert all(a.event == b.event or b.seq in gone for a, b in zip(read, was, strict=True))
    entries = data.draw(st.sets(st.sampled_from([f.seq for f in desk.facts])))
    tokens = data.draw(st.sets(st.sampled_from(People(vault.people).tokens)))
    vault.tells(entries, tokens)
    facts = vault.facts()
    before = {**standing(desk.run), "seq": desk.run.seq + 1}
    assert standing(fold(facts)) == before
    assert vault.checked().faults == ()
    drawn(fold(facts), facts)


def test_a_run_with_every_kind_of_fact_can_lose_all_of_it() -> None:
    desk = story()[0]
    vault = Vault(desk.facts)
    vault.tells([f.seq for f in desk.facts], People(vault.people).tokens)
    facts = vault.facts()
    assert standing(fold(facts)) == {**standing(desk.run), "seq": desk.run.seq + 1}
    checked = vault.checked()
    assert checked.faults == ()
    early, said = checked.erased
    assert early == "erased on 2026-11-01 by an operator: the words of entry 2"
    assert said.startswith("erased on 2026-11-01 by an operator: the words of entries 1, ")
    assert said.endswith(" and people 1 to 4")
    words = [f.event.text for f in facts if isinstance(f.event, e.NoteAdded)]
    assert words == ["(erased on 2026-11-01 by an operator)"]
    assert fold(facts).started_by.name == "person 1 (erased on 2026-11-01 by an operator)"
    drawn(fold(facts), facts)
    for text in ("It smokes", "Nobody is in", "U0ANA", '"ana"', "U0BEN", '"k1"'):
        assert text not in vault.text.replace('"key"', "")
