"""What an operator does to the log from the command line; the bot may be running beside it."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial

import aiohttp

from bot import config
from bot.app.desk import Desk, NoSuchRun
from bot.app.erasing import Asked, Erasing
from bot.app.erasure_list import listed
from bot.app.exports import Exports
from bot.app.watch import version
from bot.core.acting.lacking import lacking
from bot.core.engine.decide import Refused
from bot.core.markup.faces import HTML, MARKDOWN
from bot.core.sealing.record import Checked
from bot.core.text import counted
from bot.edges import hatch, pdf
from bot.edges.clock import SystemClock
from bot.edges.library import SkeletonError, reader
from bot.edges.slack import connection
from bot.edges.slack.files import SlackFiles
from bot.edges.slack.people import SlackPeople
from bot.edges.store import (
    SqlLog,
    StoreError,
    file_of,
    is_sealed,
    named,
    note_into,
    rewrite,
    seal,
    size,
    transfer,
    upgrade,
)
from bot.ports.log import Unavailable

REWRITTEN_MB_S = 50
"""Megabytes that a server writes anew in a second, to say how long it takes."""

PDF = "pdf"
REFUSALS = (
    config.ConfigError,
    SkeletonError,
    StoreError,
    Refused,
    Unavailable,
    pdf.NoPdf,
)
"""What can be in the way of a command, each with words for the one who typed it."""


async def export(settings: config.Settings, run_id: str, face: str = MARKDOWN) -> tuple[bytes, str]:
    """The post-mortem of a run, and what is wrong with its record; nothing when it is well.

    Raises NoPdf beside what commands refuse.

    With a bot token, what people said in the thread is in it. The bot may be running: the log is
    only read.
    """
    clock = SystemClock()
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(
            await SqlLog.open(settings.database_url, read_only=True)
        )
        people = files = None
        if settings.bot_token is not None:
            session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=True))
            token = settings.bot_token.get_secret_value()
            slack = connection.client(token, settings.slack_url, session)
            people, files = SlackPeople(lambda _team: slack), SlackFiles(lambda _team: slack)
        try:
            async with Exports(
                log,
                clock,
                people,
                _here,
                files=files,
                version=version(),
                skeleton=reader(settings.skeleton),
            ) as exports:
                text, checked = await exports.written(run_id, HTML if face == PDF else face)
        except NoSuchRun:
            raise no_such_run(settings, run_id) from None
    wrong = "" if checked.follows else f"the record of {run_id} was changed: {checked.faults[0]}"
    content = await asyncio.to_thread(pdf.write, text) if face == PDF else text.encode()
    return content, wrong


async def lacks(settings: config.Settings, run_id: str) -> Sequence[str]:
    """What of a run's post-mortem only people can write, and nobody has; raises Refused."""
    async with await SqlLog.open(settings.database_url, read_only=True) as log:
        try:
            return lacking(await Desk(log, SystemClock()).run(run_id))
        except NoSuchRun:
            raise no_such_run(settings, run_id) from None


def no_such_run(settings: config.Settings, run_id: str) -> Refused:
    """The answer to one at a terminal, where it may be another database that has the run."""
    return Refused(f"there is no run {run_id[:40]} in {named(settings.database_url)}")


async def _here(work: Callable[[], str]) -> str:
    """Nobody else waits for this process."""
    return work()


async def audit(settings: config.Settings, run_id: str, head: str | None) -> tuple[str, bool]:
    """Audit a run beside a running bot; the words, and whether all is well.

    *head* is a log hash that must be in the run's record. Raises Refused when there is no such
    run.
    """
    async with await SqlLog.open(settings.database_url, read_only=True) as log:
        checked = await log.checked(run_id)
    if checked.follows and not checked.hashes:
        raise no_such_run(settings, run_id)
    lines, well = [found(checked)], checked.follows and checked.unknown is None
    if head is not None:
        there, words = holds(checked, head)
        lines.append(words)
        well = well and there
    return "\n".join(lines), well


