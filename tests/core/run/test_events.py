"""What is stored comes back as it was, and cannot be changed unseen."""

from dataclasses import replace
from datetime import timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.sealing.record import check as audited
from tests.core.strategies import ANA, START, Desk, commands, procedures, stored, words

ANY_EVENT = st.one_of(
    *(
        st.builds(
            kind,
        )
        for kind in get_args(e.Event)
        if kind is not e.RunStarted
    )
)


@given(ANY_EVENT)
def test_every_event_comes_back_from_its_stored_form(event: e.Event) -> None:
    assert e.load(e.dump(event)) == event


@given(procedures(), st.dictionaries(words, words, max_size=2))
def test_a_run_carries_its_whole_procedure(procedure: Procedure, inputs: dict[str, str]) -> None:
    started = e.RunStarted(
        procedure=procedure,
        source="",
        source_sha256="0" * 64,
        inputs=inputs,
        channel="C1",
        by=ANA,
    )
    back = e.load(e.dump(started))
    assert back == started
    assert isinstance(back, e.RunStarted)
    # Which keys were written matters too: an expectation of null is not an absent one.
    for name, check in procedure.checks.items():
        again = back.procedure.checks[name]
        assert [one.given for one in again.expect] == [one.given for one in check.expect]
    assert back.procedure.leaves() == procedure.leaves()


def test_an_expected_null_survives_the_log() -> None:
    """To expect null is to expect something; a log that drops it can never be read again."""
    check = {
        "title": "No error",
        "target": "it",
        "get": "/",
        "expect": [{"pointer": "/error", "equals": None}],
    }
    shape = _tiny().model_dump(by_alias=True, exclude_unset=True) | {"checks": {"fine": check}}
    desk = Desk(Procedure.model_validate(shape))
    back = e.load(desk.bodies[0])
    assert isinstance(back, e.RunStarted)
    assert back.procedure.checks["fine"].expect[0].comparison == ("equals", None)


def test_a_stored_event_is_one_line_so_that_the_chain_is_unambiguous() -> None:
    note = e.NoteAdded(by=ANA, text="one\ntwo\r\u2028three")
    assert "\n" not in e.dump(note)


@given(st.data())
def test_the_chain_detects_any_change_of_what_is_stored(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(4):
        try:
            desk.do(data.draw(commands(desk.run)))
        except Refused:
            continue
    rows = [stored(*row) for row in zip(desk.facts, desk.bodies, strict=True)]
    assert audited("KC-7", rows, None).broken is None
    assert rows[-1].hash == desk.run.head

    index = data.draw(st.integers(0, len(rows) - 1))
    row = rows[index]
    raw = row.body.encode()
    place = data.draw(st.integers(0, len(raw) - 1))
    flipped = bytearray(raw)
    flipped[place] ^= data.draw(st.integers(1, 127))
    later = e.stamp(desk.facts[index].at + timedelta(microseconds=1))
    changed = data.draw(
        st.sampled_from(
            [
                replace(row, body=flipped.decode("latin-1")),
                replace(row, at=later),
                replace(row, seq=row.seq + 1),
                replace(row, hash="f" * 64),
            ]
        )
    )
    assert audited("KC-7", [*rows[:index], changed, *rows[index + 1 :]], None).broken == index + 1
    assert audited("KC-8", rows, None).broken == 1


def test_the_chain_detects_a_missing_a_doubled_and_a_moved_fact() -> None:
    desk = Desk(_tiny())
    for text in ("one", "two", "three"):
        desk.append(e.NoteAdded(by=ANA, text=text))
    rows = [stored(*row) for row in zip(desk.facts, desk.bodies, strict=True)]
    assert audited("KC-7", rows, None).broken is None
    for broken in (
        [rows[0], *rows[2:]],
        [*rows[:2], *rows[1:]],
        [rows[0], rows[2], rows[1], rows[3]],
    ):
        assert audited("KC-7", broken, None).broken is not None


def test_a_time_is_hashed_as_the_instant_that_it_is() -> None:
    elsewhere = START.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert e.chain(e.GENESIS, "KC-7", 1, START, "{}") == e.chain(
        e.GENESIS, "KC-7", 1, elsewhere, "{}"
    )


@pytest.mark.parametrize("body", ['{"kind":"made_up","v":1}', '{"kind":"run_closed","v":3}', "[]"])
def test_what_is_no_known_event_is_not_read(body: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        e.load(body)


def _tiny() -> Procedure:
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "tiny",
            "title": "Tiny",
            "symptoms": ["It is down"],
            "steps": [{"id": "one", "title": "One", "do": "It."}],
        }
    )
