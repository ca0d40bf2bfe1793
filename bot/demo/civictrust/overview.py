"""The whole system at a glance, for who watches it: nodes, keys, what is half done. It only asks.

A node that is silent is shown as it last was, and said to be silent.
"""

import asyncio
from collections import Counter

from bot.demo.civictrust.cluster import Answers, Cluster, NoLeaderError, answered
from bot.demo.civictrust.rpc import Message, RefusedError, UnreachableError
from bot.demo.civictrust.supervisor import NODES

NEEDED = len(NODES) // 2 + 1
_OF_NODE = ("lsn", "log_size", "state_hash", "signer")
_OF_KEY = ("id", "status", "can_sign")


class Overview:
    """Remembers what each node and the leader said last."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._last: dict[str, Message] = {}
        self._keys: list[Message] = []

    async def look(self) -> Message:
        """`nodes`, `keys`, `orphans` (none where a silent node may hold some), `quorum`."""
        # All at once: a node that is silent is waited for once.
        answers, orphans, led = await asyncio.gather(
            self._cluster.ask_all({"do": "glance"}), self._orphans(), self._led()
        )
        self._last |= {
            name: {known: one[known] for known in _OF_NODE}
            for name, one in answered(answers).items()
        }
        have = len(answered(answers))
        return {
            "nodes": [self._node(name, answers) for name in NODES],
            "keys": self._keys,
            "orphans": orphans,
            "quorum": {"have": have, "needed": NEEDED, "of": len(NODES), "leader": led},
        }

    def _node(self, name: str, answers: Answers) -> Message:
        answer = answers[name]
        state = "up"
        if isinstance(answer, UnreachableError):
            state = "down" if answer.gone else "cut off"
        return {"name": name, "state": state, **self._last.get(name, dict.fromkeys(_OF_NODE))}

    async def _orphans(self) -> int | None:
        try:
            return len(await self._cluster.orphans())
        except UnreachableError:
            return None

    async def _led(self) -> str | None:
        """Who leads; the keys as it knows them are kept, with what nobody asked each to sign."""
        try:
            leader = await self._cluster.leader()
            keys = (await self._cluster.ask(leader, {"do": "keys"}))["keys"]
            listed = (await self._cluster.documents(None))["documents"]
        except (NoLeaderError, UnreachableError, RefusedError):
            return None
        counts = Counter(one["key"] for one in listed if not one["requested"])
        self._keys = [
            {**{known: key[known] for known in _OF_KEY}, "forged": counts[key["id"]]}
            for key in keys
        ]
        return leader
