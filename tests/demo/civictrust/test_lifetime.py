"""The system as a whole: killed, restarted, without a quorum, beside another one."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.civictrust.rpc import RefusedError
from bot.demo.civictrust.system import CivicTrust
from tests.demo.civictrust.keyboard import QUICK, Operator, eventually, is_running


async def _started(data: Path) -> tuple[asyncio.subprocess.Process, dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.demo.civictrust",
        "serve",
        "--data",
        str(data),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, json.loads(await process.stdout.readline())


async def _ended(process: asyncio.subprocess.Process, pids: list[int]) -> None:
    await process.communicate()

    async def all_gone() -> bool:
        return not any(is_running(pid) for pid in pids)

    await eventually(all_gone)


async def test_a_killed_supervisor_leaves_no_process_and_loses_no_document(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    process, ready = await _started(tmp_path)
    operator = Operator(ready["url"], Path(ready["launcher"]), http)
    await operator.done("issue", "--type", "permit", "--subject", "Alice", "--count", "3")
    before = await operator.value("/documents")
    process.kill()
    await _ended(process, list(ready["nodes"].values()))
    status, words = await operator.run("status")
    assert (status, "does not run" in words) == (3, True)

    process, ready = await _started(tmp_path)
    operator = Operator(ready["url"], Path(ready["launcher"]), http)
    assert await operator.value("/documents") == before
    assert before["count"] == 9
    assert (await operator.value("/log/consistency"))["consistent"] is True
    process.send_signal(signal.SIGTERM)
    await _ended(process, list(ready["nodes"].values()))
    assert process.returncode == 0


async def test_nodes_killed_one_by_one_come_back_with_their_state(
    system: CivicTrust, operator: Operator
) -> None:
    for number in (1, 2, 3):
        pid = system.supervisor.nodes[f"node-{number}"].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await system.supervisor.nodes[f"node-{number}"].wait()
        words = await operator.done("issue", "--type", "permit", "--subject", "Al")
        assert "issued 1 permit" in words
        await operator.done("restart", f"node-{number}")
    await eventually(operator.replicas_are_equal)
    assert (await operator.value("/documents"))["count"] == 9


async def test_without_a_quorum_nothing_is_issued(system: CivicTrust, operator: Operator) -> None:
    for name in ("node-2", "node-3"):
        await system.supervisor.nodes[name].stop()
    status, words = await operator.run("issue", "--type", "permit", "--subject", "Al")
    assert (status, "no leader" in words or "no quorum" in words) == (1, True)
    for name in ("node-2", "node-3"):
        await system.supervisor.restart(name)
    await operator.done("recover")
    assert (await operator.value("/documents"))["count"] == 6


async def test_two_systems_side_by_side_do_not_meet(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with (
        CivicTrust.serve(data=tmp_path / "one", pace=QUICK) as one,
        CivicTrust.serve(data=tmp_path / "two", pace=QUICK) as two,
    ):
        here, there = (Operator(each.url, each.launcher, http) for each in (one, two))
        await here.done("keys", "revoke", "key-a", "--reason", "only here")
        assert (await here.value("/keys/key-a"))["status"] == "revoked"
        assert (await there.value("/keys/key-a"))["status"] == "active"
        with pytest.raises(RefusedError, match="already"):
            async with CivicTrust.serve(data=tmp_path / "one"):
                pass


async def test_an_altered_document_makes_the_log_inconsistent(
    system: CivicTrust, operator: Operator
) -> None:
    victim = next((system.data / "node-2" / "cas").iterdir())
    victim.write_bytes(victim.read_bytes().replace(b"permit", b"hermit") + b" ")
    assert (await operator.value("/log/consistency"))["consistent"] is False
    status, printed = await operator.run("log", "check")
    assert (status, "INCONSISTENT" in printed) == (1, True)
