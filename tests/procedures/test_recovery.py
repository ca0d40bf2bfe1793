"""The shipped procedures recover a real system: broken, then mended by nothing but their steps.

Each test breaks a running CivicTrust, sees the verification red, types every command of the page
as it stands, and sees each step's check and in the end the whole verification green.
"""

import re
import shlex
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.core.checks.asking import Answer, plan
from bot.core.checks.judging import judge
from bot.core.procedure import Decide, Procedure, Task, VerifyByCheck, Wait
from bot.core.procedure.filling import filled, filled_step, with_defaults
from bot.demo.civictrust.system import CivicTrust
from bot.edges.library import Library
from tests.demo.civictrust.keyboard import QUICK, Operator, eventually

ROOT = Path(__file__).parents[2]
NODES = ("node-1", "node-2", "node-3")

LOOKS = frozenset({"look", "diagnose"})
"""Steps whose command may say, by its exit status, that something is wrong: that is why it runs."""

PROMISED = {
    "node-1 as leader or follower, and `healthy` on the last line": ["node-1", "\nhealthy"],
    "`flagged` on every line": ["flagged: signed with a revoked key"],
    "node-3  up, hears all peers": ["node-3  up ", "hears all peers"],
}
"""What the words of a page mean in the output, where they are not the output itself."""


@dataclass(frozen=True)
class Recovery:
    """A procedure with the values of one incident, and the system that it is to recover."""

    procedure: Procedure
    values: dict[str, str]
    operator: Operator
    seen: dict[str, str] = field(default_factory=dict)

    async def green(self, check_id: str) -> bool:
        check = self.procedure.checks[check_id]
        look = plan(check, self.values, NODES if check.each else None, datetime.now(UTC))
        answers = []
        for question in look.questions:
            async with self.operator.http.get(self.operator.url + question.path) as answer:
                body = await answer.read()
                answers.append(Answer(question.member, status=answer.status, body=body))
        return judge(check, self.values, answers).green

    async def verification(self) -> list[bool]:
        lines = self.procedure.verification
        return [await self.green(line.check) for line in lines if isinstance(line, VerifyByCheck)]

    async def follow(self) -> None:
        """Take every step in order; a command that is no command of the system fails."""
        for placed in self.procedure.leaves():
            if any(around.answers is not None for around in placed.groups):
                continue  # the other answer
            if placed.step.when is not None and not placed.step.when.holds(self.values):
                continue
            step = filled_step(placed.step, self.values)
            if isinstance(step, Decide):
                await self._type(step)
                self.values[step.decide.name or ""] = step.decide.options[0].id
                continue
            if isinstance(step, Wait):
                until = step.wait.until
                assert until is not None
                await eventually(partial(self.green, until))
                continue
            assert isinstance(step, Task)
            await self._type(step)
            if step.check is not None:
                assert await self.green(step.check), f"step {step.id} left {step.check} red"
            for name, spec in step.captures.items():
                (line,) = re.findall("^to re-issue: (.*)$", self.seen[step.id], re.MULTILINE)
                assert spec.refusal(line) is None
                self.values[name] = line

    async def _type(self, step: Task | Decide) -> None:
        for command in step.run:
            status, printed = await self.typed(command)
            refusal = step.id == "prove" and self.values["key_id"] in shlex.split(command)
            wanted = {0, 1} if step.id in LOOKS else {1} if refusal else {0}
            assert status in wanted, f"{command}: {printed}"
            self.seen[step.id] = self.seen.get(step.id, "") + printed

    async def typed(self, command: str) -> tuple[int, str]:
        program, *words = shlex.split(command)
        assert program == "./civictrust"
        return await self.operator.run(*words)

    async def by_hand(self) -> list[str]:
        """What each command on paper shows; it must hold every word that the page promises."""
        missing = []
        for check in filled(self.procedure, self.values).checks.values():
            assert check.by_hand is not None
            assert check.by_hand.expected is not None
            _, printed = await self.typed(check.by_hand.run)
            wanted = PROMISED.get(check.by_hand.expected, [check.by_hand.expected])
            if not all(words in printed for words in wanted):
                missing.append(f"{check.by_hand.run}: {printed}")
        return missing


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncIterator[Operator]:
    async with (
        aiohttp.ClientSession() as http,
        CivicTrust.serve(data=tmp_path / "demo", pace=QUICK) as system,
    ):
        yield Operator(system.url, system.launcher, http)


