"""One node's process: its files, its part in the consensus, and the questions it answers.

The supervisor writes to its standard input, which is also its lifeline: when that closes, the
node ends. It is built to be killed at any time, so it has no orderly way to stop.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.demo.civictrust.consensus import Ballot, Consensus, Pace
from bot.demo.civictrust.documents import UNKNOWN
from bot.demo.civictrust.issuing import Issuing
from bot.demo.civictrust.keystore import LOG_KEY, Keystore
from bot.demo.civictrust.replica import Replica
from bot.demo.civictrust.rpc import Handler, Message, RefusedError, Server, UnreachableError, ask
from bot.demo.civictrust.wal import Wal

PEER_WITHIN_S = 0.4  # seconds


class Node:
    """Wires one node's parts together and maps each question to the part that answers it."""

    def __init__(self, name: str, folder: Path, setting: Message) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self._born = time.monotonic()
        self._token: str = setting["token"]
        self._ports: dict[str, int | None] = {}
        self._keys = Keystore(Path(setting["keystore"]))
        self._replica = Replica(folder)
        wal = Wal(folder / "wal.log")
        if wal.last_lsn < self._replica.lsn:
            raise RuntimeError(f"{folder}/wal.log lost records that were applied; restore the node")
        self._consensus = Consensus(
            name=name,
            peers=setting["peers"],
            wal=wal,
            ballot=Ballot(folder / "ballot.json"),
            applied=self._replica.lsn,
            apply=self._replica.apply,
            send=self._send,
            pace=Pace(**setting["pace"]),
        )
        self._issuing = Issuing(
            self._replica, self._consensus, self._keys, self._orphans_of_all_nodes
        )
        self._server = Server(self._handle, self._token)
        self._answers: dict[str, Handler] = self._table()

    async def run(
        self, controls: "asyncio.Queue[Message]", reply: Callable[[Message], None]
    ) -> None:
        """Serve until killed. The first control must name the peers' ports."""
        reply({"port": await self._server.start()})
        async with asyncio.TaskGroup() as group:
            running = False
            while True:
                reply(self._control(await controls.get()))
                if self._ports and not running:
                    group.create_task(self._consensus.run())
                    running = True

    def _control(self, order: Message) -> Message:
        """Obey the supervisor: `ports`, `cut_off`, `crash_before_log`."""
        if "ports" in order:
            self._ports = order["ports"]
        if "cut_off" in order:
            self._server.cut_off = order["cut_off"]
        if "crash_before_log" in order:
            crash = order["crash_before_log"]
            self._issuing.before_log = _die if crash else lambda: None
        return {"done": True}

    async def _handle(self, message: Message) -> Message:
        answer = self._answers.get(message["do"])
        if answer is None:
            raise RefusedError(f"{self.name} does not know how to {message['do']}")
        return await answer(message)

    def _table(self) -> dict[str, Handler]:
        def told(answer: Callable[[Message], Message]) -> Handler:
            async def handler(message: Message) -> Message:
                return answer(message)

            return handler

        return {
            "vote": told(self._consensus.on_vote),
            "append": told(self._consensus.on_append),
            "status": told(self._status),
            "glance": told(self._glance),
            "orphans": told(self._orphans),
            "log": told(self._log),
            "key": told(self._key),
            "keys": told(self._list_keys),
            "documents": told(self._documents),
            "verify-receipt": told(self._verify_receipt),
            "links": self._links,
            "issue": self._issue,
            "reissue": lambda message: self._issuing.reissue(message["id"], message["key"]),
            "submit": lambda message: self._issuing.submit(message["envelope"]),
            "register": lambda message: self._issuing.register(message["key"]),
            "revoke": lambda message: self._issuing.revoke(message["key"], message["reason"]),
            "partial": self._partial,
            "recover": lambda _: self._issuing.recover_partial_issuances(),
        }

    # -- towards the peers ----------------------------------------------------------------

    async def _send(self, peer: str, message: Message) -> Message:
        if self._server.cut_off:
            await asyncio.sleep(PEER_WITHIN_S)
            raise UnreachableError(peer, gone=False)
        port = self._ports.get(peer)
        return await ask(peer, port, message, token=self._token, patience=PEER_WITHIN_S)

    async def _orphans_of_all_nodes(self) -> dict[str, dict[str, str]]:
        found = {self.name: self._orphans({})["orphans"]}
        for peer in self._consensus.peers:
            try:
                found[peer] = (await self._send(peer, {"do": "orphans"}))["orphans"]
            except UnreachableError as error:
                remedy = f"restart {peer}" if error.gone else f"net heal {peer}"
                raise RefusedError(
                    f"{error}, and may hold half-issued documents; first ./civictrust {remedy}"
                ) from error
        return found

    async def _links(self, _: Message) -> Message:
        """Try each peer: `{"links": {peer: answered}}`."""

        async def answers(peer: str) -> bool:
            try:
                await self._send(peer, {"do": "status"})
            except UnreachableError:
                return False
            return True

        peers = self._consensus.peers
        return {"links": dict(zip(peers, await asyncio.gather(*map(answers, peers)), strict=True))}

    # -- questions ------------------------------------------------------------------------

    def _status(self, _: Message) -> Message:
        return {
            "node": self.name,
            "pid": os.getpid(),
            "role": "leader" if self._consensus.leads else "follower",
            "leader": self._consensus.leader,
            "term": self._consensus.ballot.term,
            "uptime": round(time.monotonic() - self._born, 1),
            "wal_lsn": self._consensus.wal.last_lsn,
            **self._replica.state(),
        }

    def _glance(self, _: Message) -> Message:
        return {**self._status({}), "signer": self._replica.last_signer()}

    def _orphans(self, _: Message) -> Message:
        cas = self._replica.cas
        return {
            "orphans": {
                address: (cas.get(address) or b"").decode(errors="replace")
                for address in self._replica.orphans()
            }
        }

    def _log(self, message: Message) -> Message:
        log = self._replica.log
        size = min(message.get("size", log.size), log.size)
        return {
            "tree_size": size,
            "root": log.root(size),
            "damaged": len(self._replica.damaged()),
        }

    def _key(self, message: Message) -> Message:
        key_id: str = message["key"]
        key: dict[str, Any] = self._replica.key(key_id) or {"status": UNKNOWN}
        return {
            "id": key_id,
            "status": key["status"],
            "can_sign": self._issuing.refusal(key_id) is None,
            "revoked_at": key.get("revoked_at"),
            "reason": key.get("reason"),
        }

    def _list_keys(self, _: Message) -> Message:
        ids = [key_id for key_id, _ in self._replica.store.below("key/")]
        return {"keys": [self._key({"key": key_id}) for key_id in ids]}

    def _documents(self, message: Message) -> Message:
        """List documents in the order of the log; `signed_by` and `ids` narrow it."""
        signed_by, ids = message.get("signed_by"), message.get("ids")
        documents = [
            {
                "id": document_id,
                **{name: document[name] for name in ("type", "critical", "key", "requested")},
                "verdict": self._replica.verdict(document),
                "reissued_as": document["reissued_as"],
                "index": document["index"],
            }
            for document_id, document in self._replica.store.below("document/")
            if signed_by in (None, document["key"]) and (ids is None or document_id in ids)
        ]
        return {"documents": sorted(documents, key=lambda document: document["index"])}

    def _verify_receipt(self, message: Message) -> Message:
        """Check receipts by id: `{"verified": [id…]}` are those that hold here."""
        log_key = self._keys.public(LOG_KEY)
        return {
            "verified": [
                document_id
                for document_id, receipt in message["receipts"].items()
                if self._receipt_is_of(document_id, receipt["address"])
                and self._replica.log.verify(receipt, log_key)
            ]
        }

    def _receipt_is_of(self, document_id: str, address: str) -> bool:
        document = self._replica.document(document_id)
        return document is not None and document["address"] == address

    async def _issue(self, message: Message) -> Message:
        return await self._issuing.issue(message["type"], message["subject"], message.get("key"))

    async def _partial(self, _: Message) -> Message:
        return {"partial": await self._issuing.partial_issuances()}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(name: str, folder: Path) -> None:
    """Run a node: the first line of standard input is its setting, each further one an order."""
    setting = sys.stdin.buffer.readline()
    if setting:
        asyncio.run(_serve(Node(name, folder, json.loads(setting))))


async def _serve(node: Node) -> None:
    loop, controls = asyncio.get_running_loop(), asyncio.Queue[Message]()

    def listen() -> None:
        for line in sys.stdin.buffer:
            loop.call_soon_threadsafe(controls.put_nowait, json.loads(line))
        os._exit(0)  # the supervisor is gone; a crash-safe node needs no farewell

    def reply(message: Message) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    threading.Thread(target=listen, daemon=True).start()
    await node.run(controls, reply)
