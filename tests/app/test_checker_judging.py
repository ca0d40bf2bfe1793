"""Answers whose judging takes long: nobody waits for it, and it has an end."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.app.checker import Checker
from bot.app.desk import Desk
from bot.core.checks import judging as checks
from bot.core.checks.asking import Answer, Look
from bot.core.checks.comparing import SEEN_LIMIT
from bot.core.checks.query import Allowance, Heavy
from bot.core.checks.verdict import MOST_SEEN
from bot.core.procedure import Check
from bot.edges.press import Press
from bot.ports.world import TooMuch
from tests.fakes import FakeClock, FakeLog, here
from tests.hanging import HANG_S

LARGEST = 64 * 1024
TURN = 0.05
"""Seconds of processor time for which others may have to wait."""
SLOW = 10
"""How much slower than usual the machine of the tests may be."""

BODIES = {
    "numbers": [1] * (LARGEST // 3),
    "texts": ["ab"] * (LARGEST // 6),
    "objects": [{"a": n % 10} for n in range(LARGEST // 9)],
    "pairs": {"a": [f"x{n}" for n in range(3_500)], "b": [f"x{n}" for n in range(3_500)]},
    "words": ["a" * 6_000 + str(n) for n in range(10)],
    "text": "ab" * (LARGEST // 2 - 2),
    "few": [1, 2, 3],
}
EXPRESSIONS = (
    "length(@)",
    "[?a>`0`&&a<`2`||a==`3`]",
    "[?contains(to_string(@),'a')]",
    "map(&not_null(a,b,c),@)",
    "[*].[@,@,@,@]",
    "sort_by(@,&to_string(@))",
    f"[{','.join('@' * 20)}][]|[{','.join('@' * 20)}][]|[{','.join('@' * 20)}][]",
    f"[{','.join('@' * 30)}][].[a==b,a==b,b==a]",
    f"[{','.join(['sort(@)'] * 13)}]",
)
PATTERNS = ("^x+$", "(a?b?){1000}c", "([ab]{1,9}[ab]{1,9}){1,50}c", "[ab]*a[ab]{900}c")
HOSTILE: list[dict[str, Any]] = [
    *({"jmespath": expression, "exists": True} for expression in EXPRESSIONS),
    *({"pointer": "", "matches": pattern} for pattern in PATTERNS),
    {"pointer": "", "contains": "x"},
    {"pointer": "", "in": [f"x{n}" for n in range(2_000)]},
]


def _check(*expect: dict[str, Any]) -> Check:
    return Check.model_validate({"title": "C", "target": "t", "get": "/", "expect": expect})


def _answer(body: Any) -> Answer:
    return Answer(None, 200, body=json.dumps(body, separators=(",", ":")).encode())


@pytest.mark.parametrize("many", [1, 100])
@pytest.mark.parametrize("expected", HOSTILE, ids=lambda one: str(one)[:40])
def test_judging_ends_or_stops_before_others_wait_long(expected: dict[str, Any], many: int) -> None:
    check = _check(*[expected] * many)
    for body in BODIES.values():
        answers = [_answer(body)] * (many // 10 or 1)
        began = time.thread_time()
        with contextlib.suppress(Heavy):
            checks.judge(check, {}, answers, Allowance(checks.HERE))
        assert time.thread_time() - began < TURN * SLOW


class Large:
    """A prober whose target answers what it is given."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._answers = answers

    async def look(self, look: Look) -> list[Answer]:
        return list(self._answers)

    def members(self, target: str, set_name: str) -> Sequence[str] | None:
        return None


def _rounds(press: Callable[[Callable[[], str]], Any]) -> Checker:
    clock = FakeClock()
    log = FakeLog(clock)
    return Checker(Desk(log, clock), log.looks, Large(()), clock, press)


async def test_a_large_answer_is_judged_elsewhere_and_the_loop_has_its_turns() -> None:
    turns: list[float] = []

    async def watches() -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            turns.append(time.thread_time() - last)
            last = time.thread_time()

    rounds = _rounds(Press(HANG_S))
    check = _check(
        *({"jmespath": expression, "exists": True} for expression in EXPRESSIONS[:2]),
        {"pointer": "/0", "equals": 1},
    )
    answers = [_answer(BODIES["numbers"])] * 2
    watching = asyncio.create_task(watches())
    verdict = await rounds._judge(check, {}, answers)
    watching.cancel()
    assert max(turns) < TURN * SLOW
    assert verdict == checks.judge(check, {}, answers)
    assert verdict.green
    assert len(verdict.seen) == 3 * 2


async def test_what_takes_too_long_to_judge_is_red_in_words() -> None:
    rounds = _rounds(Press(1.0))
    check = _check(*({"jmespath": e, "exists": True} for e in EXPRESSIONS * 200))
    verdict = await rounds._judge(check, {}, [_answer(BODIES["numbers"])] * 20)
    assert not verdict.green
    assert verdict.seen[0].seen == "the answer cannot be judged: it takes longer than 1 s"


async def test_what_takes_too_much_memory_to_judge_is_red_in_words() -> None:
    async def full(work: Callable[[], str]) -> str:
        raise TooMuch("it takes more than 512 MiB of memory")

    rounds = _rounds(full)
    verdict = await rounds._judge(_check(HOSTILE[1]), {}, [_answer(BODIES["numbers"])])
    assert not verdict.green
    assert "more than 512 MiB of memory" in verdict.seen[0].seen


async def test_a_verdict_is_the_same_from_another_process() -> None:
    rounds = _rounds(here)
    check = _check({"jmespath": "[].a | sum(@)", "gt": 1}, {"pointer": "/0/a", "equals": 5})
    answers = [_answer(BODIES["objects"])]
    assert await rounds._judge(check, {}, answers) == checks.judge(check, {}, answers)


def test_of_very_many_expectations_those_that_failed_are_shown_and_the_rest_is_counted() -> None:
    check = _check(*[{"pointer": "/0", "equals": 1}] * 900, {"pointer": "/1", "equals": 1})
    verdict = checks.judge(check, {}, [_answer([1, 2])])
    assert not verdict.green
    assert len(verdict.seen) == MOST_SEEN
    assert [seen.seen for seen in verdict.seen if not seen.held] == ["2"]
    assert verdict.seen[-1].seen == "403 more, 403 of them as expected"
    assert verdict.seen[-1].held


def test_a_value_of_many_megabytes_is_shown_by_its_beginning() -> None:
    text = "a" * LARGEST
    check = _check({"jmespath": EXPRESSIONS[6], "exists": True})
    began = time.thread_time()
    verdict = checks.judge(check, {}, [_answer(text)])
    assert time.thread_time() - began < TURN * SLOW
    assert len(verdict.seen[0].seen) <= SEEN_LIMIT
