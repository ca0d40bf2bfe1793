"""Evidence, fetched from Slack for an export, and compared with what the bot read of it then."""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from bot import config
from bot.app.desk import Desk, NoSuchRun
from bot.cli.log import no_such_run
from bot.core.acting.evidence import LARGEST
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.text import sized
from bot.edges.clock import SystemClock
from bot.edges.slack import connection
from bot.edges.slack.files import SlackFiles
from bot.edges.store import SqlLog
from bot.ports.files import Files
from bot.ports.messages import Gone, Rejected, Throttled, Unsure

TRIES = 5
"""How often a file is asked for that Slack does not give just now."""
LONGEST_WAIT = 30.0
"""The most seconds between two of them."""
_NAME_LIMIT = 100
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


async def fetch(settings: config.Settings, run_id: str, folder: Path) -> tuple[list[str], bool]:
    """Fetch the files of a run into *folder*; a line for each, and whether all are as they were.

    Raises Refused, StoreError, OSError.
    """
    if settings.bot_token is None:
        raise Refused("--with-files fetches from Slack; set SLACK_BOT_TOKEN to the bot's token")
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(
            await SqlLog.open(settings.database_url, read_only=True)
        )
        try:
            history = await Desk(log, SystemClock()).history(run_id)
        except NoSuchRun:
            raise no_such_run(settings, run_id) from None
        session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=True))
        client = connection.client(
            settings.bot_token.get_secret_value(), settings.slack_url, session
        )
        files = SlackFiles(lambda _team: client)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # noqa: ASYNC240 - nobody else waits
        lines: list[str] = []
        well = True
        for fact, given, read in _given(history.facts):
            if fact.seq in history.run.gone:
                lines.append(f"entry {fact.seq}: erased, so its file is not fetched")
                continue
            fine, said = await _one(files, folder, fact.seq, given, read)
            lines.append(f"entry {fact.seq}: {said}")
            well = well and fine
    return lines or [f"no file was given in {run_id}"], well


def _given(
    facts: Sequence[e.Fact],
) -> list[tuple[e.Fact, e.EvidenceGiven, e.EvidenceRead | None]]:
    """The entries that name a file, each with what the bot read of it."""
    read = {f.event.entry: f.event for f in facts if isinstance(f.event, e.EvidenceRead)}
    return [
        (fact, fact.event, read.get(fact.seq))
        for fact in facts
        if isinstance(fact.event, e.EvidenceGiven) and fact.event.file is not None
    ]


async def _one(
    files: Files, folder: Path, seq: int, given: e.EvidenceGiven, read: e.EvidenceRead | None
) -> tuple[bool, str]:
    """Fetch one file; whether it is what the bot read, and the words for it."""
    name = _PLAIN.sub("_", given.name or "").strip(".")[-_NAME_LIMIT:] or str(given.file)
    path = folder / f"{seq}-{name}"
    try:
        sha256, size = await _written(files, str(given.file), path)
    except FileExistsError:
        return False, f"{path} is there already, and was left as it is"
    except (Throttled, Unsure, Rejected, Gone) as trouble:
        return False, f"{given.name} was not fetched: {trouble}"
    said = f"{path}, {sized(size)}"
    if read is None or read.sha256 is None:
        why = "it was not read yet" if read is None else f"it could not be read: {read.error}"
        return True, f"{said}; there is nothing to compare it with ({why})"
    if sha256 != read.sha256:
        return False, (
            f"{said}: NOT the file that was given: its SHA-256 is {sha256}, and that of the "
            f"record {read.sha256}"
        )
    return True, f"{said}, as it was given (SHA-256 {sha256})"


async def _written(files: Files, file: str, path: Path) -> tuple[str, int]:
    """Write a file that is not there yet, and give the SHA-256 and the size of it."""
    for attempt in range(1, TRIES + 1):
        made, size = hashlib.sha256(), 0
        # What people showed of an incident is not for every user of the machine.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(handle, "wb") as out:
                async for piece in files.read(None, file, LARGEST):
                    made.update(piece)
                    size += len(piece)
                    out.write(piece)
        except BaseException as trouble:
            path.unlink()  # noqa: ASYNC240 - likewise
            if attempt == TRIES or not isinstance(trouble, Throttled | Unsure):
                raise
            wait = trouble.seconds if isinstance(trouble, Throttled) else 2.0**attempt
            await asyncio.sleep(min(LONGEST_WAIT, wait))
        else:
            return made.hexdigest(), size
    raise AssertionError("the last attempt raises")
