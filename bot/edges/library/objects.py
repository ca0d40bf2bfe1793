"""Objects of a Git repository, read from its files: loose ones, and those in packs.

No program is run, so nothing that a repository's configuration names is either. Everything is
bounded, and what is not as it should be raises `Unread`: then a commit is not known.
"""

import bisect
import mmap
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

LARGEST = 4 << 20
"""Bytes of an object, or of a file about objects, that is looked into."""
DEEPEST = 300
"""How many deltas an object may be away from one that is whole; Git itself makes 50."""
MOST_PACKS = 1_000
"""How many packs are looked into."""
_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_BY_OFFSET, _BY_ID = 6, 7
_INDEX = b"\xfftOc\x00\x00\x00\x02"
_FANS = len(_INDEX) + 256 * 4
_FAR = 1 << 31


class Unread(Exception):
    """Something of the repository is not there, too large, or not as Git writes it."""


class Objects:
    """The objects of a repository, by their ids; *folders* are where they may lie."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def get(self, name: str, kind: str) -> bytes:
        """What the object with this id holds; raises Unread for none, or one of another kind."""
        try:
            found, data = self._found(bytes.fromhex(name), 0)
        except (OSError, ValueError, IndexError, zlib.error) as damaged:
            raise Unread(f"the object {name} cannot be read") from damaged
        if found != kind:
            raise Unread(f"the object {name} is no {kind}")
        return data

    def _found(self, name: bytes, depth: int) -> tuple[str, bytes]:
        if depth > DEEPEST:
            raise Unread("an object is too many deltas away from a whole one")
        for folder in self._folders:
            loose = folder / name.hex()[:2] / name.hex()[2:]
            if loose.is_file():
                return _loose(loose)
            for index in self._indexes(folder):
                if (at := _place(index, name)) is not None:
                    with _mapped(index.with_suffix(".pack")) as pack:
                        return self._packed(pack, at, len(name), depth)
        raise Unread(f"there is no object {name.hex()}")

    @staticmethod
    def _indexes(folder: Path) -> Iterator[Path]:
        for index, _ in zip((folder / "pack").glob("*.idx"), range(MOST_PACKS), strict=False):
            yield index

    def _packed(self, pack: mmap.mmap, at: int, length: int, depth: int) -> tuple[str, bytes]:
        """The object at a place of a pack, whose ids are so long."""
        if depth > DEEPEST:
            raise Unread("an object is too many deltas away from a whole one")
        start, byte = at, pack[at]
        kind, size, shift = byte >> 4 & 7, byte & 15, 4
        while byte & 128:
            at += 1
            byte = pack[at]
            size |= (byte & 127) << shift
            shift += 7
        at += 1
        if size > LARGEST:
            raise Unread("an object is too large")
        if kind == _BY_OFFSET:
            at, back = _back(pack, at)
            if not 0 < back <= start:
                raise Unread("a delta is of what cannot be")
            base = self._packed(pack, start - back, length, depth + 1)
        elif kind == _BY_ID:
            base = self._found(pack[at : at + length], depth + 1)
            at += length
        elif kind in _KINDS:
            return _KINDS[kind], _inflated(pack, at, size)
        else:
            raise Unread("an object is of no known kind")
        return base[0], _applied(base[1], _inflated(pack, at, size))


def _mapped(file: Path) -> mmap.mmap:
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)


def _loose(file: Path) -> tuple[str, bytes]:
    unpacked = zlib.decompressobj()
    with file.open("rb") as opened:
        whole = unpacked.decompress(opened.read(LARGEST), LARGEST)
    head, _, data = whole.partition(b"\0")
    kind, _, size = head.partition(b" ")
    if len(data) != int(size):
        raise Unread("an object is too large, or cut off")
    return kind.decode(), data


def _inflated(pack: mmap.mmap, at: int, size: int) -> bytes:
    # Deflated, nothing grows by more than this.
    packed = pack[at : at + size + size // 1_000 + 1_024]
    made = zlib.decompressobj().decompress(packed, size + 1)
    if len(made) != size:
        raise Unread("an object is of another size than it says")
    return made


def _place(index: Path, name: bytes) -> int | None:
    """Where in its pack an index has an object; None for one that is not there."""
    with _mapped(index) as table:
        if table[: len(_INDEX)] != _INDEX:
            raise Unread(f"{index.name} is no index that is known")

        def number(at: int) -> int:
            return int.from_bytes(table[at : at + 4], "big")

        first = number(len(_INDEX) + 4 * (name[0] - 1)) if name[0] else 0
        past, every = number(len(_INDEX) + 4 * name[0]), number(_FANS - 4)

        def named(at: int) -> bytes:
            return table[_FANS + at * len(name) : _FANS + (at + 1) * len(name)]

        found = bisect.bisect_left(range(every), name, first, past, key=named)
        if found >= past or named(found) != name:
            return None
        offsets = _FANS + every * (len(name) + 4)
        near = number(offsets + 4 * found)
        if near < _FAR:
            return near
        far = offsets + 4 * every + 8 * (near - _FAR)
        return int.from_bytes(table[far : far + 8], "big")


def _back(pack: mmap.mmap, at: int) -> tuple[int, int]:
    """How far back the object is that a delta is of, as Git writes it; and where that ends."""
    byte = pack[at]
    back = byte & 127
    while byte & 128:
        at += 1
        byte = pack[at]
        back = (back + 1 << 7) | byte & 127
    return at + 1, back


def _size(delta: bytes, at: int) -> tuple[int, int]:
    """A size at the head of a delta, and where it ends."""
    size = shift = 0
    while True:
        byte = delta[at]
        size |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if not byte & 128:
            return size, at


def _applied(base: bytes, delta: bytes) -> bytes:
    """What a delta makes of what it is of."""
    before, at = _size(delta, 0)
    after, at = _size(delta, at)
    if before != len(base) or after > LARGEST:
        raise Unread("a delta is of something else")
    made = bytearray()
    while at < len(delta) and len(made) <= after:
        byte, at = delta[at], at + 1
        if byte & 128:
            told = [0] * 7
            for bit in range(7):
                if byte & 1 << bit:
                    told[bit], at = delta[at], at + 1
            start = int.from_bytes(told[:4], "little")
            made += base[start : start + (int.from_bytes(told[4:], "little") or 0x10000)]
        elif byte:
            made += delta[at : at + byte]
            at += byte
        else:
            raise Unread("a delta says what none can")
    if len(made) != after:
        raise Unread("a delta makes something of another size than it says")
    return bytes(made)
