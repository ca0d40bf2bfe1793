"""The nodes as seen from outside: ask one, ask all, find the leader, and what follows from that.

It changes nothing by itself; a request that changes something is the caller's.
"""

import asyncio
from collections.abc import Callable, Iterable

from bot.demo.civictrust.rpc import Message, UnreachableError, ask
from bot.demo.civictrust.supervisor import NODES

_QUESTION = 0.5  # seconds until a silent node counts as unreachable
_WORK = 15.0  # seconds; longer than the nodes' own deadlines, so that their words arrive
_ELECTION = 4.0  # seconds

Answers = dict[str, Message | UnreachableError]


class NoLeaderError(Exception):
    """No node leads: fewer than two can reach each other."""

    def __init__(self) -> None:
        super().__init__("no leader: fewer than 2 of 3 nodes can reach each other")


class Cluster:
    """Questions to the nodes, over the same wire that the nodes use among themselves."""

    def __init__(self, port_of: Callable[[str], int | None], token: str) -> None:
        self._port_of, self._token = port_of, token

    async def ask(self, node: str, message: Message, patience: float = _QUESTION) -> Message:
        """Raises UnreachableError, RefusedError."""
        port = self._port_of(node)
        return await ask(node, port, message, token=self._token, patience=patience)

    async def ask_all(self, message: Message) -> Answers:
        """Ask every node at once; who does not answer has its UnreachableError as answer."""

        async def answer(node: str) -> Message | UnreachableError:
            try:
                return await self.ask(node, message)
            except UnreachableError as error:
                return error

        return dict(zip(NODES, await asyncio.gather(*map(answer, NODES)), strict=True))

    async def leader(self, patience: float = 0.0) -> str:
        """Name the leader, waiting up to `patience` seconds for an election. NoLeaderError."""
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            named = await self._named_leader()
            if named is not None:
                return named
            if asyncio.get_running_loop().time() >= deadline:
                raise NoLeaderError
            await asyncio.sleep(0.05)

    async def _named_leader(self) -> str | None:
        """Return the leader as soon as it and one follower say so, without waiting for the rest.

        One that was just cut off from the others may still believe that it leads.
        """
        said: dict[str, str | None] = {}
        questions = [asyncio.create_task(self.ask(node, {"do": "status"})) for node in NODES]
        try:
            for question in asyncio.as_completed(questions):
                try:
                    status = await question
                except UnreachableError:
                    continue
                leader: str | None = status["leader"]
                said[status["node"]] = leader
                if said.get(str(leader)) == leader and list(said.values()).count(leader) > 1:
                    return leader
        finally:
            for task in questions:
                task.cancel()
            await asyncio.gather(*questions, return_exceptions=True)
        return None

    async def ask_leader(self, message: Message) -> Message:
        """Raises NoLeaderError, UnreachableError, RefusedError."""
        return await self.ask(await self.leader(_ELECTION), message, _WORK)

    async def nodes(self) -> list[Message]:
        """List `{"name", "role", "reachable"}`; who does not answer leads nobody."""
        return [
            {
                "name": node,
                "role": "follower" if isinstance(status, UnreachableError) else status["role"],
                "reachable": not isinstance(status, UnreachableError),
            }
            for node, status in (await self.ask_all({"do": "status"})).items()
        ]

    async def orphans(self) -> list[str]:
        """List the CAS addresses that lack a log entry, over all nodes.

        Raises UnreachableError if any node is silent: what it holds cannot be known.
        """
        found: set[str] = set()
        for answer in everyone(await self.ask_all({"do": "orphans"})):
            found.update(answer["orphans"])
        return sorted(found)

    async def consistency(self) -> Message:
        """Compare the nodes' transparency logs: `{"consistent", "tree_size", "root", "nodes"}`.

        Consistent means: each log is a prefix of the longest, and each entry's document is in
        that node's CAS, unharmed. Raises UnreachableError if any node is silent.
        """
        whole = dict(zip(NODES, everyone(await self.ask_all({"do": "log"})), strict=True))
        longest = max(whole.values(), key=lambda log: int(log["tree_size"]))
        consistent = all(log["damaged"] == 0 for log in whole.values())
        for log in whole.values():
            prefixes = everyone(await self.ask_all({"do": "log", "size": log["tree_size"]}))
            same_size = [one for one in prefixes if one["tree_size"] == log["tree_size"]]
            consistent &= all(one["root"] == log["root"] for one in same_size)
        return {
            "consistent": consistent,
            "tree_size": longest["tree_size"],
            "root": longest["root"],
            "nodes": {node: log["tree_size"] for node, log in whole.items()},
        }

    async def key(self, key_id: str) -> Message:
        """Return the leader's record of a key; `nodes` counts the nodes that say the same."""
        leader = await self.leader()
        answers = answered(await self.ask_all({"do": "key", "key": key_id}))
        if leader not in answers:
            raise UnreachableError(leader, gone=False)
        said = answers[leader]
        return {**said, "nodes": sum(answer == said for answer in answers.values())}

    async def documents(self, signed_by: str | None) -> Message:
        """List documents as the leader judges them, with the counts a check can ask for."""
        leader = await self.leader()
        answer = await self.ask(leader, {"do": "documents", "signed_by": signed_by}, _WORK)
        listed: list[Message] = answer["documents"]
        return {
            "documents": listed,
            "count": len(listed),
            "not_flagged": _count(document["verdict"] == "valid" for document in listed),
            "not_requested": _count(not document["requested"] for document in listed),
            "critical_not_reissued": _count(awaits_reissue(document) for document in listed),
        }


def awaits_reissue(document: Message) -> bool:
    """Critical, really asked for, and not re-issued yet; a forgery is never re-issued."""
    return bool(document["critical"] and document["requested"] and document["reissued_as"] is None)


def answered(answers: Answers) -> dict[str, Message]:
    """Keep the nodes that answered."""
    return {
        node: answer for node, answer in answers.items() if not isinstance(answer, UnreachableError)
    }


def everyone(answers: Answers) -> list[Message]:
    """Return the answers of all nodes. Raises the first UnreachableError."""
    complete = []
    for answer in answers.values():
        if isinstance(answer, UnreachableError):
            raise answer
        complete.append(answer)
    return complete


def _count(matches: Iterable[bool]) -> int:
    return sum(matches)
