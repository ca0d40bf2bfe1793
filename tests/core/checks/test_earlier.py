"""What is compared with an earlier look of a run: the same, another, and what is not comparable."""

import json
import pickle
from collections.abc import Sequence
from typing import Any

import pytest

from bot.core.checks.asking import Answer
from bot.core.checks.earlier import against
from bot.core.checks.judging import judge, judged, read_verdict
from bot.core.checks.verdict import Verdict
from bot.core.procedure import Check, Procedure
from bot.core.run import events as e
from bot.core.run.expected import missed, on_board
from bot.core.run.secrets import MASK

ROWS = {"pointer": "/rows"}


def procedure(same_as: Any, **more: Any) -> Procedure:
    asked = {"title": "Rows are the same", "target": "t", "get": "/rows", **more}
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "count",
            "title": "Count",
            "symptoms": ["It is down"],
            "checks": {
                "before": {**asked, "expect": [{**ROWS, "exists": True}]},
                "after": {**asked, "expect": [{**ROWS, "same_as": same_as}]},
            },
            "steps": [{"id": "one", "title": "One", "do": "It.", "check": "before"}],
            "verification": [{"check": "after", "baseline": True}],
        }
    )


def answers(*values: Any) -> list[Answer]:
    members = [None] if len(values) == 1 else [f"n{n}" for n in range(len(values))]
    return [
        Answer(member, 200, body=json.dumps({"rows": value}).encode())
        for member, value in zip(members, values, strict=True)
    ]


def look(check: Check, *values: Any) -> Verdict:
    asked = answers(*values)
    made = judge(check, {}, asked)
    # Another process judges the same.
    assert read_verdict(judged(pickle.loads(pickle.dumps(check)), {}, asked)) == made  # noqa: S301
    return made


def compared(before: Sequence[Any], now: Sequence[Any], *, start: bool = True) -> Verdict:
    """A look, and one that is compared with it."""
    more = {"each": {"n": "ns"}, "get": "/{{ n }}"} if len(now) > 1 else {}
    of = procedure("start" if start else {"check": "before"}, **more)
    known: dict[str | None, Sequence[e.Seen]] = {}
    if start:
        first = against(of, of.checks["after"], known.get, begins=True)
        known[None] = look(first, *before).seen
    else:
        known["before"] = look(of.checks["before"], *before).seen
    return look(against(of, of.checks["after"], known.get), *now)


SAME = [1042, "abc", "1042", 1.5, True, None, "a b", "at the start 7", "5 not equals 6", "ä`\n"]


@pytest.mark.parametrize("start", [True, False])
@pytest.mark.parametrize("value", SAME)
def test_a_value_that_is_the_same(value: Any, *, start: bool) -> None:
    assert compared([value], [value], start=start).green
    assert compared([value] * 3, [value] * 3, start=start).green
    others = [one for one in SAME if one is not value]
    assert not any(compared([value], [one], start=start).green for one in others)


def test_one_and_one_point_nought_are_the_same_number() -> None:
    assert compared([1], [1.0]).green
    assert not compared(["1"], [1]).green


def test_what_is_another_now_is_told_with_what_it_was() -> None:
    for start, words in (
        (True, "expected `rows` to be the same as at the start, `1042`, found `7`"),
        (False, "expected `rows` to be the same as in the check `before: 1042`, found `7`"),
    ):
        verdict = compared([1042], [7], start=start)
        assert not verdict.green
        of = procedure("start" if start else {"check": "before"})
        seen = e.CheckObserved(
            request="r", check="after", green=False, final=True, seen=verdict.seen
        )
        assert on_board(missed(seen, of)) == words


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        ([], 7, "nobody looked at the start"),
        ([{}], 7, "the earlier look shows"),
        ([[1]], [1], "take one value of the list, or its length"),
        (["x" * 500], "x" * 500, "it is too long"),
        ([MASK], MASK, f"the earlier look shows {MASK}"),
    ],
)
def test_what_cannot_be_compared_is_never_green(before: list[Any], now: Any, why: str) -> None:
    if before:
        verdict = compared(before, [now])
    else:
        of = procedure("start")
        verdict = look(against(of, of.checks["after"], lambda _: None), now)
    assert not verdict.green
    (said,) = [one.seen for one in verdict.seen if not one.held]
    assert why in said or before == [{}]


def test_outside_of_a_run_there_is_no_earlier_look() -> None:
    verdict = look(procedure("start").checks["after"], 7)
    assert [one.seen for one in verdict.seen if not one.held] == [
        "cannot be compared: there is no earlier look outside of a run"
    ]
    of = procedure({"check": "before"})
    verdict = look(against(of, of.checks["after"], lambda _: None), 7)
    assert "that check was not looked at yet" in verdict.seen[-1].seen


def test_a_member_that_was_not_there_before_is_named() -> None:
    verdict = compared([1, 2], [1, 2, 3])
    told = [(one.member, one.held) for one in verdict.seen if "same as" in one.expectation]
    assert told == [("n0", True), ("n1", True), ("n2", False)]
