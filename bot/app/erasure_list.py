"""The erasure list: what was erased, so that it can be erased again on a backup that was restored.

A line says what is about to be erased and is on the disk before anything is; another says how that
ended. Only what is known to have come to nothing is not done again: where a process died in
between, the words may be gone from the record, and then nobody may read them on a backup.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.engine.decide import Refused
from bot.core.sealing.erasing import Plan, Wanted
from bot.ports.log import Unavailable

Note = Callable[[str], None]
"""Writes a line at the end of the list; it is on the disk when this returns. Raises OSError."""

logger = logging.getLogger(__name__)


def listed(database: Path | None) -> Path:
    """Where the erasure list is: beside the file of a database, or where the command is given."""
    if database is None:
        return Path("runbook-erasures.jsonl")
    return database.with_name(database.name + ".erasures")


@asynccontextmanager
async def begun(note: Note, run_id: str, what: Plan) -> AsyncIterator[list[str]]:
    """Say on the list what is about to be erased, and after it how that ended.

    What is given takes the addresses of what is left to people, which the list has as well.

    Raises Refused when that cannot be said; then nothing may be erased.
    """
    left: list[str] = []
    if not (what.words or what.people):
        yield left
        return
    token = secrets.token_hex(8)
    line = {"id": token, "run": run_id, "entries": what.words, "people": what.people}
    try:
        await _written(note, line)
    except OSError as trouble:
        logger.exception("the erasure list cannot be written, so nothing is erased")
        raise Refused(
            f"Nothing was erased: the erasure list cannot be written ({trouble.strerror}). Whoever "
            "runs the bot can make room for it; then try again."
        ) from trouble
    try:
        yield left
    except Refused:
        await _ended(note, {"refused": token})
        raise
    except Unavailable as trouble:
        if not trouble.in_doubt:
            await _ended(note, {"refused": token})
        raise
    await _ended(note, {"done": token, **({"by_hand": left} if left else {})})


async def _ended(note: Note, line: dict[str, Any]) -> None:
    """Say how one ended; without that, it is done again with the others, which harms nobody."""
    try:
        await _written(note, line)
    except OSError:
        logger.exception("how an erasure ended cannot be written on the erasure list")


async def _written(note: Note, line: dict[str, Any]) -> None:
    # Clicks do not wait for the disk.
    await asyncio.to_thread(note, json.dumps(line, separators=(",", ":")))


_BEGINS = '{"id":"'
"""How the line of an erasure begins, also if it is torn and the only one."""


@dataclass(frozen=True, slots=True)
class Read:
    """An erasure list as it is done again; `damaged` are the numbers of lines not to be read."""

    wanted: Sequence[tuple[str, Wanted]]
    damaged: Sequence[int]


def read(texts: Sequence[str]) -> Read:
    """What is to be erased again; raises Refused for what is no erasure list.

    The last line may be torn: it is on the disk before anything is erased for it, so nothing was.
    """
    written = [(number, text) for number, text in enumerate(texts, start=1) if text.strip()]
    lines: list[tuple[str, str, Wanted]] = []
    refused, done, damaged = set[str](), set[str](), list[int]()
    for number, text in written:
        try:
            said = json.loads(text)
            if "run" in said:
                lines.append((str(said.get("id", "")), said["run"], _wanted(said)))
            elif "refused" in said:
                refused.add(said["refused"])
            else:
                done.add(said["done"])
        except (ValueError, KeyError, TypeError):
            damaged.append(number)
    begins = [text for _, text in written if text.startswith(_BEGINS)]
    if damaged and not lines and len(begins) < len(written):
        raise Refused("The file is no erasure list: a line of it cannot be read.")
    if damaged and damaged[-1] == written[-1][0]:
        damaged.pop()
    nothing = refused - done
    return Read([(run, wanted) for token, run, wanted in lines if token not in nothing], damaged)


def _wanted(said: dict[str, Any]) -> Wanted:
    return Wanted(entries=tuple(said["entries"]), tokens=tuple(said["people"]))
