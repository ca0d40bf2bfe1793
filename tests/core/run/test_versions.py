"""An event of an older version is read as one of today, and its hash stays what it was."""

import json

import pytest

from bot.core.engine import commands as c
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.versions import as_before, upgrade
from bot.core.sealing.record import check
from tests.core.closing import checked
from tests.core.story import render
from tests.core.strategies import ANA, Desk, stored
from tests.core.test_completeness import story

MISTAKE_1 = '{"by":{"id":"U0ANA"},"kind":"run_closed","reasons":{"mistake":"wrong node"},"v":1}'
MISTAKE_2 = '{"by":{"id":"U0ANA"},"kind":"run_closed","mistake":"wrong node","v":2}'
LINES_1 = '{"by":{"id":"U0ANA"},"kind":"run_closed","reasons":{"check:up":"old"},"v":1}'
PLAIN_1 = '{"by":{"id":"U0ANA"},"kind":"run_closed","v":1}'


@pytest.mark.parametrize("body", [MISTAKE_1, MISTAKE_2])
def test_a_mistake_is_the_same_in_either_version(body: str) -> None:
    event = e.load(body)
    assert isinstance(event, e.RunClosed)
    assert (event.v, event.mistake, event.reasons) == (2, "wrong node", {})


def test_the_reasons_of_an_older_closing_are_kept() -> None:
    event = e.load(LINES_1)
    assert isinstance(event, e.RunClosed)
    assert (event.mistake, event.reasons) == (None, {"check:up": "old"})


@pytest.mark.parametrize("body", [LINES_1, MISTAKE_1])
def test_what_is_written_is_what_the_version_before_wrote(body: str) -> None:
    """Byte for byte, since both serve side by side while one is replaced by the other."""
    assert e.dump(e.load(body)) == body


def test_whatever_has_one_version_is_written_as_it_is() -> None:
    body = {"kind": "step_taken", "v": 1, "step": "one"}
    assert upgrade(body) is body
    assert as_before(body) is body


@pytest.mark.parametrize(
    "body",
    ['{"kind":"run_closed","v":3}', '{"kind":"run_closed","v":1,"reasons":7}', "7", "[]", "{"],
)
def test_what_no_version_wrote_is_not_read(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever of them
        e.load(body)


@pytest.mark.parametrize("body", [MISTAKE_1, LINES_1, PLAIN_1])
def test_a_run_that_an_older_version_closed_is_audited_folded_and_told(body: str) -> None:
    desk = Desk(checked())
    desk.append(e.load(body))
    place = desk.facts[-1]
    head = e.chain(desk.facts[0].hash, "KC-7", 2, place.at, body)
    last = e.Fact("KC-7", 2, place.at, e.load(body), head)
    rows = [stored(desk.facts[0], desk.bodies[0]), stored(last, body)]
    assert check("KC-7", rows, None).broken is None
    run = fold([desk.facts[0], last])
    assert run.closed is not None
    assert run.closed.recovered is (body == PLAIN_1)


def test_closing_as_a_mistake_writes_the_older_shape() -> None:
    desk = Desk(checked())
    desk.do(c.Mistake(ANA, "wrong node"))
    assert json.loads(desk.bodies[-1]) == {
        "by": {"id": "U0ANA", "name": "ana"},
        "kind": "run_closed",
        "reasons": {"mistake": "wrong node"},
        "v": 1,
    }
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=desk.at)
    assert "Started by mistake" in document


KNOWN = {
    # That it is a drill, or has no channel yet, it does not know, and so leaves the run alone.
    "run_started": "asked_in by channel drill inputs instead_at instead_of procedure room source"
    " source_sha256 team",
    "step_taken": "by confirmed step",
    "step_done": "by on_check step",
    "step_skipped": "by reason step",
    "step_failed": "by step what",
    "step_given_back": "by step",
    "step_handed_over": "by step to was",
    "step_returned": "by step to whom why",
    "step_undone": "by step",
    "note_added": "by shared step text",
    "verification_requested": "by",
    "check_requested": "batch by check once request step wait",
    "check_observed": "advance check final green reason request seen",
    "recovery_confirmed": "by item words",
    "confirmation_withdrawn": "by item",
    "export_requested": "by",
    "closing_requested": "by reasons",
    "run_kept_open": "after by lacking",
    "run_closed": "again again_at by mistake reasons",
    "run_reopened": "by reason",
    "timer_fired": "due timer",
    "board_replaced": "board broken entry head why",
    "posting_refused": "error message",
    "posting_resumed": "message",
}
"""What the version before sealing reads: kind -> its fields. It refuses an entry with another."""
GOES_BACK = {"round"}
"""Set where a run has gone back, whose procedure that version cannot read in any case."""


def test_the_version_before_knows_every_field_that_is_written_plain() -> None:
    for fact in story()[0].facts:
        event = fact.event
        if event.kind in KNOWN:
            full = {name: getattr(event, name) for name in type(event).model_fields}
            whole = type(event).model_construct(_fields_set=set(full), **full)
            known = {"kind", "v", *KNOWN[event.kind].split()}
            assert e.plain(whole).keys() <= known | GOES_BACK, event.kind
            assert e.plain(event).keys() - GOES_BACK <= known


def test_a_run_that_has_not_gone_back_says_nothing_of_rounds() -> None:
    desk = Desk(checked())
    desk.do(c.Take("one", ANA))
    desk.do(c.Fail("one", ANA, "it broke"))
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA))
    assert not [body for body in desk.bodies if '"round"' in body]
