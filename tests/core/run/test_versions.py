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
