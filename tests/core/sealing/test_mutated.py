"""A record of which anything at all was changed: an audit says so in words, and never fails.

Every column of an entry and of the run's row is changed by a character, cut, emptied, or becomes
something else than it was; so is what lies inside of the JSON that is stored.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields, replace
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.run import events as e
from bot.core.sealing.body import reseal
from bot.core.sealing.people import People
from bot.core.sealing.record import Row, Stored, check, follow
from tests.core.sealing.room import Vault, salts
from tests.core.test_completeness import story
from tests.profiles import examples, some

RUN = story()[0].facts[0].run_id


@cache
def sealed() -> Vault:
    """Every kind of entry; the words of some were erased, and a person."""
    vault = Vault(story()[0].facts)
    vault.tells([3, 5], People(vault.people).tokens[1:2])
    return vault


@cache
def of_before() -> Vault:
    """The same, written before entries were sealed, and sealed since."""
    facts = list(takewhile(lambda one: one.event.kind != "erased", story()[0].facts))
    vault = Vault(facts)
    people, give, head = People(), salts(), e.GENESIS
    rows: list[Stored] = []
    for fact in facts:
        body = e.dump(fact.event)
        head = e.chain(head, fact.run_id, fact.seq, fact.at, body)
        made = reseal(body, people, give)
        place = (fact.seq, e.stamp(fact.at), fact.event.kind)
        rows.append(Stored(*place, made.body, head, made.beside))
    vault.rows, vault.people = rows, str(people)
    return vault


@cache
def row_of(vault: Vault) -> Row:
    """The row of one of them, which nobody changes: it is folded once."""
    return vault.row()


VAULTS: dict[str, Callable[[], Vault]] = {"sealed": sealed, "sealed since": of_before}
OTHER = st.sampled_from('x0"{}[],:\\ \x00\U0001f600\ud800')
NONSENSE: tuple[Any, ...] = (
    *("", "x", "{", "{}", "[]", "null", "0", '"x"', "1e999", "[" * 100_000),
    *('{"seal":"","kind":[]}', '{"a":NaN}', "9" * 5000),
)


@pytest.fixture(params=VAULTS)
def vault(request: pytest.FixtureRequest) -> Vault:
    made = VAULTS[request.param]()
    assert check(RUN, made.rows, row_of(made)).faults == ()
    return made


def instead(vault: Vault, which: Stored, **now: Any) -> list[Stored]:
    """The rows, with other values in the columns of one."""
    return [replace(one, **now) if one is which else one for one in vault.rows]


def changed(vault: Vault, rows: list[Stored]) -> list[Stored]:
    return [now for now, was in zip(rows, vault.rows, strict=True) if now != was]


def told(vault: Vault, rows: list[Stored], row: Row) -> None:
    """The change is told of, in words that are no program's."""
    checked = check(RUN, rows, row)
    assert checked.faults, ("nothing is said of it", changed(vault, rows), row)
    for fault in checked.faults:
        assert "Error" not in fault, changed(vault, rows)
        assert "\n" not in fault
    follow(RUN, rows)
    follow(RUN, rows[2:])


def nearly(text: str, draw: Callable[[Any], Any]) -> str:
    """*text* with one character changed, left out or added."""
    at: int = draw(st.integers(0, len(text)))
    other: str = draw(OTHER | st.just(""))
    rest = at + int(draw(st.integers(0, 1)))
    return text[:at] + other + text[rest:]


@given(data=st.data())
@settings(max_examples=examples(200))
@pytest.mark.parametrize("make", VAULTS.values(), ids=VAULTS)
def test_any_character_of_any_column_that_is_changed_is_told_of(
    make: Callable[[], Vault], data: st.DataObject
) -> None:
    vault = make()
    which = data.draw(st.sampled_from(vault.rows))
    name = data.draw(st.sampled_from(["at", "kind", "body", "hash", "beside"]))
    was = getattr(which, name) or ""
    now = nearly(was, data.draw)
    if now != was:
        told(vault, instead(vault, which, **{name: now}), row_of(vault))