def recovery(name: str, operator: Operator, **given: str) -> Recovery:
    library = Library(ROOT / "procedures", today=lambda: datetime.now(UTC).date())
    library.refresh()
    loaded = library.get(name)
    assert loaded is not None
    return Recovery(loaded.procedure, with_defaults(loaded.procedure, given), operator)


async def test_crash_recovery_recovers_from_a_crash(operator: Operator) -> None:
    crash = recovery("crash-recovery", operator, node="node-1")
    await operator.done("chaos", "crash")
    assert not any(await crash.verification()), "a dead node leaves nothing that can be proven"
    await crash.follow()
    assert all(await crash.verification())
    assert await crash.by_hand() == []
    seen = crash.seen
    assert "node-1  down" in seen["look"]
    assert "node-1 restarted: follower" in seen["restart"]
    assert "1 partial issuance" in seen["partial"]
    assert "0 left" in seen["recover"]
    assert "consistent on 3/3 nodes" in seen["log"]
    assert "identical on 3/3 nodes" in seen["state-hash"]


async def test_partition_recovery_recovers_from_a_partition(operator: Operator) -> None:
    partition = recovery("partition-recovery", operator, node="node-3")
    await operator.done("chaos", "partition", "node-3")
    assert False in await partition.verification()
    await partition.follow()
    assert all(await partition.verification())
    assert await partition.by_hand() == []
    seen = partition.seen
    assert "node-3  cut off" in seen["diagnose"]
    assert "connected again" in seen["heal"]
    assert "identical on 3/3 nodes" in seen["state-hash"]
    assert "0 invalid; receipts verify on 3/3 nodes" in seen["receipts"]


async def test_key_compromise_recovers_from_a_leak(operator: Operator) -> None:
    leak = recovery("key-compromise", operator, key_id="key-a", new_key_id="key-b")
    await operator.done("chaos", "leak")
    assert not any(await leak.verification()), "every line of it has something to prove"
    await leak.follow()
    assert all(await leak.verification())
    assert await leak.by_hand() == []
    seen = leak.seen
    assert "revoked on 3/3 nodes" in seen["revoke"]
    assert "key-b generated" in seen["generate"]
    assert "registered on 3/3 nodes" in seen["register"]
    assert "NOBODY ASKED FOR IT" in seen["find"]
    assert "re-issued 3/3 documents" in seen["reissue"]
    assert "is revoked" in seen["prove"]


async def test_a_key_that_there_is_not_proves_nothing(operator: Operator) -> None:
    leak = recovery("key-compromise", operator, key_id="key-z", new_key_id="key-y")
    assert not any(await leak.verification())


async def test_what_a_page_says_of_a_node_that_is_away_is_so(operator: Operator) -> None:
    """With a node down, a key is revoked on two of three, and the third learns of it later."""
    leak = recovery("key-compromise", operator, key_id="key-a", new_key_id="key-b")
    await operator.done("chaos", "crash")
    _, printed = await leak.typed('./civictrust keys revoke key-a --reason "compromise detected"')
    assert "revoked on 2/3 nodes" in printed
    status, printed = await leak.typed("./civictrust issue --type permit --subject Test")
    assert (status, "no active key" in printed) == (1, True)
    await operator.done("restart", "node-1")
    assert await leak.green("key-cannot-sign")


async def test_a_step_that_is_left_out_leaves_the_verification_red(operator: Operator) -> None:
    """A new key alone proves nothing while the old one signs."""
    leak = recovery("key-compromise", operator, key_id="key-a", new_key_id="key-b")
    await operator.done("chaos", "leak")
    await operator.done("keys", "generate", "key-b")
    await operator.done("keys", "register", "key-b")
    assert await leak.verification() == [False, True, False, False]
