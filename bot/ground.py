"""What the bot stands on: what it has by itself, and what it reaches before it serves anyone."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import config, parts
from bot.app import watch
from bot.app.health import Health
from bot.app.pages import Pages
from bot.app.shelf import Shelf
from bot.edges.clock import SystemClock
from bot.edges.detector import Detector
from bot.edges.library import Library
from bot.edges.pages import PagesServer
from bot.edges.press import Press
from bot.edges.probes import HttpProber
from bot.edges.probes.targets import Target, load_targets
from bot.edges.slack import connection
from bot.edges.slack.workspaces import Workspace, Workspaces
from bot.edges.store import SqlLog, Unready
from bot.edges.web import OpsServer
from bot.ports.log import Unavailable

RETRY = 2.0
"""Seconds between two attempts to reach a database at the start."""
SET_CLOCK = 60.0
"""Seconds between two looks at the database's clock."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Own:
    """What the bot has by itself, before it has reached anything."""

    settings: config.Settings
    clock: SystemClock
    targets: Mapping[str, Target]
    detector: Detector | None
    press: Press
    library: Library
    metrics: watch.Metrics
    shelf: Shelf
    health: Health


@dataclass(frozen=True, slots=True)
class Reached:
    """What it works with: the log, the targets, and Slack, as whom it is known there."""

    log: SqlLog
    prober: HttpProber
    slack: AsyncWebClient
    me: connection.Identity
    workspaces: Workspaces


async def make(settings: config.Settings) -> Own:
    """Make what needs nobody else; raises TargetsError, or ConfigError."""
    clock = SystemClock()
    targets = load_targets(settings.targets, os.environ) if settings.targets else {}
    detector = parts.detector(settings, targets)
    press = Press()
    library = parts.library(settings, press)
    metrics = watch.Metrics(watch.version())
    shelf = Shelf(
        library,
        await asyncio.to_thread(parts.program),
        metrics.refused,
        {name: target.sets.keys() for name, target in targets.items()},
    )
    await shelf.open()
    health = Health(clock, metrics)
    return Own(settings, clock, targets, detector, press, library, metrics, shelf, health)


async def reach(stack: contextlib.AsyncExitStack, own: Own) -> Reached:
    """Open the log and the ways to targets and to Slack; waits for a database that is away."""
    url, metrics = own.settings.database_url, own.metrics
    log = await stack.enter_async_context(await _opened(url, metrics, own.clock))
    own.health.opened(log)
    await own.shelf.opened(log.texts)
    prober = await stack.enter_async_context(HttpProber(own.targets))
    session = await stack.enter_async_context(
        aiohttp.ClientSession(trust_env=True, cookie_jar=aiohttp.DummyCookieJar())
    )
    token = parts.secret(own.settings.bot_token)
    slack = connection.client(token, own.settings.slack_url, session, metrics.called)
    me = await _identified(slack, log)
    return Reached(log, prober, slack, me, Workspaces(Workspace(me, slack)))


async def watched(stack: contextlib.AsyncExitStack, own: Own) -> None:
    """Trace, and answer the operators, as far as the settings say so; raises ConfigError."""
    settings = own.settings
    if settings.traces_url is not None:
        from bot.edges.tracing import OtlpTracing  # noqa: PLC0415 - costly, and seldom on

        tracing = OtlpTracing(settings.traces_url, watch.version())
        watch.trace_with(tracing)
        stack.push_async_callback(tracing.close)
        stack.callback(watch.trace_with, None)
    if settings.ops_port is not None:
        ops = OpsServer(
            settings.ops_host,
            settings.ops_port,
            ready=own.health.readiness,
            registry=own.metrics.registry,
        )
        await ops.open()
        stack.push_async_callback(ops.close)
    if (place := parts.address(settings.pages_listen)) is not None:
        # Its own: whoever asks for pages holds up no post-mortem.
        pages = PagesServer(place, Pages(own.library, Press(at_once=1)))
        await pages.open()
        stack.push_async_callback(pages.close)
    stack.push_async_callback(own.health.close)


async def _opened(url: str, metrics: watch.Metrics, clock: SystemClock) -> SqlLog:
    """The log; waits for a database that cannot be reached yet, and says so."""
    told = ""
    while True:
        try:
            log = await SqlLog.open(url, observe=metrics.committed)
            try:
                await _set(clock, log)
            except BaseException:
                await log.close()
                raise
        except (Unready, Unavailable) as trouble:
            if str(trouble) != told:
                logger.warning("%s; trying again", trouble)
                told = str(trouble)
        else:
            return log
        await asyncio.sleep(RETRY)


async def _identified(slack: AsyncWebClient, log: SqlLog) -> connection.Identity:
    """Who the bot is; its workspace is served from now on, once the database takes note of it."""
    me = await connection.identify(slack)
    while True:
        try:
            await log.serve(me.team_id, me.enterprise_id)
        except Unavailable as trouble:
            logger.warning("%s; trying again", trouble)
        else:
            return me
        await asyncio.sleep(RETRY)


async def _set(clock: SystemClock, log: SqlLog) -> None:
    """Keep to the clock of a database that is shared: replicas write one time into the record."""
    if log.shared:
        clock.set(await log.now())


async def follow(log: SqlLog, clock: SystemClock) -> None:
    """Set the clock again and again."""
    while True:
        await asyncio.sleep(SET_CLOCK)
        with contextlib.suppress(Unavailable):
            await _set(clock, log)