@given(data=st.data())
@settings(max_examples=examples(200))
@pytest.mark.parametrize("make", VAULTS.values(), ids=VAULTS)
def test_any_character_of_the_row_that_is_changed_is_told_of(
    make: Callable[[], Vault], data: st.DataObject
) -> None:
    vault = make()
    row = row_of(vault)
    texts = [one.name for one in fields(row) if isinstance(getattr(row, one.name), str)]
    name = data.draw(st.sampled_from(texts))
    was = getattr(row, name)
    now = nearly(was, data.draw)
    if now != was:
        other: Any = {name: now}
        told(vault, vault.rows, replace(row, **other))


@pytest.mark.sampled
@pytest.mark.parametrize("text", NONSENSE, ids=lambda text: text[:12])
@pytest.mark.parametrize("column", ["at", "kind", "body", "hash", "beside"])
def test_nonsense_in_a_column_is_told_of(vault: Vault, column: str, text: str) -> None:
    for which in some(vault.rows[::6]):
        told(vault, instead(vault, which, **{column: text}), row_of(vault))


@pytest.mark.parametrize("text", NONSENSE[1:], ids=lambda text: text[:12])
def test_nonsense_in_place_of_the_people_is_told_of(vault: Vault, text: str) -> None:
    told(vault, vault.rows, replace(row_of(vault), people=text))


def ways(value: Any) -> Iterator[Any]:
    """JSON with one value in it, at any depth, in place of which there is another kind of value."""
    for other in (None, 0, -1, 10**30, "x", [], {}, True, [["x"]], {"x": None}):
        if other != value or type(other) is not type(value):
            yield other
    if not isinstance(value, dict | list):
        return
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        for other in ways(one):
            made = value.copy()
            made[key] = other
            yield made
        made = value.copy()
        del made[key]
        yield made


@pytest.mark.sampled
def test_another_kind_of_value_beside_an_entry_is_told_of(vault: Vault) -> None:
    for which in vault.rows[::4]:
        if which.beside is not None:
            for other in some(ways(json.loads(which.beside))):
                told(vault, instead(vault, which, beside=json.dumps(other)), row_of(vault))


@pytest.mark.sampled
def test_another_kind_of_value_among_the_people_is_told_of(vault: Vault) -> None:
    for other in some(ways(json.loads(vault.people))):
        told(vault, vault.rows, replace(row_of(vault), people=json.dumps(other)))


FORGED = ("at", "kind", "body", "beside")


def forged(vault: Vault, which: Stored, **now: Any) -> list[Stored]:
    """The rows after one was changed and every hash after it was calculated again."""
    head, rows = e.GENESIS, list[Stored]()
    for made in instead(vault, which, **now):
        with suppress(ValueError):
            head = e.chain(head, RUN, made.seq, datetime.fromisoformat(made.at), made.body)
        rows.append(replace(made, hash=head))
    return rows


@given(data=st.data())
@settings(max_examples=examples(200))
def test_what_is_forged_whole_is_judged_without_a_failure(data: st.DataObject) -> None:
    """Nothing in the record may tell of it; whatever it says, somebody can read it."""
    vault = sealed()
    which = data.draw(st.sampled_from(vault.rows))
    name = data.draw(st.sampled_from(FORGED))
    rows = forged(vault, which, **{name: nearly(getattr(which, name) or "", data.draw)})
    for fault in check(RUN, rows, replace(row_of(vault), head=rows[-1].hash)).faults:
        assert "Error" not in fault


@pytest.mark.sampled
@pytest.mark.parametrize("number", range(4))
def test_a_body_that_is_forged_whole_is_judged_without_a_failure(number: int) -> None:
    vault = sealed()
    for which in vault.rows[number::4]:
        for other in some(list(ways(json.loads(which.body)))[number::3]):
            rows = forged(vault, which, body=json.dumps(other))
            for fault in check(RUN, rows, replace(row_of(vault), head=rows[-1].hash)).faults:
                assert "Error" not in fault, other
