"""The one place that knows every edge: it builds the bot, runs it, and takes it down in order."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Sequence

import aiohttp
from pydantic import SecretStr

from bot import config
from bot.conversation import Conversation
from bot.core.decide import Refused
from bot.core.events import GENESIS, BrokenChain
from bot.desk import Desk
from bot.edges.clock import SystemClock
from bot.edges.library import Library, default_folder
from bot.edges.probes import HttpProber
from bot.edges.probes.targets import TargetsError, load_targets
from bot.edges.slack import connection
from bot.edges.slack.board import SlackBoard
from bot.edges.slack.people import SlackPeople
from bot.edges.slack.reception import Reception
from bot.edges.store import SqlLog, StoreError, Unready, transfer, upgrade
from bot.exports import Exports
from bot.painter import Painter
from bot.ports import Unavailable
from bot.rounds import Rounds
from bot.timers import Bell

REFRESH = 5.0
"""Seconds between two looks for changed procedures."""
RETRY = 2.0
"""Seconds between two attempts to reach a database at the start."""
SET_CLOCK = 60.0
"""Seconds between two looks at the database's clock."""

REFUSALS = (
    config.ConfigError,
    TargetsError,
    StoreError,
    connection.SlackRefused,
    Refused,
    BrokenChain,
)
"""What can be in the way of a command, each with words for the one who typed it."""

logger = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def running(settings: config.Settings) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """The bot, connected to Slack; leaving stops the intake, finishes what was taken, and ends.

    What it yields are its tasks, none of which ends by itself but for a fault.
    """
    config.require_slack(settings)
    clock = SystemClock()
    targets = load_targets(settings.targets, os.environ) if settings.targets else {}
    library = await asyncio.to_thread(_library, settings)
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(await _opened(settings.database_url))
        clock.set(await log.now())
        prober = await stack.enter_async_context(HttpProber(targets))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(trust_env=True, cookie_jar=aiohttp.DummyCookieJar())
        )
        slack = connection.client(_secret(settings.bot_token), settings.slack_url, session)
        me = await connection.identify(slack)
        desk = Desk(log, clock)
        people = SlackPeople(slack)
        # A socket is trusted for its own token; only HTTP requests are signed.
        signing = None if settings.app_token else _secret(settings.signing_secret)
        app = connection.app(slack, me, signing)
        reception = Reception(
            app,
            slack,
            desk=desk,
            conversation=Conversation(desk, log, library, me.link),
            bot_user=me.user_id,
            bot_name=me.name,
        )
        exports = Exports(desk, log, clock, people)
        painter = Painter(
            desk, log, log.wishes, SlackBoard(slack), clock, exports.upload, reception.uninvited
        )
        reception.painter = painter
        rounds = Rounds(desk, log.looks, prober, clock)
        bell = Bell(desk, log.timers, clock)
        desk.woken += [painter.wake, rounds.wake, bell.wake]
        tasks = [
            asyncio.create_task(painter.run(), name="painter"),
            asyncio.create_task(rounds.run(), name="rounds"),
            asyncio.create_task(bell.run(), name="timers"),
            asyncio.create_task(log.listen(desk.wake), name="notifications"),
            asyncio.create_task(_follow(log, clock), name="clock"),
            asyncio.create_task(_refresh(library), name="library"),
        ]
        stack.push_async_callback(painter.close)
        stack.push_async_callback(_ended, tasks)
        stack.push_async_callback(rounds.close)
        link = (
            connection.SocketMode(app, _secret(settings.app_token))
            if settings.app_token
            else connection.SignedHttp(
                app, _secret(settings.signing_secret), settings.http_host, settings.http_port
            )
        )
        # What was taken in is acknowledged while there is a way, and what came in meanwhile ends.
        stack.push_async_callback(reception.drain)
        stack.push_async_callback(link.close)
        await link.open()
        stack.push_async_callback(reception.drain)
        logger.info("connected to %s as @%s", me.url, me.name)
        yield tasks


async def _opened(url: str) -> SqlLog:
    """The log; waits for a database that cannot be reached yet, and says so."""
    told = ""
    while True:
        try:
            return await SqlLog.open(url)
        except Unready as trouble:
            if str(trouble) != told:
                logger.warning("%s; trying again", trouble)
                told = str(trouble)
        await asyncio.sleep(RETRY)


async def _follow(log: SqlLog, clock: SystemClock) -> None:
    """Keep to the database's clock, so that all replicas write one time into the record."""
    while True:
        await asyncio.sleep(SET_CLOCK)
        with contextlib.suppress(Unavailable):
            clock.set(await log.now())


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value is not None else ""


def _library(settings: config.Settings) -> Library:
    """The procedures that can be served; raises ConfigError when their folder is not there."""
    if not settings.procedures.is_dir():
        raise config.ConfigError(
            f"there is no folder {settings.procedures}. Set RUNBOOK_PROCEDURES to the folder of "
            "the procedures' files."
        )
    cache = settings.cache or default_folder(os.environ)
    library = Library(settings.procedures, cache=cache)
    library.refresh()
    for problem in library.problems():
        logger.warning("%s", problem)
    return library


async def _refresh(library: Library) -> None:
    """Take up changed procedures; a file that is faulty is told of once, and left out."""
    told = library.problems()
    while True:
        await asyncio.sleep(REFRESH)
        await asyncio.to_thread(library.refresh)
        if (now := library.problems()) != told:
            told = now
            for problem in now:
                logger.warning("%s", problem)


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def serve(settings: config.Settings) -> None:
    """Run the bot until SIGTERM or SIGINT, also while it waits for Slack to be reached.

    Raises what ended one of the bot's tasks, which then is started anew by whoever started it.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.create_task(_until_fault(settings))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in (serving, stopped):
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def _until_fault(settings: config.Settings) -> None:
    async with running(settings) as tasks:
        print("Ready: the bot is connected.", flush=True)  # noqa: T201 - for the one who started it
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


async def export(settings: config.Settings, run_id: str) -> str:
    """The post-mortem of a run; with a bot token, what people said in the thread is in it.

    The bot may be running: the log is only read.
    """
    clock = SystemClock()
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(
            await SqlLog.open(settings.database_url, read_only=True)
        )
        people = None
        if settings.bot_token is not None:
            session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=True))
            slack = connection.client(_secret(settings.bot_token), settings.slack_url, session)
            people = SlackPeople(slack)
        return await Exports(Desk(log, clock), log, clock, people).markdown(run_id)


async def audit(settings: config.Settings, run_id: str) -> str:
    """Follow the hash chain of a run, beside a running bot, and say its head.

    Raises Refused when there is no such run, and BrokenChain when its facts were changed.
    """
    async with await SqlLog.open(settings.database_url, read_only=True) as log:
        head = await log.audit(run_id)
    if head == GENESIS:
        raise Refused(f"There is no run {run_id}.")
    return f"{run_id}: each fact follows from the one before; head {head}"


def migrate(settings: config.Settings) -> str:
    """Bring the database to this version's schema, and say so; raises StoreError."""
    changed = upgrade(settings.database_url)
    return "The database is up to date now." if changed else "The database was up to date already."


def copy(source: str, target: str) -> str:
    """Move a deployment from one database URL to another, and say what was copied; StoreError."""
    counts = transfer.copy(source, target)
    return "Copied: " + ", ".join(f"{count:,} {table}" for table, count in counts.items()) + "."
