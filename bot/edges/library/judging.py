"""What is found in a procedure's file: here, or in another process where others wait meanwhile.

A file of 250 KiB takes a sixth of a second, and one of 10 KiB with hundreds of hostile patterns
took seven, in which the lock of the interpreter is often held.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from datetime import date
from functools import partial

from bot.core.lint import Configured, Examined, Problem, examine, ordered
from bot.core.lint.pictures import Look
from bot.core.procedure import Procedure
from bot.edges.library.cache import Kept, packed, unpacked
from bot.edges.library.entries import is_private, owner_of
from bot.edges.library.reader import Read, read
from bot.ports.world import TooMuch

BATCH = 512 * 1024
"""Bytes that one process judges at a time; it starts in half a second, and a file is 256 KiB."""

Beside = Callable[[Callable[[], str]], str]
"""Does work, which must be picklable, in another process and waits for what it returns.

Raises TooMuch for work that is too much for it, and anything else where it does not work.
"""

logger = logging.getLogger(__name__)


def examine_file(
    content: bytes,
    name: str,
    today: date,
    known: Configured | None = None,
    look: Look | None = None,
    beside: Mapping[str, Procedure] | None = None,
) -> Examined:
    """Read and look through one file's *content*; *name* is what its problems are filed under.

    *known* is what the configuration has, if it is to be held against that; *look* says why a
    picture cannot be shown.
    *beside* the procedures that are looked through together with it.
    """
    found: Read = read(content, name)
    if found.document is None:
        return Examined(None, ordered(found.problems), private=is_private(content))
    seen = examine(
        found.document,
        name,
        today=today,
        found=found.problems,
        known=known,
        look=look,
        beside=beside,
    )
    if seen.procedure:
        return seen
    return replace(seen, owner=owner_of(found.document), private=is_private(content))


def sha256_of(data: bytes) -> str:
    """What a file's content is known by."""
    return hashlib.sha256(data).hexdigest()


def judged(files: Sequence[tuple[str, bytes]], day: date) -> str:
    """What is found in files on a *day*, given each one's name and content, as `unpacked` reads it.

    This is what another process does.
    """
    return packed(
        day, ((name, sha256_of(data), examine_file(data, name, day)) for name, data in files)
    ).decode()


def elsewhere(
    beside: Beside, files: Iterable[tuple[str, bytes]], day: date
) -> dict[tuple[str, str], Kept]:
    """What *beside* finds in *files*, by name and SHA-256.

    What is left out can be judged here: another process cannot be had.
    """
    found: dict[tuple[str, str], Kept] = {}
    try:
        for batch in _batches(files):
            found |= _asked(beside, batch, day)
    except CancelledError:
        raise  # the bot stops
    except Exception as trouble:  # noqa: BLE001 - whatever it is, the work is done here as well
        logger.warning("procedures are judged in this process: %s", str(trouble) or type(trouble))
    return found


def _batches(files: Iterable[tuple[str, bytes]]) -> Iterator[Sequence[tuple[str, bytes]]]:
    batch: list[tuple[str, bytes]] = []
    size = 0
    for one in files:
        batch.append(one)
        size += len(one[1])
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _asked(
    beside: Beside, files: Sequence[tuple[str, bytes]], day: date
) -> dict[tuple[str, str], Kept]:
    """What another process finds in *files*; one that is too much for it is refused."""
    try:
        return unpacked(beside(partial(judged, tuple(files), day)).encode(), day)
    except TooMuch as trouble:
        if len(files) > 1:
            # Which one it was shows when each is alone.
            return {key: kept for one in files for key, kept in _asked(beside, [one], day).items()}
        ((name, data),) = files
        logger.warning("%s is not read: %s", name, trouble)
        problem = Problem(name, 1, 1, "error", f"the file is not read: {trouble}", "less")
        key = name, sha256_of(data)
        refused = packed(day, [(*key, Examined(None, (problem,)))])
        return unpacked(refused, day)
