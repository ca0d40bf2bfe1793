"""Which procedures fit a channel: what was started there most, what is looked after there."""

from hypothesis import given
from hypothesis import strategies as st

from bot.app.here import fit
from bot.core.procedure import Procedure
from tests.core.engine.test_ways import do, procedure


def named(name: str, owner: str | None = None) -> Procedure:
    own = {} if owner is None else {"owner": {"team": "t", "slack": owner}}
    return procedure(do("look"), **own).model_copy(update={"id": name, "title": name.upper()})


KNOWN = [named("a"), named("b"), named("c", "C0HERE123"), named("d", "C0THERE12")]


def test_what_is_used_there_comes_first_then_its_owners_then_the_rest_by_name() -> None:
    used = ["d", "b", "d", "gone"]
    assert [one.id for one in fit(KNOWN, used, "C0HERE123")] == ["d", "b", "c", "a"]
    assert [one.id for one in fit(KNOWN, [], "C0HERE123")] == ["c", "a", "b", "d"]
    assert [one.id for one in fit(KNOWN, [], "C0ELSE123")] == ["a", "b", "c", "d"]


@given(st.lists(st.sampled_from(["a", "b", "c", "d", "gone"])))
def test_each_is_there_once_whatever_was_used(used: list[str]) -> None:
    assert sorted(one.id for one in fit(KNOWN, used, "C0HERE123")) == ["a", "b", "c", "d"]
