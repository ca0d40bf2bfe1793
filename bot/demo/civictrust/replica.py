"""One node's state: what committed records make of its CAS, transparency log and store.

Applying a record is deterministic, and harmless when done twice, so that a crash half way through
is repaired by doing it again. It takes no decision and speaks to nobody.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.demo.civictrust.cas import ContentStore
from bot.demo.civictrust.documents import Envelope, is_critical, unseal, verdict
from bot.demo.civictrust.store import Store, Value
from bot.demo.civictrust.transparency import TransparencyLog
from bot.demo.civictrust.wal import Record

Changes = Mapping[str, Value | None]


class Replica:
    """The files of one node below `folder`, all but its write-ahead log."""

    def __init__(self, folder: Path) -> None:
        self.cas = ContentStore(folder / "cas")
        self.log = TransparencyLog(folder / "transparency.log")
        self.store = Store(folder / "store.log")
        self.being_issued: set[str] = set()  # in the CAS, and this process is about to log them

    @property
    def lsn(self) -> int:
        """The LSN of the last record applied."""
        return self.store.lsn

    def apply(self, record: Record) -> None:
        """Apply the next committed record. Raises KeyError for an operation it does not know."""
        change: Callable[[Record], Changes] = {
            "new-term": self._new_term,
            "begin": self._begin,
            "log": self._log,
            "abort": self._abort,
            "register": self._register,
            "revoke": self._revoke,
        }[record["op"]]
        self.store.change(record["lsn"], change(record))

    def _new_term(self, record: Record) -> Changes:
        return {}

    def _begin(self, record: Record) -> Changes:
        return {
            "sequence": {"next": record["number"] + 1},
            f"partial/{record['document']['id']}": {
                "document": record["document"],
                "key": record["key"],
            },
        }

    def _log(self, record: Record) -> Changes:
        data = record["envelope"].encode()
        envelope = unseal(data)
        if envelope is None or envelope["document"]["id"] != record["id"]:
            raise ValueError(f"LSN {record['lsn']} holds no envelope of {record['id']}")
        document, name = envelope["document"], f"document/{record['id']}"
        if self.store.get(name) is not None:
            return {}
        address = self.cas.put(data)
        changes: dict[str, Value | None] = {
            f"partial/{record['id']}": None,
            name: {
                "address": address,
                "index": self.log.append(record["lsn"], address),
                "lsn": record["lsn"],
                "key": envelope["key"],
                "type": document["type"],
                "critical": is_critical(document),
                # what was asked for has a begin record; what a stranger signed has none
                "requested": self.store.get(f"partial/{record['id']}") is not None,
                "reissued_as": None,
            },
        }
        replaced = self.store.get(f"document/{document.get('replaces')}")
        if replaced is not None:
            changes[f"document/{document['replaces']}"] = {**replaced, "reissued_as": record["id"]}
        return changes

    def _abort(self, record: Record) -> Changes:
        address = record["address"]
        if address is not None and address not in self.log:
            self.cas.remove(address)
        return {f"partial/{record['id']}": None}

    def _register(self, record: Record) -> Changes:
        return {
            f"key/{record['key']}": {
                "public": record["public"],
                "status": "active",
                "registered_lsn": record["lsn"],
                "registered_at": record["at"],
                "revoked_lsn": None,
                "revoked_at": None,
                "reason": None,
            }
        }

    def _revoke(self, record: Record) -> Changes:
        key = self.store.get(f"key/{record['key']}")
        if key is None or key["status"] == "revoked":
            return {}
        revoked = {
            "status": "revoked",
            "revoked_lsn": record["lsn"],
            "revoked_at": record["at"],
            "reason": record["reason"],
        }
        return {f"key/{record['key']}": {**key, **revoked}}

    def key(self, key_id: str) -> Value | None:
        return self.store.get(f"key/{key_id}")

    def document(self, document_id: str) -> Value | None:
        return self.store.get(f"document/{document_id}")

    def envelope(self, address: str) -> Envelope | None:
        data = self.cas.get(address)
        return None if data is None else unseal(data)

    def last_signer(self) -> str | None:
        """The key with which the newest document of the log is signed."""
        documents = (document for _, document in self.store.below("document/"))
        newest = max(documents, key=lambda document: int(document["index"]), default=None)
        return None if newest is None else str(newest["key"])

    def verdict(self, document: Value) -> str:
        """Judge a document's record: recompute its hash and check its signature."""
        return verdict(
            self.envelope(document["address"]), self.key(document["key"]), document["lsn"]
        )

    def orphans(self) -> list[str]:
        """Addresses in this node's CAS that its transparency log does not have, sorted."""
        return sorted(
            address
            for address in self.cas.addresses() - self.being_issued
            if address not in self.log
        )

    def damaged(self) -> list[str]:
        """Addresses in the log whose object is missing from the CAS or has another hash."""
        return [address for address in self.log.addresses() if self.cas.get(address) is None]

    def state(self) -> dict[str, Any]:
        return {"lsn": self.lsn, "state_hash": self.store.state_hash(), "log_size": self.log.size}

    def close(self) -> None:
        self.log.close()
        self.store.close()
