"""Audits that ask more than one database of itself: a file on disk, and the boards in Slack."""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path

import aiohttp

from bot import config
from bot.app.comparing import Comparing
from bot.cli.followed import against, data_of, followed
from bot.cli.log import found, no_such_run
from bot.core.engine.decide import Refused
from bot.core.sealing.files import Uploaded
from bot.core.sealing.record import Checked
from bot.edges.slack import connection
from bot.edges.slack.boards import SlackBoards
from bot.edges.store import SqlLog

REACHED_S = 30.0
"""Seconds in which Slack must say who the bot is."""
UNFOLLOWED = "What it says cannot be checked without the record: only JSON can be followed"
_WHY_NOT = (
    "It was changed since, or it is of `runbook export`, of another database, or of a version "
    "that did not record uploads"
)


async def file(settings: config.Settings, path: Path) -> tuple[str, bool]:
    """Whether a file is one that the bot uploaded; the words, and whether all is well.

    One that carries the chain of its run is followed, with the record or without.

    Raises Refused, StoreError, OSError.
    """
    if (text := await asyncio.to_thread(data_of, path)) is not None:
        lines, well, made = await asyncio.to_thread(followed, path, text)
        more, known = await against(settings, made)
        return "\n  ".join([*lines, *more]), well and known
    sha256 = await asyncio.to_thread(_hash, path)
    async with await SqlLog.open(settings.database_url, read_only=True) as log:
        runs = await log.uploaded_as(sha256)
        checked = [await log.checked(run_id) for run_id in runs]
    lines, well = list[str](), bool(runs)
    for one in checked:
        lines += [*_told(path, one, sha256), found(one)]
        well = well and one.follows and one.unknown is None
    if not runs:
        lines = [
            f"{path}: no entry of this record says that the bot uploaded it (SHA-256 {sha256})",
            _WHY_NOT,
        ]
    return "\n  ".join([*lines, UNFOLLOWED]), well


def _hash(path: Path) -> str:
    """The SHA-256 of a file; raises Refused when it is none, and OSError."""
    if not path.is_file():
        raise Refused(f"there is no file {path}, and no run has such an id; a run's is like KC-7")
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _told(path: Path, checked: Checked, sha256: str) -> list[str]:
    """What the record says of a file."""
    lines = list[str]()
    for one in checked.files:
        if one.fact.sha256 == sha256:
            lines += _of(path, checked, one)
    return lines


def _of(path: Path, checked: Checked, one: Uploaded) -> list[str]:
    at, entry = one.at[:19].replace("T", " "), one.fact.entry
    known = 0 < entry <= len(checked.hashes)
    head = f"; the log hash was {checked.hashes[entry - 1]}" if known else ""
    gone = ""
    if one.deleted is not None:
        gone = f"; deleted in Slack on {one.deleted[:10]}, since part of it was erased"
    where = f"entry {one.seq}, in Slack {one.fact.file}{gone}"
    return [
        f"{path}: the {one.name} of {checked.run_id}, uploaded by the bot at {at} UTC ({where})",
        f"It tells {checked.run_id} up to entry {entry}{head}",
    ]


async def slack(
    settings: config.Settings, run_id: str | None, say: Callable[[str], None]
) -> tuple[str, bool]:
    """Compare the board of a run, or those of all, with the record, beside a running bot.

    The words, and whether all is well; *say* is told how far it is. Raises Refused,
    StoreError, SlackRefused.
    """
    if settings.bot_token is None:
        raise Refused("--slack reads the boards in Slack; set SLACK_BOT_TOKEN to the bot's token")
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(
            await SqlLog.open(settings.database_url, read_only=True)
        )
        if run_id is not None and not (await log.checked(run_id)).hashes:
            raise no_such_run(settings, run_id)
        session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=True))
        token = settings.bot_token.get_secret_value()
        client = connection.client(token, settings.slack_url, session)
        try:
            async with asyncio.timeout(REACHED_S):
                me = await connection.identify(client)
        except TimeoutError:
            raise Refused(
                f"Slack cannot be reached at {settings.slack_url}; try again later"
            ) from None
        boards = SlackBoards(client, me.bot_id)
        comparing = Comparing(log, boards, me.team_id, me.link, say)
        if run_id is None:
            await comparing.all()
        else:
            await comparing.one(run_id)
    return "\n".join(comparing.lines), comparing.well