async def audit_all(settings: config.Settings) -> tuple[str, bool]:
    """Audit every run, and the gaps in their numbers; the words, and whether all is well."""
    lines: list[str] = []
    sound = unknown = 0
    async with await SqlLog.open(settings.database_url, read_only=True) as log:
        every = await log.every()
        for run_id in every:
            checked = await log.checked(run_id)
            is_unknown = checked.follows and checked.unknown is not None
            unknown += is_unknown
            sound += checked.follows and not is_unknown
            if is_unknown or not checked.follows:
                lines.append(found(checked))
        missing = await log.missing()
    lines += [f"{one}: missing, though it was started" for one in missing]
    runs = counted(len(every), "run")
    changed = len(every) - sound - unknown
    newer = f", {unknown:,} with entries of a newer version" if unknown else ""
    lines.append(f"{runs} checked: {sound:,} in order, {changed:,} changed{newer}")
    return "\n".join(lines), not missing and sound == len(every)


def found(checked: Checked) -> str:
    """What an audit found, in words."""
    if not checked.follows:
        return f"{checked.run_id}: changed: {'; '.join(checked.faults)}"
    entries = counted(len(checked.hashes), "entry", "entries")
    said = f"{checked.run_id}: {entries}, each follows from the one before it"
    if checked.unknown is not None:
        said += (
            f"; entry {checked.unknown} is of a newer version, and what it says cannot be checked "
            "by this one"
        )
    return "\n  ".join(
        [f"{said}; log hash {checked.head}", *checked.erased, *map(str, checked.files)]
    )


def holds(checked: Checked, head: str) -> tuple[bool, str]:
    """Whether a log hash is in a run's record, and the words for it."""
    for number, known in enumerate(checked.hashes, start=1):
        if known == head:
            return True, f"{checked.run_id}: that log hash is entry {number}'s"
    return False, (
        f"{checked.run_id}: that log hash is not in the record: the entries were changed, or an "
        "older backup was restored"
    )


async def erase(settings: config.Settings, asked: Asked) -> list[str]:
    """Erase, or say what would go: one line a run. Beside a running bot on SQLite, that one does.

    Raises Refused, StoreError, OSError.
    """
    database = file_of(settings.database_url)
    if database is not None:
        answer = await hatch.ask(hatch.beside(database), asked.to_json())
        if answer is not None:
            if refused := answer.get("refused"):
                raise Refused(refused)
            return list(answer["lines"])
    async with await SqlLog.open(settings.database_url) as log:
        clock = SystemClock()
        if log.shared:
            clock.set(await log.now())
        note = partial(note_into, listed(database))
        return await Erasing(Desk(log, clock), log, note).do(asked)


def rewriting(settings: config.Settings) -> str:
    """What a rewrite of a server's tables costs, in words; raises StoreError."""
    if file_of(settings.database_url) is not None:
        raise Refused("An SQLite file needs no rewriting: what is erased is overwritten at once.")
    megabytes = size(settings.database_url) / 1e6
    seconds = max(1, round(megabytes / REWRITTEN_MB_S))
    return f"The tables are rewritten ({megabytes:,.0f} MB): clicks wait for it, some {seconds} s."


def rewritten(settings: config.Settings) -> None:
    """Write a server's tables anew; raises StoreError."""
    rewrite(settings.database_url)


def migrate(settings: config.Settings, *, sealed: bool = False) -> str:
    """Upgrade the database's schema to this version, and say so; raises StoreError.

    *sealed*: also write entries sealed from now on, which shuts out the versions of before.
    """
    url = settings.database_url
    name, changed = named(url), upgrade(url)
    lines = [f"{name[:1].upper()}{name[1:]} {'is' if changed else 'was already'} up to date."]
    if sealed:
        turned = seal(url)
        lines.append(
            "What people write is sealed from now on; an older bot refuses to start."
            if turned
            else "What people write was sealed already."
        )
    elif not is_sealed(url):
        lines.append(
            "What people write is not sealed yet: run `runbook migrate --seal` once the last "
            "older bot has stopped."
        )
    return "\n".join(lines)


def copy(source: str, target: str) -> str:
    """Move a deployment from one database URL to another, and say what was copied; StoreError."""
    counts = transfer.copy(source, target)
    return "Copied: " + ", ".join(f"{count:,} {table}" for table, count in counts.items()) + "."
