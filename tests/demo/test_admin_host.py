"""The admin host that the page shows: what it lets people type, and what it says of the system."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.demo.admin_host import LAUNCHER, TYPED, AdminHost, healing
from bot.demo.civictrust.system import CivicTrust
from tests.demo.civictrust.keyboard import QUICK, eventually

ROOT = Path(__file__).parents[2]
SHIPPED = ("crash-recovery", "partition-recovery", "key-compromise")


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[AdminHost]:
    async with (
        CivicTrust.serve(data=tmp_path / "system", pace=QUICK) as system,
        AdminHost(system.url, system.launcher, os.environ) as host,
    ):
        yield host


def commands(thing: Any) -> list[str]:
    """Every command that a procedure has people run, wherever in it that stands."""
    if isinstance(thing, dict):
        return [line for value in thing.values() for line in commands(value)]
    if isinstance(thing, list):
        return [line for value in thing for line in commands(value)]
    return [thing] if isinstance(thing, str) and thing.startswith(f"{LAUNCHER} ") else []


def test_what_may_be_typed_is_what_the_shipped_procedures_run_and_nothing_else() -> None:
    shipped = [
        line
        for name in SHIPPED
        for line in commands(yaml.safe_load((ROOT / f"procedures/{name}.yaml").read_text("utf-8")))
    ]
    host = AdminHost("http://127.0.0.1:9", Path("civictrust"), {})
    filled = [re.sub(r"\{\{ \w+ \}\}", "key-a", line) for line in shipped]
    assert [line for line in filled if host.refusal(line)] == []
    words = [tuple(line.split()[1:]) for line in shipped]
    assert {one for one in TYPED if not any(line[: len(one)] == one for line in words)} == set()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ls -l", "no shell"),
        ("/bin/sh -c ./civictrust", "no shell"),
        ("../civictrust status", "no shell"),
        ("A=1 ./civictrust status", "no shell"),
        ("./civictrust", "what the procedures have you run"),
        ("./civictrust serve --data /tmp/other", "what the procedures have you run"),
        ("./civictrust node node-1 /tmp", "what the procedures have you run"),
        ("./civictrust keys", "what the procedures have you run"),
        ("./civictrust status; ls", "what the procedures have you run"),
        ("./civictrust chaos leak", "press a button"),
        ('./civictrust issue --subject "Alice', "quotation mark"),
    ],
)
def test_anything_else_is_refused_in_words(line: str, says: str) -> None:
    assert says in str(AdminHost("http://127.0.0.1:9", Path("civictrust"), {}).refusal(line))


async def test_a_line_reaches_no_shell(host: AdminHost, tmp_path: Path) -> None:
    status, printed = await host.run(f"./civictrust status > {tmp_path / 'made'}")
    assert (status, "unrecognized arguments" in printed) == (2, True)
    assert not (tmp_path / "made").exists()
    status, printed = await host.run("./civictrust restart '$(reboot)'")
    assert (status, "there is no $(reboot)" in printed) == (1, True)


def row(seen: dict[str, Any], name: str) -> dict[str, Any]:
    rows = (one for group in seen["groups"] for one in group["rows"])
    return next(one for one in rows if one["name"] == name)


async def pressed(host: AdminHost, press: str) -> list[tuple[int, str]]:
    return [await host.run(line) for line in await host.plan(press)]


async def healed(host: AdminHost) -> None:
    """Everything is mended by one button, and the system says so once it has caught up."""
    await pressed(host, "heal")

    async def well() -> bool:
        return bool((await host.look())["good"])

    await eventually(well)


async def test_each_failure_is_seen_and_mended_by_one_button(host: AdminHost) -> None:
    seen = await host.look()
    assert seen["says"] == "Healthy. 3 of 3 nodes answer; 2 are enough to write."
    assert [group["title"] for group in seen["groups"]] == ["Nodes", "Keys"]
    assert (await host.plan("heal")) == ["./civictrust status"]
    one = row(seen, "node-2")
    assert re.fullmatch(r"LSN 14 · 6 in the log · last signer key-a", one["facts"][0])
    assert re.fullmatch(r"state [0-9a-f]{12}", one["hash"])

    ((status, printed),) = await pressed(host, "crash")
    assert status == 0
    died = printed.partition(",")[0]
    seen = await host.look()
    assert f"Not healthy: {died} is down" in seen["says"]
    assert (row(seen, died)["state"], row(seen, died)["mark"]) == ("down", "bad")
    assert row(seen, died)["facts"][0].startswith("last seen: LSN 14")
    ((status, printed),) = await pressed(host, "partition")
    assert (status, "is broken already; repair it first" in printed) == (1, True)
    await healed(host)

    await pressed(host, "partition")
    seen = await host.look()
    assert row(seen, "node-3")["state"] == "cut off"
    assert "2 of 3 nodes answer; 2 are enough to write." in seen["says"]
    await healed(host)

    await pressed(host, "leak")
    seen = await host.look()
    assert "key-a signs what nobody asked for" in seen["says"]
    assert row(seen, "key-a")["facts"] == ["signed 3 documents that nobody asked for"]
    await healed(host)
    seen = await host.look()
    assert (row(seen, "key-a")["state"], row(seen, "key-b")["state"]) == ("revoked", "can sign")


async def test_a_system_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    async with AdminHost("http://127.0.0.1:9", tmp_path / "civictrust", {}) as host:
        seen = await host.look()
        assert (seen["good"], seen["says"]) == (False, "CivicTrust does not answer.")


def test_a_healed_key_gets_a_name_that_no_key_has() -> None:
    keys = [
        {"id": "key-a", "can_sign": False, "forged": 3},
        {"id": "key-b", "can_sign": True, "forged": 3},
    ]
    lines = healing({"nodes": [], "keys": keys, "orphans": 0})
    assert lines[1:3] == ["./civictrust keys generate key-c", "./civictrust keys register key-c"]
