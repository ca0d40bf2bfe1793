"""Of each field of each fact it is said whether it is sealed, and how."""

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from bot.core.acting.sealed import Fields, How
from bot.core.run import events as e
from bot.core.run.pins import PinnedFile
from bot.core.sealing.body import SEAL
from bot.core.sealing.table import BY_KIND, SEALED

FACTS = get_args(e.Event)


def test_every_kind_of_fact_is_in_the_table_and_nothing_else() -> None:
    assert {kind.__name__ for kind in SEALED} == {kind.__name__ for kind in FACTS}
    assert BY_KIND.keys() == {kind.model_fields["kind"].default for kind in FACTS}


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_every_field_is_said(kind: Any) -> None:
    assert set(SEALED[kind]) == set(kind.model_fields)
    assert SEAL not in kind.model_fields, "a sealed body has its commitment there"


def test_every_field_of_a_record_in_a_fact_is_said() -> None:
    nested = [how for fields in SEALED.values() for how in fields.values() if _is_table(how)]
    said = {frozenset(how) for how in nested if isinstance(how, Mapping)}
    assert said == {frozenset(kind.model_fields) for kind in (e.Seen, PinnedFile)}


def _is_table(how: How | Fields) -> bool:
    return isinstance(how, Mapping)


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_a_person_is_sealed_as_one_and_nothing_else_is(kind: Any) -> None:
    people = {
        name
        for name, field in kind.model_fields.items()
        if field.annotation in (e.Person, e.Person | None)
    }
    assert {name for name, how in SEALED[kind].items() if how is How.PERSON} == people
