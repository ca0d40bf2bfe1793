"""The write-ahead log: what is to happen, in order, before it happens.

Record n has LSN n (from 1) and the term of the leader that wrote it. The log does not know which
records are committed; the consensus does.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.demo.civictrust.journal import Journal

Record = dict[str, Any]  # {"lsn": int, "term": int, "op": str, ...what the op needs}


class Wal:
    """The records of one node, durable before `append` and `merge` return."""

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)

    @property
    def last_lsn(self) -> int:
        return len(self._journal.entries)

    @property
    def last_term(self) -> int:
        return self.term_of(self.last_lsn)

    def term_of(self, lsn: int) -> int:
        """Return the term of a record that is held; 0 for LSN 0, the place before the first."""
        return int(self._journal.entries[lsn - 1]["term"]) if lsn else 0

    def record(self, lsn: int) -> Record:
        return self._journal.entries[lsn - 1]

    def since(self, lsn: int, limit: int) -> list[Record]:
        """Return at most `limit` records after this LSN."""
        return self._journal.entries[lsn : lsn + limit]

    def holds(self, lsn: int, term: int) -> bool:
        """Say whether the record at this LSN is here and was written in this term."""
        return lsn <= self.last_lsn and self.term_of(lsn) == term

    def append(self, term: int, body: Record) -> int:
        """Write one new record and return its LSN."""
        lsn = self.last_lsn + 1
        self._journal.append({**body, "lsn": lsn, "term": term})
        return lsn

    def merge(self, records: Sequence[Record]) -> None:
        """Take a leader's records: skip what is here, drop own records that contradict them."""
        for index, record in enumerate(records):
            if self.holds(record["lsn"], record["term"]):
                continue
            if record["lsn"] <= self.last_lsn:
                self._journal.truncate(record["lsn"] - 1)
            self._journal.append(*records[index:])
            return

    def close(self) -> None:
        self._journal.close()
