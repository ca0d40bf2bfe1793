"""An append-only file of JSON entries that survives being cut off at any byte.

Each line is a CRC-32, a space, and the entry. Opening it keeps the longest sound prefix and cuts
the torn tail off. It does not know what the entries mean.
"""

import json
import os
import zlib
from pathlib import Path
from typing import Any

from bot.demo.civictrust.canonical import canonical
from bot.demo.civictrust.durable import sync_folder

Entry = dict[str, Any]


def _frame(entry: Entry) -> bytes:
    body = canonical(entry)
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _unframe(line: bytes) -> Entry | None:
    """Return the entry of a whole, unharmed line; None for anything else."""
    checksum, space, body = line[:8], line[8:9], line[9:-1]
    if space != b" " or not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(body):
        return None
    entry = json.loads(body)
    return entry if isinstance(entry, dict) else None


class Journal:
    """The entries of one file, held in memory too; `entries` is for reading only."""

    def __init__(self, path: Path) -> None:
        self.entries: list[Entry] = []
        self._ends = [0]  # the byte at which entry n begins, and the end of the last
        fresh = not path.exists()
        self._file = path.open("a+b")
        if fresh:
            sync_folder(path.parent)
        self._file.seek(0)
        for line in self._file:
            entry = _unframe(line)
            if entry is None:
                break
            self.entries.append(entry)
            self._ends.append(self._ends[-1] + len(line))
        self._cut()

    def append(self, *entries: Entry) -> None:
        """Add the entries; they are on the disk when this returns."""
        frames = [_frame(entry) for entry in entries]
        self._file.write(b"".join(frames))
        self._sync()
        self.entries.extend(entries)
        for frame in frames:
            self._ends.append(self._ends[-1] + len(frame))

    def truncate(self, count: int) -> None:
        """Keep only the first `count` entries."""
        del self.entries[count:]
        del self._ends[count + 1 :]
        self._cut()

    def close(self) -> None:
        self._file.close()

    def _cut(self) -> None:
        self._file.truncate(self._ends[-1])
        self._sync()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
