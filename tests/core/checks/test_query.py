"""JMESPath: what people write is computed, what would eat the machine is not."""

import time

import pytest

from bot.core.checks import values
from bot.core.checks.query import burden

ANSWER = {"a": list(range(5_000)), "b": {f"k{n}": "x" * 10 for n in range(1_000)}}


@pytest.mark.parametrize(
    "expression",
    [
        "|".join(["[@,@]"] * 25),
        "|".join(["[@,@]"] * 22) + "|to_string(@)",
        "[a,a,a,a][]|[@,@,@,@][]|[@,@,@,@,@,@,@,@][]|length(@)",
        "join(to_string(a), keys(b))",
        "to_string(map(&to_string(@), a[].to_string($)))",
        "b.*.[@,@,@,@,@,@,@,@][][].[@,@,@,@,@,@,@,@][].[@,@,@,@,@,@,@,@][]",
    ],
)
def test_what_multiplies_an_answer_costs_nothing_and_is_no_value(expression: str) -> None:
    assert len(expression) <= 150
    began = time.thread_time()
    assert values.search(expression, ANSWER) is values.UNREADABLE
    assert time.thread_time() - began < 5


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("length(a)", 5_000),
        ("a[?@ > `4997`] | length(@)", 2),
        ("a[-1]", 4_999),
        ("a[::2500]", [0, 2_500]),
        ("b.{one: k1, two: k2}", {"one": "x" * 10, "two": "x" * 10}),
        ("join('-', ['a', 'b'])", "a-b"),
        ("to_string([a[0], 'é'])", '[0,"\\u00e9"]'),
        ("to_string('as it is')", "as it is"),
    ],
)
def test_what_people_ask_for_is_computed(expression: str, value: object) -> None:
    assert burden(expression) is None
    assert values.search(expression, ANSWER) == value


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("a|b|c|d|e", "pipes"),
        ("[[a,b],[c,d],{e: f}]", "made"),
        ("!" * 20 + "a", "within each other"),
    ],
)
def test_lint_is_told_what_is_too_much(expression: str, why: str) -> None:
    said = burden(expression)
    assert said is not None
    assert why in said
