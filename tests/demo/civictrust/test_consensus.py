"""The consensus among three nodes in one process, over a network that can be cut anywhere."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo.civictrust.consensus import Ballot, Consensus, Pace
from bot.demo.civictrust.rpc import Message, RefusedError, UnreachableError
from bot.demo.civictrust.wal import Record, Wal
from tests.demo.civictrust.keyboard import eventually
from tests.hanging import HANG_S

NAMES = ("node-1", "node-2", "node-3")
FAST = Pace(
    heartbeat=0.01,
    first_election=0.005,
    silence=0.15,
    step=0.06,
    commit_deadline=0.3,
    catch_up_batch=4,
    catch_up_pause=0.005,
)


class Trio:
    """Three nodes; `cut` names those that nobody reaches and that reach nobody."""

    def __init__(self, folder: Path) -> None:
        self.cut: set[str] = set()
        self.applied: dict[str, list[Record]] = {name: [] for name in NAMES}
        self.nodes = {name: self._node(name, folder) for name in NAMES}

    def _node(self, name: str, folder: Path) -> Consensus:
        async def send(peer: str, message: Message) -> Message:
            await asyncio.sleep(0)
            if self.cut & {name, peer}:
                raise UnreachableError(peer, gone=False)
            other = self.nodes[peer]
            return other.on_vote(message) if message["do"] == "vote" else other.on_append(message)

        return Consensus(
            name=name,
            peers=[peer for peer in NAMES if peer != name],
            wal=Wal(folder / f"{name}.wal"),
            ballot=Ballot(folder / f"{name}.ballot"),
            applied=0,
            apply=self.applied[name].append,
            send=send,
            pace=FAST,
        )

    async def leader(self) -> Consensus:
        async with asyncio.timeout(HANG_S):
            while True:
                for name, node in self.nodes.items():
                    if node.leads and name not in self.cut:
                        return node
                await asyncio.sleep(0.005)

    async def settled(self) -> None:
        """Wait until all have applied the same number of records, and at least one."""

        async def equal() -> bool:
            counts = {len(records) for records in self.applied.values()}
            return len(counts) == 1 and counts != {0}

        await eventually(equal)

    async def agree(self) -> None:
        """Have one more record committed; whoever leads just after a cut may lead no more."""

        async def committed() -> bool:
            try:
                await (await self.leader()).propose({"op": "n", "number": 999})
            except RefusedError:
                return False
            return True

        await eventually(committed)

    def numbers(self, name: str) -> list[int]:
        return [record["number"] for record in self.applied[name] if record["op"] == "n"]


@asynccontextmanager
async def trio(folder: Path) -> AsyncIterator[Trio]:
    three = Trio(folder)
    running = [asyncio.create_task(node.run()) for node in three.nodes.values()]
    try:
        yield three
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for node in three.nodes.values():
            node.wal.close()


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_cut_no_committed_record_is_lost_or_reordered(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    committed = []
    async with trio(tmp_path) as three:
        idle = await three.leader()
        for number in range(40):
            if chance.random() < 0.2:
                three.cut = set(chance.sample(NAMES, chance.choice([0, 0, 1, 1, 1, 2])))
            asked = chance.choice([node for node in three.nodes.values() if node.leads] or [idle])
            try:
                await asked.propose({"op": "n", "number": number})
            except RefusedError:
                await asyncio.sleep(0.02)  # not committed, as far as anyone knows
            else:
                committed.append(number)
        three.cut = set()
        await three.agree()
        await three.settled()
        kept = three.numbers("node-1")
        assert three.applied["node-1"] == three.applied["node-2"] == three.applied["node-3"]
        assert [number for number in kept if number in committed] == committed
        assert committed
        assert kept == sorted(kept)


async def test_the_lowest_node_leads_first_and_the_next_one_after_it(tmp_path: Path) -> None:
    async with trio(tmp_path) as three:
        assert (await three.leader()).name == "node-1"
        await three.settled()
        three.cut = {"node-1"}
        assert (await three.leader()).name == "node-2"


async def test_one_that_comes_back_does_not_unseat_a_leader_that_works(tmp_path: Path) -> None:
    async with trio(tmp_path) as three:
        leader = await three.leader()
        await three.settled()
        three.cut = {"node-3"}
        await asyncio.sleep(0.8)  # node-3 has wished to be elected several times by now
        term = leader.ballot.term
        three.cut = set()
        await leader.propose({"op": "n", "number": 1})
        await three.settled()
        assert (leader.leads, leader.ballot.term) == (True, term)


async def test_a_node_that_is_behind_is_not_elected(tmp_path: Path) -> None:
    async with trio(tmp_path) as three:
        first = await three.leader()
        await three.settled()
        three.cut = {"node-2"}
        await first.propose({"op": "n", "number": 1})
        behind = three.nodes["node-2"].wal
        ask = {
            "dry": False,
            "term": 99,
            "candidate": "node-2",
            "last_term": behind.last_term,
            "last_lsn": behind.last_lsn,
        }
        assert three.nodes["node-3"].on_vote(ask)["granted"] is False


async def test_a_vote_is_given_once_a_term_and_remembered(tmp_path: Path) -> None:
    async with trio(tmp_path) as three:
        await three.leader()
        ask = {"dry": False, "term": 50, "last_term": 50, "last_lsn": 50}
        assert three.nodes["node-3"].on_vote({**ask, "candidate": "node-1"})["granted"] is True
        assert three.nodes["node-3"].on_vote({**ask, "candidate": "node-2"})["granted"] is False
        kept = Ballot(tmp_path / "node-3.ballot")
        assert (kept.term, kept.vote) == (50, "node-1")


async def test_a_follower_refuses_to_take_a_new_record(tmp_path: Path) -> None:
    async with trio(tmp_path) as three:
        await three.leader()
        await three.settled()
        with pytest.raises(RefusedError, match="ask node-1"):
            await three.nodes["node-2"].propose({"op": "n", "number": 1})
