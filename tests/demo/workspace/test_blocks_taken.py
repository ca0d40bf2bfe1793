"""The judge of blocks: what Slack takes, how much of it, and that anything gets a verdict."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.workspace.blocks import Verdict, complete, judge_message, judge_view
from bot.demo.workspace.blocks.elements import ELEMENTS, PLACES
from bot.demo.workspace.blocks.kinds import BLOCKS
from tests.demo.workspace.samples import (
    DIVIDER,
    GOOD,
    MODAL,
    PIECES,
    Json,
    actions,
    inputs,
    mrkdwn,
    section,
)
from tests.profiles import examples


def judge(block: Json) -> Verdict:
    """In a message, or in a modal where it has no place in a message."""
    if block["type"] == "input":
        return judge_view(MODAL | {"blocks": [block]})
    return judge_message([block])


@pytest.mark.parametrize("block", GOOD)
def test_slack_takes(block: Json) -> None:
    assert judge(block) == ("", [])


@pytest.mark.parametrize("kind", PLACES["actions"])
def test_slack_takes_the_element_among_actions(kind: str) -> None:
    assert judge_message([actions(PIECES.get(kind, {"type": kind}))]) == ("", [])


@pytest.mark.parametrize("kind", PLACES["input"])
def test_slack_takes_the_element_as_an_input(kind: str) -> None:
    assert judge(inputs(PIECES.get(kind, {"type": kind}))) == ("", [])


def test_every_block_and_element_has_been_judged_good() -> None:
    """The tables hold nothing that these tests leave out."""
    assert {block["type"] for block in GOOD} | {"actions"} == set(BLOCKS)
    known = {name for places in PLACES.values() for name in places}
    assert known == set(ELEMENTS)


def test_too_much_in_all_is_too_long_though_each_block_is_good() -> None:
    block = section(text=mrkdwn("x" * 2900))
    assert judge_message([block] * 4) == ("", [])
    assert judge_message([block] * 5) == ("msg_blocks_too_long", [])
    size = 13_200 - len(json.dumps([section(text=mrkdwn(""))] * 5, separators=(",", ":")))
    fits = [section(text=mrkdwn("x" * 2500)) for _ in range(4)]
    fits.append(section(text=mrkdwn("x" * (size - 10_000))))
    assert judge_message(fits).error == ""
    fits[-1]["text"]["text"] += "x"
    assert judge_message(fits).error == "msg_blocks_too_long"


def test_what_slack_fills_in_is_still_good() -> None:
    filled = complete(GOOD)
    assert all("block_id" in block for block in filled)
    for block in filled:
        assert judge(block) == ("", [])
    assert "block_id" not in DIVIDER


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, inner in items:
        found.append((*path, key))
        if isinstance(inner, dict | list):
            found += _places(inner, (*path, key))
    return found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
SAMPLES = [*GOOD, *(actions(piece) for kind, piece in PIECES.items() if kind in PLACES["actions"])]


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_a_block_with_anything_in_any_place_gets_a_verdict(data: st.DataObject) -> None:
    """Whatever replaces whatever part, the judge says yes or no, and a yes can be completed."""
    block = copy.deepcopy(data.draw(st.sampled_from(SAMPLES)))
    *path, last = data.draw(st.sampled_from(_places(block)))
    inner: Any = block
    for key in path:
        inner = inner[key]
    inner[last] = data.draw(JSON)
    for verdict in (judge_message([block]), judge_view(MODAL | {"blocks": [block]})):
        assert verdict.error or complete([block])


@given(JSON)
def test_anything_at_all_gets_a_verdict(value: Any) -> None:
    assert judge_message([value]).error == "invalid_blocks"
    assert judge_view(value).error == "invalid_arguments"
