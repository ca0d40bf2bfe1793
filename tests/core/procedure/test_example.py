"""The example beside a field: what it shows can always be given, or there is none."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from bot.core.procedure import Input
from bot.core.procedure.example import example


@pytest.mark.parametrize(
    ("pattern", "shown", "another"),
    [
        ("key-[a-z0-9]+", "key-a", "key-b"),
        ("node-[1-9]", "node-1", "node-2"),
        (r"^node-\d+$", "node-1", "node-2"),
        ("(eu|us)-[a-z]{2}", "eu-aa", "eu-bb"),
        (r"[A-Z]{3}-\d{4}", "AAA-1111", "BBB-2222"),
        (r"v?\d+\.\d+", "1.1", "2.2"),
        ("(?:db|cache)-[0-9]+", "db-1", "db-2"),
        (".+", "a", "b"),
        ("[^a]+", None, None),
        ("(?i)yes", None, None),
        ("a{900}", None, None),
    ],
)
def test_an_example_is_made_from_the_pattern(
    pattern: str, shown: str | None, another: str | None
) -> None:
    spec = Input.model_validate({"description": "Which?", "pattern": pattern})
    assert example(spec) == shown
    assert example(spec, but=shown) == another


def test_a_default_or_a_listed_value_is_the_example() -> None:
    assert example(Input(description="W", pattern="n-[0-9]", default="n-7")) == "n-7"
    listed = Input(description="W", enum=("east", "west"))
    assert (example(listed), example(listed, but="east")) == ("east", "west")
    assert example(Input(description="W")) is None


@given(st.text(alphabet="ab1[]()-|?*+{}2,\\dw.^$", max_size=14))
def test_whatever_the_pattern_an_example_fits_it(pattern: str) -> None:
    try:
        spec = Input.model_validate({"description": "W", "pattern": pattern})
    except ValueError:
        return
    shown = example(spec)
    assert shown is None or re2.fullmatch(pattern, shown)
