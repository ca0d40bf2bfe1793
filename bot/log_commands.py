"""What an operator does to the log from the command line; the bot may be running beside it."""

import contextlib

import aiohttp

from bot import config
from bot.core.decide import Refused
from bot.core.events import GENESIS, BrokenChain
from bot.desk import Desk
from bot.edges.clock import SystemClock
from bot.edges.slack import connection
from bot.edges.slack.people import SlackPeople
from bot.edges.store import SqlLog, StoreError, named, transfer, upgrade
from bot.exports import Exports

REFUSALS = (config.ConfigError, StoreError, Refused, BrokenChain)
"""What can be in the way of a command, each with words for the one who typed it."""


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
            token = settings.bot_token.get_secret_value()
            slack = connection.client(token, settings.slack_url, session)
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
    """Upgrade the database's schema to this version, and say so; raises StoreError."""
    name, changed = named(settings.database_url), upgrade(settings.database_url)
    name = name[:1].upper() + name[1:]
    return f"{name} is up to date now." if changed else f"{name} was already up to date."


def copy(source: str, target: str) -> str:
    """Move a deployment from one database URL to another, and say what was copied; StoreError."""
    counts = transfer.copy(source, target)
    return "Copied: " + ", ".join(f"{count:,} {table}" for table, count in counts.items()) + "."
