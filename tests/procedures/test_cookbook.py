"""The cookbook of checks is true: lint takes each, and it tells well from ill.

Systems that are not here are played by a server that answers as their documentation shows.
"""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from aiohttp import web

from bot.core.checks.asking import plan
from bot.core.checks.judging import judge
from bot.core.procedure import Check
from bot.edges.library import examine_file
from bot.edges.probes import HttpProber, Target
from tests.edges.probes.asking import serving

PAGE = (Path(__file__).parents[2] / "docs/check-cookbook.md").read_text("utf-8")
BLOCKS = re.findall(r"(?ms)^```yaml\n(.*?)^```", PAGE)
CHECKS: dict[str, dict[str, Any]] = {
    name: check for block in BLOCKS for name, check in yaml.safe_load(block)["checks"].items()
}
AT = datetime(2026, 11, 27, 3, tzinfo=UTC)


def series(*values: str, result: str = "vector", **labels: str) -> dict[str, Any]:
    """An answer of Prometheus's: a series for each value, flat where a range was asked for."""
    ends = [AT.timestamp() - 20 * n for n in range(30, -1, -1)]
    rows: list[dict[str, Any]] = []
    for number, value in enumerate(values):
        metric = {"instance": f"node-{number}:9100", **labels}
        if result == "matrix":
            rows.append({"metric": metric, "values": [[end, value] for end in ends]})
        else:
            rows.append({"metric": metric, "value": [AT.timestamp(), value]})
    return {"status": "success", "data": {"resultType": result, "result": rows}}


def deployment(ready: int, generation: int = 7) -> dict[str, Any]:
    return {
        "kind": "Deployment",
        "metadata": {"name": "web", "generation": 7},
        "spec": {"replicas": 3},
        "status": {
            "observedGeneration": generation,
            "readyReplicas": ready,
            "updatedReplicas": 3,
        },
    }


def pods(**state: dict[str, Any]) -> dict[str, Any]:
    status = {"phase": "Running", "containerStatuses": [{"name": "web", "state": state}]}
    return {"kind": "PodList", "items": [{"metadata": {"name": "web-1"}, "status": status}]}


def registered(count: int) -> list[dict[str, Any]]:
    return [{"Service": {"ID": f"web-{n}", "Service": "web"}} for n in range(count)]


def each(path: str, *answers: dict[str, Any]) -> dict[str, Any]:
    return {f"/nodes/{node}/{path}": said for node, said in zip("abc", answers, strict=True)}


def in_turn(*states: str) -> dict[str, Any]:
    """A catalog that names a node, and the health of that node alone."""
    return {
        "/v1/catalog/service/database": [{"Node": "db-2", "ServiceName": "database"}],
        "/v1/health/node/db-2": [{"Node": "db-2", "Status": state} for state in states],
    }


WELL_AND_ILL: dict[str, tuple[Any, Any]] = {
    "all-up": (series("1", "1", "1"), series("1", "0", "1")),
    "no-errors": (series("0", result="matrix"), series("3", result="matrix")),
    "alert-over": (series(), series("1", alertname="NodeDown")),
    "rolled-out": (deployment(3), deployment(2)),
    "no-restarts": (
        pods(running={"startedAt": "2026-11-27T02:00:00Z"}),
        pods(waiting={"reason": "CrashLoopBackOff"}),
    ),
    "registered": (registered(3), registered(2)),
    "primary-passes": (in_turn("passing", "passing"), in_turn("passing", "critical")),
    "etcd-healthy": (
        {"health": "true", "reason": ""},
        {"health": "false", "reason": "RAFT NO LEADER"},
    ),
    "shards": (
        {"status": "green", "unassigned_shards": 0},
        {"status": "red", "unassigned_shards": 4},
    ),
    "shop-opens": (None, 500),
    "same-version": (
        each("version", *3 * [{"version": "1.4"}]),
        each("version", {"version": "1.4"}, {"version": "1.3"}, {"version": "1.4"}),
    ),
    "two-of-three": (
        each("health", {"ready": True}, {"ready": False}, {"ready": True}),
        each("health", {"ready": True}, {"ready": False}, {"ready": False}),
    ),
}
CONNECTS = {"database-listens", "mail-certificate"}
"""Tried by the tests of connections, with a listener and with certificates."""


def test_every_check_of_the_page_is_tried() -> None:
    assert {*CHECKS} == {*WELL_AND_ILL} | CONNECTS
    assert len(CHECKS) == sum(len(yaml.safe_load(block)["checks"]) for block in BLOCKS)
    assert all(check.keys() & {"tcp", "tls"} for name, check in CHECKS.items() if name in CONNECTS)


@pytest.mark.parametrize(
    "block", BLOCKS, ids=lambda block: yaml.safe_load(block)["checks"].popitem()[0]
)
def test_lint_takes_what_the_page_shows(block: str) -> None:
    lines = "".join(f"  - check: {name}\n" for name in yaml.safe_load(block)["checks"])
    head = "schema: procedure/v1\nid: example\ntitle: An example\nsymptoms: [It is down]\n"
    steps = "steps: [{ id: one, title: One, do: It. }]\n"
    source = f"{head}{block}{steps}verification:\n{lines}"
    problems = examine_file(source.encode(), "example.yaml", date(2026, 11, 27)).problems
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("name", WELL_AND_ILL)
async def test_it_passes_when_all_is_well_and_fails_when_not(name: str) -> None:
    check = Check.model_validate(CHECKS[name])
    well, ill = WELL_AND_ILL[name]
    assert await verdict(check, well)
    assert not await verdict(check, ill)


async def verdict(check: Check, says: Any) -> bool:
    """How *check* ends where the system *says* this; a number is a status.

    For sets and several requests it says something for each path.
    """
    asked: list[str] = []
    by_path = check.each is not None or check.requests is not None

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.raw_path)
        if check.path and not check.promql and not by_path:
            there, here = urlsplit(check.path), request.rel_url
            assert (there.path, parse_qs(there.query)) == (here.path, parse_qs(here.query_string))
        if says is None or isinstance(says, int):
            return web.Response(text="<html>", content_type="text/html", status=says or 200)
        return web.json_response(says[request.path] if by_path else says)

    async with serving(answer) as url:
        target = Target(url=url, sets={"nodes": ("a", "b", "c")})
        async with HttpProber({check.target: target}) as prober:
            members = ("a", "b", "c") if check.each else None
            ended = judge(check, {}, await prober.look(plan(check, {}, members, AT)))
    assert asked
    return ended.green
