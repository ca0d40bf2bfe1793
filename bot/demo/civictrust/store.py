"""The key-value store that the write-ahead log is played into. It does not know what keys mean."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.demo.civictrust.canonical import canonical, sha256
from bot.demo.civictrust.journal import Journal

Value = dict[str, Any]


def state_hash(pairs: Mapping[str, bytes]) -> str:
    """Sort all keys, concatenate key-value pairs, SHA-256.

    Plain concatenation is unambiguous here, because every value is a JSON object, which says
    itself where it ends, and no key holds a brace.
    """
    return sha256(b"".join(key.encode() + pairs[key] for key in sorted(pairs)))


class Store:
    """Current pairs, rebuilt from a journal of changes; one change per LSN."""

    def __init__(self, path: Path) -> None:
        self._pairs: dict[str, bytes] = {}
        self._journal = Journal(path)
        self.lsn = 0
        for entry in self._journal.entries:
            self._take(entry["lsn"], entry["changes"])

    def change(self, lsn: int, changes: Mapping[str, Value | None]) -> None:
        """Apply what one record changes (None deletes the key) and remember its LSN, at once."""
        if any("{" in key for key in changes):
            raise ValueError("a key must not hold a brace: the state hash would be ambiguous")
        self._journal.append({"lsn": lsn, "changes": dict(changes)})
        self._take(lsn, changes)

    def get(self, key: str) -> Value | None:
        data = self._pairs.get(key)
        return None if data is None else json.loads(data)

    def below(self, prefix: str) -> Iterable[tuple[str, Value]]:
        """Yield the pairs whose key begins with the prefix, sorted, the prefix taken off."""
        for key in sorted(self._pairs):
            if key.startswith(prefix):
                yield key.removeprefix(prefix), json.loads(self._pairs[key])

    def state_hash(self) -> str:
        return state_hash(self._pairs)

    def close(self) -> None:
        self._journal.close()

    def _take(self, lsn: int, changes: Mapping[str, Value | None]) -> None:
        self.lsn = lsn
        for key, value in changes.items():
            if value is None:
                self._pairs.pop(key, None)
            else:
                self._pairs[key] = canonical(value)
