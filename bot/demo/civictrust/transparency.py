"""The transparency log: what was issued, in order, provable to anyone.

Entries are CAS addresses. A receipt is an inclusion proof with a signed checkpoint; it stays true
permanently, because the log only grows. The log does not know whether a document is genuine.
"""

from pathlib import Path
from typing import Any

from bot.demo.civictrust import merkle
from bot.demo.civictrust.canonical import canonical
from bot.demo.civictrust.journal import Journal
from bot.demo.civictrust.keystore import LOG_KEY, Keystore, is_signed

Receipt = dict[str, Any]


class TransparencyLog:
    """One node's log; each entry remembers the LSN that brought it."""

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)
        self.leaves = [bytes.fromhex(entry["address"]) for entry in self._journal.entries]
        self._index = {leaf: at for at, leaf in enumerate(self.leaves)}

    @property
    def size(self) -> int:
        return len(self.leaves)

    def __contains__(self, address: str) -> bool:
        return bytes.fromhex(address) in self._index

    def addresses(self) -> list[str]:
        return [leaf.hex() for leaf in self.leaves]

    def append(self, lsn: int, address: str) -> int:
        """Add an address and return its index. One that is there already keeps its place."""
        leaf = bytes.fromhex(address)
        if leaf not in self._index:
            self._journal.append({"lsn": lsn, "address": address})
            self._index[leaf] = self.size
            self.leaves.append(leaf)
        return self._index[leaf]

    def root(self, size: int | None = None) -> str:
        """Return the root of the first `size` entries (all of them if None), hexadecimal."""
        return merkle.root(self.leaves[:size]).hex()

    def receipt(self, address: str, keys: Keystore, at: str) -> Receipt:
        """Prove that the address is in the log as it is now. Raises KeyError if it is not."""
        index = self._index[bytes.fromhex(address)]
        checkpoint = {"tree_size": self.size, "root": self.root(), "at": at}
        return {
            "address": address,
            "index": index,
            "proof": [step.hex() for step in merkle.inclusion_proof(self.leaves, index)],
            "checkpoint": checkpoint,
            "signature": keys.sign(LOG_KEY, canonical(checkpoint)),
        }

    def verify(self, receipt: Receipt, log_key: str) -> bool:
        """Check signature and proof, and that this log once had the checkpoint's very root."""
        checkpoint = receipt["checkpoint"]
        size = checkpoint["tree_size"]
        return (
            is_signed(log_key, canonical(checkpoint), receipt["signature"])
            and merkle.verify_inclusion(
                bytes.fromhex(receipt["address"]),
                receipt["index"],
                size,
                [bytes.fromhex(step) for step in receipt["proof"]],
                bytes.fromhex(checkpoint["root"]),
            )
            and size <= self.size
            and self.root(size) == checkpoint["root"]
        )

    def close(self) -> None:
        self._journal.close()
