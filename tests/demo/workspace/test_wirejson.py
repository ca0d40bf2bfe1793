"""JSON from outside: what is read can be kept and sent on, and all else is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.workspace.wirejson import DEEPEST, loads

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANY)
def test_what_json_can_say_is_read(value: Any) -> None:
    assert loads(json.dumps(value)) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize("around", ["[%s]", '{"a": %s}'])
def test_there_is_an_end_to_depth(around: str) -> None:
    text = "1"
    for _ in range(DEEPEST):
        text = around.replace("%s", text)
    assert loads(text)
    with pytest.raises(ValueError, match="deeply"):
        loads(around.replace("%s", text))


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "NaN",
        "-Infinity",
        "1e999",
        '"\\ud800"',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        "\ufeff{}",
        "[" * 100_000,
        '{"a": ' * 100_000,
    ],
)
def test_what_could_not_be_sent_on_is_refused(raw: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # which words it is refused in is Python's
        loads(raw)


def test_both_halves_of_a_pair_are_a_character() -> None:
    assert loads('"\\ud83e\\uddea"') == "\U0001f9ea"
