"""Queries put to a real Prometheus: as the checker plans, asks and judges them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core.checks.asking import plan
from bot.core.checks.judging import judge
from bot.core.checks.verdict import Verdict
from bot.core.procedure import Check
from bot.edges.probes import HttpProber, Target
from tests.postgres import free_port
from tests.prometheus import serving

ONE = {"series": "every", "equals": 1}
ABSENT = {"series": "absent"}


class Asking:
    """Puts checks to one Prometheus."""

    def __init__(self, prober: HttpProber, inputs: dict[str, str]) -> None:
        self._prober, self._inputs = prober, inputs

    async def __call__(self, query: str, *expect: dict[str, Any], **more: Any) -> Verdict:
        told = {"title": "It is well", "target": "prometheus", "promql": query, "expect": expect}
        check = Check.model_validate(told | more)
        answers = await self._prober.look(plan(check, self._inputs, None, datetime.now(UTC)))
        return judge(check, self._inputs, answers)

    async def until_green(self, query: str, *expect: dict[str, Any]) -> None:
        async with asyncio.timeout(60):
            while True:
                if (await self(query, *expect)).green:
                    return
                await asyncio.sleep(0.2)


@pytest.fixture
async def ask(tmp_path: Path) -> AsyncIterator[Asking]:
    """A Prometheus that has scraped itself, and one target that is down."""
    dead = free_port()
    down = f"  - {{ job_name: node, static_configs: [{{ targets: ['127.0.0.1:{dead}'] }}] }}\n"
    async with serving(tmp_path, down) as url:
        inputs = {"job": "itself", "hostile": 'a"} or vector(1) # \\'}
        async with HttpProber({"prometheus": Target(url=url)}) as prober:
            asking = Asking(prober, inputs)
            await asking.until_green('up{job="itself"}', ONE)
            await asking.until_green('up{job="node"}', {"series": "every", "equals": 0})
            yield asking


def told(verdict: Verdict) -> list[str]:
    return [one.seen for one in verdict.seen if not one.held]


async def never_green(ask: Asking) -> None:
    empty = await ask('up{job="nobody"}', {"series": "count", "gte": 0})
    assert not empty.green
    assert told(empty) == ["the query finds no series (an empty vector)"]
    there = await ask("up", ABSENT)
    assert not there.green
    assert "up{" in told(there)[0]
    # It began seconds ago, and is not known to have been so for an hour.
    young = await ask('up{job="itself"}', ONE, range="1h")
    assert not young.green
    assert "points are there" in told(young)[0]
    moves = await ask("vector(time())", {"series": "every", "max_change": 5}, range="30s")
    assert not moves.green
    nan = await ask("vector(0) / 0", {"series": "every", "lte": 5})
    assert told(nan) == ["NaN"]
    unsteady = await ask("vector(time() % 2)", {"series": "every", "equals": 7}, range="10s")
    assert "UTC, at 11 of 11 points" in told(unsteady)[0]


async def refused_in_words(ask: Asking) -> None:
    (refused,) = told(await ask("up{", ONE))
    assert refused.startswith("the target cannot read the query: ")
    assert "parse error" in refused
    (matched,) = told(await ask("up * on() up", ONE))
    assert matched.startswith("the query failed: ")
    (matrix,) = told(await ask("up[5m]", ONE))
    assert matrix.endswith("say for how long, with `range`")


async def test_a_real_prometheus_is_asked_and_says_what_is(ask: Asking) -> None:
    green = [
        await ask('up{job="{{ job }}"}', ONE),
        await ask('max by (job) (up{job=~"it.+", instance!=""})', ONE),
        await ask("up", {"series": "any", "equals": 0}, {"series": "count", "equals": 2}),
        await ask("up", ONE, {"min_ok": 1}),
        await ask("prometheus_build_info", {"label": "version", "matches": "^[0-9]"}),
        await ask('up{job="no+such job"}', ABSENT),
        await ask("1 + 1", {"series": "every", "equals": 2}),
        # A value never leaves its quotes, nor means more than itself in a pattern.
        await ask('up{job="{{ hostile }}"}', ABSENT),
        await ask("up{job=~'{{ hostile }}'}", ABSENT),
        await ask("vector(time()) - time()", {"series": "every", "max_change": 0}, range="30s"),
    ]
    assert [told(one) for one in green if not one.green] == []

    down = await ask("up", ONE)
    assert not down.green
    assert told(down) == ["0"]
    (off,) = [one for one in down.seen if not one.held]
    assert off.member is not None
    assert off.member.startswith("up{")
    assert 'job="node"' in off.member
    await never_green(ask)
    await refused_in_words(ask)
