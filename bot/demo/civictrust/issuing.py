"""What only the leader does: issue documents, finish half-done issuances, keep the key registry.

Every change goes through the consensus; nothing here writes to the store or the log itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.demo.civictrust.canonical import canonical, sha256
from bot.demo.civictrust.consensus import Consensus
from bot.demo.civictrust.documents import TYPES, Document, is_genuine, seal, unseal
from bot.demo.civictrust.keystore import Keystore
from bot.demo.civictrust.replica import Replica
from bot.demo.civictrust.rpc import Message, RefusedError
from bot.demo.civictrust.store import Value

GatherOrphans = Callable[[], Awaitable[dict[str, dict[str, str]]]]  # node -> address -> bytes
COMPLETABLE = "can be completed"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Issuing:
    """The leader's work. Its methods raise RefusedError with what the operator can do instead."""

    def __init__(
        self,
        replica: Replica,
        consensus: Consensus,
        keys: Keystore,
        gather_orphans: GatherOrphans,
    ) -> None:
        self._replica, self._consensus, self._keys = replica, consensus, keys
        self._gather_orphans = gather_orphans
        self._one_at_a_time = asyncio.Lock()
        self.before_log: Callable[[], None] = lambda: None  # where a demonstration may crash

    def refusal(self, key_id: str) -> str | None:
        """The policy: say why this key may not sign; None if it may."""
        key = self._replica.key(key_id)
        if key is None:
            return f"{key_id} is not registered; ./civictrust keys register {key_id}"
        if key["status"] == "revoked":
            return f"{key_id} is revoked ({key['reason']}); sign with another key: --key KEY"
        if not self._keys.holds(key_id):
            return f"the private part of {key_id} is not in the keystore"
        return None

    def signing_key(self, wanted: str | None) -> str:
        """Return the wanted key, or else the newest that may sign."""
        if wanted is not None:
            if (refusal := self.refusal(wanted)) is not None:
                raise RefusedError(refusal)
            return wanted
        usable = [
            (key["registered_lsn"], key_id)
            for key_id, key in self._replica.store.below("key/")
            if self.refusal(key_id) is None
        ]
        if not usable:
            raise RefusedError(
                "no active key; ./civictrust keys generate key-b, then keys register key-b"
            )
        return max(usable)[1]

    async def issue(
        self, kind: str, subject: str, key: str | None, replaces: str | None = None
    ) -> Message:
        """Issue one document; return `{"id", "key", "receipt"}` once it is committed."""
        if kind not in TYPES:
            raise RefusedError(f"{kind!r} is no document type; choose {', '.join(TYPES)}")
        async with self._one_at_a_time:
            key_id = self.signing_key(key)
            number = self._next_number()
            document: Document = {
                "id": f"doc-{number:04d}",
                "type": kind,
                "subject": subject,
                "issued_at": _now(),
                "replaces": replaces,
            }
            serialized = canonical(document)
            await self._consensus.propose(
                {
                    "op": "begin",
                    "number": number,
                    "document": document,
                    "digest": sha256(serialized),
                    "key": key_id,
                }
            )
            envelope = seal(document, key_id, self._keys.sign(key_id, serialized))
            address = sha256(envelope)
            self._replica.being_issued.add(address)
            try:
                self._replica.cas.put(envelope)
                self.before_log()
                return await self._log(document["id"], envelope)
            finally:
                self._replica.being_issued.discard(address)

    def _next_number(self) -> int:
        number: int = (self._replica.store.get("sequence") or {"next": 1})["next"]
        while self._replica.document(f"doc-{number:04d}") is not None:
            number += 1  # a submitted document has taken this name
        return number

    async def reissue(self, document_id: str, key: str) -> Message:
        """Issue the document again with another key; the old one then names the new."""
        old = self._replica.document(document_id)
        if old is None:
            raise RefusedError(f"there is no document {document_id}")
        if not old["requested"]:
            raise RefusedError(f"nobody asked for {document_id}; it is not re-issued")
        if old["reissued_as"] is not None:
            raise RefusedError(f"{document_id} was re-issued already, as {old['reissued_as']}")
        envelope = self._replica.envelope(old["address"])
        if envelope is None:
            raise RefusedError(f"{document_id} is damaged in the CAS of {self._consensus.name}")
        document = envelope["document"]
        return await self.issue(document["type"], document["subject"], key, document_id)

    async def submit(self, data: str) -> Message:
        """Log a document that was sealed elsewhere, if its key may sign and its signature holds."""
        envelope = unseal(data.encode())
        if envelope is None:
            raise RefusedError("this is not a sealed document")
        document_id = envelope["document"]["id"]
        async with self._one_at_a_time:
            if (refusal := self.refusal(envelope["key"])) is not None:
                raise RefusedError(refusal)
            key = self._replica.key(envelope["key"])
            if key is None or not is_genuine(envelope, key["public"]):
                raise RefusedError("the signature does not fit")
            begun = self._replica.store.get(f"partial/{document_id}")
            if begun is not None or self._replica.document(document_id) is not None:
                raise RefusedError(f"there is a document {document_id} already")
            return await self._log(document_id, data.encode())

    async def _log(self, document_id: str, envelope: bytes) -> Message:
        await self._consensus.propose(
            {"op": "log", "id": document_id, "envelope": envelope.decode()}
        )
        receipt = self._replica.log.receipt(sha256(envelope), self._keys, _now())
        key = (unseal(envelope) or {})["key"]
        return {"id": document_id, "key": key, "receipt": receipt}

    # -- half-done issuances --------------------------------------------------------------

    async def partial_issuances(self) -> list[Message]:
        """List what was begun and not finished, by id.

        Each is `{"id", "type", "subject", "key", "address", "nodes", "outlook"}`; the outlook is
        COMPLETABLE or why it must be rolled back. Raises RefusedError while any node, which may
        hold orphans, does not answer.
        """
        async with self._one_at_a_time:
            return await self._find_partial()

    async def recover_partial_issuances(self) -> Message:
        """Complete every orphan that was asked for and soundly signed; roll the others back.

        Completing is better than deleting: the signature may be in somebody's hands already.
        Return `{"completed": [{"id", "receipt"}], "rolled_back": [{"id", "why"}]}`.
        """
        completed, rolled_back = [], []
        async with self._one_at_a_time:
            for partial in await self._find_partial():
                if partial["outlook"] == COMPLETABLE:
                    completed.append(await self._log(partial["id"], partial["data"].encode()))
                else:
                    await self._consensus.propose(
                        {"op": "abort", "id": partial["id"], "address": partial["address"]}
                    )
                    rolled_back.append({"id": partial["id"], "why": partial["outlook"]})
        return {"completed": completed, "rolled_back": rolled_back}

    async def _find_partial(self) -> list[Message]:
        holders: dict[str, list[str]] = {}
        data: dict[str, str] = {}
        for node, orphans in (await self._gather_orphans()).items():
            for address, text in orphans.items():
                # a follower may hold a copy that its log does not have yet
                if address not in self._replica.log:
                    holders.setdefault(address, []).append(node)
                    data[address] = text
        found = [self._judge(address, data[address], holders[address]) for address in data]
        signed = {partial["id"] for partial in found}
        for document_id, begun in self._replica.store.below("partial/"):
            if document_id not in signed:
                found.append(
                    _partial(begun["document"], begun["key"], "was never signed: no node holds it")
                )
        return sorted(found, key=lambda partial: str(partial["id"]))

    def _judge(self, address: str, data: str, nodes: list[str]) -> Message:
        envelope = unseal(data.encode())
        if envelope is None:
            return _partial({"id": address}, None, "is not a sealed document", address, nodes)
        document, key_id = envelope["document"], envelope["key"]
        begun = self._replica.store.get(f"partial/{document['id']}")
        key = self._replica.key(key_id)
        outlook = COMPLETABLE
        if begun is None or begun["document"] != document:
            outlook = "nobody asked for it"
            document = {**document, "id": address}  # so that nothing else of that name is undone
        elif key is None or not is_genuine(envelope, key["public"]):
            outlook = "has a bad signature"
        elif key["status"] != "active":
            outlook = f"{key_id} is revoked"
        return {**_partial(document, key_id, outlook, address, nodes), "data": data}

    # -- the key registry -----------------------------------------------------------------

    async def register(self, key_id: str) -> Value:
        """Register a generated key; a key that is registered already stays as it is."""
        if not self._keys.holds(key_id):
            raise RefusedError(f"there is no {key_id}; ./civictrust keys generate {key_id}")
        known = self._replica.key(key_id)
        if known is not None and known["status"] == "revoked":
            raise RefusedError(f"{key_id} is revoked, and that is final; generate another key")
        if known is None:
            await self._consensus.propose(
                {
                    "op": "register",
                    "key": key_id,
                    "public": self._keys.public(key_id),
                    "at": _now(),
                }
            )
        return self._replica.key(key_id) or {}

    async def revoke(self, key_id: str, reason: str) -> Value:
        """Revoke a key for good; one that is revoked keeps its first date and reason."""
        known = self._replica.key(key_id)
        if known is None:
            raise RefusedError(f"{key_id} is not registered; see ./civictrust keys list")
        if known["status"] == "active":
            async with self._one_at_a_time:  # so that nothing is signed while it is revoked
                await self._consensus.propose(
                    {"op": "revoke", "key": key_id, "reason": reason, "at": _now()}
                )
        return self._replica.key(key_id) or {}


def _partial(
    document: Document,
    key: str | None,
    outlook: str,
    address: str | None = None,
    nodes: list[str] | None = None,
) -> Message:
    return {
        "id": document["id"],
        "type": document.get("type"),
        "subject": document.get("subject"),
        "key": key,
        "address": address,
        "nodes": nodes or [],
        "outlook": outlook,
    }
