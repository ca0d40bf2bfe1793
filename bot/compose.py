"""The one place that knows every edge: it builds the bot, runs it, and takes it down in order."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Sequence
from functools import partial

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import config, parts
from bot.app import watch
from bot.app.admission import Admission
from bot.app.alerting import Alerting
from bot.app.announcer import Announcer
from bot.app.checker import Checker
from bot.app.chosen import Chosen
from bot.app.conversation import Conversation
from bot.app.desk import Desk
from bot.app.erasing import Erasing, forget_old
from bot.app.erasure_list import listed
from bot.app.exports import Exports
from bot.app.health import Health
from bot.app.hindrances import Hindrances
from bot.app.home import Homes
from bot.app.intake import Intake
from bot.app.painter import Painter
from bot.app.pointing import Pointer
from bot.app.registrar import Registrar
from bot.app.roles import Rollkeeper
from bot.app.routes import RouteKeeper
from bot.app.shelf import Shelf
from bot.app.timers import TimerRunner
from bot.core.acting.admission import key_of
from bot.core.engine.decide import Refused
from bot.edges import logs
from bot.edges.alerts import DoorRefused, Doors
from bot.edges.clock import SystemClock
from bot.edges.hatch import Hatch, beside
from bot.edges.press import Press, judges
from bot.edges.probes import HttpProber
from bot.edges.probes.targets import TargetsError, load_targets
from bot.edges.slack import connection
from bot.edges.slack.files import SlackFiles
from bot.edges.slack.groups import SlackDirectory
from bot.edges.slack.homes import SlackHomes
from bot.edges.slack.inbound.reception import Reception
from bot.edges.slack.messages import SlackMessages
from bot.edges.slack.people import SlackPeople, SlackRegistry
from bot.edges.slack.rooms import SlackRooms
from bot.edges.slack.workspaces import Workspace, Workspaces
from bot.edges.store import SqlLog, StoreError, Unready, file_of, note_into
from bot.edges.store.forgetting import forgetting
from bot.edges.web import OpsServer
from bot.ports.log import Unavailable
from bot.ports.messages import Messages
from bot.ports.world import Library

RETRY = 2.0
"""Seconds between two attempts to reach a database at the start."""
FAREWELL = 0.5
"""Seconds that a stop waits for a round under way; the calls that it began have their own."""
ACQUAINTED = 2.0
"""Seconds that the start waits to learn which app the bot is; nothing depends on it but a check."""
SET_CLOCK = 60.0
"""Seconds between two looks at the database's clock."""

REFUSALS = (
    *(config.ConfigError, TargetsError, StoreError, connection.SlackRefused, Refused),
    DoorRefused,
)
"""What can be in the way of serving, each with words for the one who started it."""

logger = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def running(settings: config.Settings) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """The bot, connected to Slack; leaving stops the intake, finishes what was taken, and ends.

    What it yields are its tasks, none of which ends by itself but for a fault.
    """
    config.require_slack(settings)
    clock = SystemClock()
    targets = load_targets(settings.targets, os.environ) if settings.targets else {}
    detector = parts.detector(settings, targets)
    press = Press()
    library = parts.library(settings, press)
    async with contextlib.AsyncExitStack() as stack:
        metrics = watch.Metrics(watch.version())
        shelf = Shelf(
            library,
            await asyncio.to_thread(parts.program),
            metrics.refused,
            {name: target.sets.keys() for name, target in targets.items()},
        )
        await shelf.open()
        audit = Health(clock, metrics)
        # Whoever asks is answered while the database is still away.
        await _watched(stack, settings, audit, metrics)
        log = await stack.enter_async_context(await _opened(settings.database_url, metrics, clock))
        audit.opened(log)
        await shelf.opened(log.texts)
        prober = await stack.enter_async_context(HttpProber(targets))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(trust_env=True, cookie_jar=aiohttp.DummyCookieJar())
        )
        slack = connection.client(
            parts.secret(settings.bot_token), settings.slack_url, session, metrics.called
        )
        me = await _identified(slack, log)
        workspaces = Workspaces(Workspace(me, slack))
        acquaintances = log.acquainted(me.team_id)
        rolls = parts.rolls(
            settings, log.grouped(me.team_id), SlackDirectory(slack), library, clock
        )
        desk = Desk(log, clock, settings.nobody_after, knows=rolls.roles.knows, sets=prober.members)
        registrar = Registrar(
            desk,
            log,
            acquaintances,
            SlackRegistry(slack, me.user_id),
            clock,
            me.user_id,
            me.home,
            settings.external,
            me.team_id,
        )
        admission = Admission(
            desk,
            log,
            acquaintances,
            clock,
            me.user_id,
            me.home,
            key_of(parts.secret(settings.bot_token)),
            settings.external,
            registrar.poller.wake,
            me.team_id,
            detector,
        )
        erasing = Erasing(desk, log, partial(note_into, listed(file_of(settings.database_url))))
        reception = Reception(
            slack,
            desk=desk,
            admission=admission,
            chosen=Chosen(erasing, settings.eraser_ids),
            conversation=Conversation(
                desk,
                log,
                library,
                me.link,
                bot=me.name,
                enterprise=me.enterprise_id,
                inside=admission.inside,
                episodes=log.episodes,
            ),
            me=me,
            emoji=settings.timeline_emoji,
            observe=metrics.clicked,
        )
        exports = await stack.enter_async_context(
            Exports(
                log,
                clock,
                SlackPeople(workspaces.client),
                press,
                logs.masked,
                detector,
                SlackFiles(workspaces.client),
            )
        )
        painter = reception.painter = Painter(
            desk,
            log,
            log.outbox,
            SlackMessages(workspaces.client, workspaces.user),
            clock,
            exports.upload,
            reception.tell,
            workspaces.link,
            Hindrances(desk, log, reception.tell, me.name),
            SlackRooms(workspaces.client, workspaces.user),
            admission.is_public,
            library.picture,
        )
        workers = (
            painter,
            Checker(desk, log.looks, prober, clock, judges(), metrics.looked, detector),
            TimerRunner(
                desk,
                log.timers,
                clock,
                workspaces.link,
                erasing.fire,
                detector,
                SlackFiles(workspaces.client),
                library,
            ),
            registrar,
            rolls,
        )
        covering = parts.covering(settings, library, press, clock, metrics, targets)
        homes = reception.homes = Homes(
            desk,
            log,
            library,
            admission,
            SlackHomes(slack),
            clock,
            me.link,
            lambda: painter.busy,
            coverage=covering.words if covering else str,
        )
        desk.woken += [*(worker.poller.wake for worker in workers[:3]), homes.wake]
        working = [
            asyncio.create_task(w.poller.run(), name=w.poller.name) for w in (*workers, homes)
        ]
        tasks = [
            asyncio.create_task(log.listen(desk.wake), name="notifications"),
            asyncio.create_task(_follow(log, clock), name="clock"),
            asyncio.create_task(forgetting(log, clock, settings.alerts_days), name="deliveries"),
            asyncio.create_task(shelf.run(), name="library"),
            asyncio.create_task(audit.run(), name="audit"),
            *([asyncio.create_task(covering.run(), name="coverage")] if covering else ()),
            *await _erase_here(stack, settings, erasing),
        ]
        stack.push_async_callback(_ended, tasks)
        stack.push_async_callback(_finished, workers[:3], (*workers, homes), working)
        learning = asyncio.create_task(reception.door.learn(slack), name="app")
        stack.push_async_callback(_ended, [learning])
        await asyncio.wait({learning}, timeout=ACQUAINTED)
        link = parts.link(settings, connection.app(slack, me, reception.take), clock)
        # The intake ends first; what it took is acknowledged while there is a way, and followed up.
        stack.push_async_callback(reception.drain)
        stack.push_async_callback(link.close)
        await link.open()
        audit.linked(link.alive)
        stack.callback(audit.stop)
        logger.info("connected to %s as @%s", me.url, me.name)
        alerts = await _alerts(
            stack,
            settings,
            log,
            (me.team_id, painter.messages, clock),
            (library, Pointer(desk, log, me.link, me.name), metrics),
        )
        yield [*working, *tasks, *link.tasks, *alerts]


async def _alerts(
    stack: contextlib.AsyncExitStack,
    settings: config.Settings,
    log: SqlLog,
    slack: tuple[str, Messages, SystemClock],
    beside: tuple[Library, Pointer, watch.Metrics],
) -> list[asyncio.Task[None]]:
    """Open the doors for alerts, if there are any, and tell what comes; raises ConfigError."""
    if not parts.alerts_are_told(settings):
        return []
    (team, messages, clock), (library, pointer, metrics) = slack, beside
    file = await asyncio.to_thread(parts.routes, settings)
    keeper = None if file is None else RouteKeeper(file)
    known = Alerting(
        library, pointer, settings.alerts_channel, lambda: None if file is None else file.routes
    )
    announcer = Announcer(log.episodes, messages, clock, known.draw, observe=metrics.alerts_wait)
    task = asyncio.create_task(announcer.poller.run(), name=announcer.poller.name)
    stack.push_async_callback(_finished, [announcer], [announcer], [task])
    intake = Intake(log.episodes, team, known.place, announcer.poller.wake)
    made = Doors(intake.take, metrics.notified, lambda: clock.now().timestamp())
    doors = await parts.doors(settings, made)
    # The doors close first: what they took is kept by then.
    stack.push_async_callback(doors.close)
    if keeper is None:
        return [task]
    looking = asyncio.create_task(keeper.run(), name="routes")
    stack.push_async_callback(_ended, [looking])
    return [task, looking]


async def _erase_here(
    stack: contextlib.AsyncExitStack, settings: config.Settings, erasing: Erasing
) -> list[asyncio.Task[None]]:
    """Let `runbook erase` ask this process, which alone has a file's database; erase by age."""
    if (database := file_of(settings.database_url)) is not None:
        hatch = Hatch(beside(database), erasing.answer)
        await hatch.open()
        stack.push_async_callback(hatch.close)
    tasks = [asyncio.create_task(erasing.tidying.run(), name="tidying")]
    if settings.keep is not None:
        days = int(settings.keep.removesuffix("d"))
        tasks.append(asyncio.create_task(forget_old(erasing, days), name="age"))
    return tasks


async def _watched(
    stack: contextlib.AsyncExitStack,
    settings: config.Settings,
    audit: Health,
    metrics: watch.Metrics,
) -> None:
    """Trace, and answer the operators, as far as the settings say so; raises ConfigError."""
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
            ready=audit.readiness,
            registry=metrics.registry,
        )
        await ops.open()
        stack.push_async_callback(ops.close)
    stack.push_async_callback(audit.close)


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


async def _follow(log: SqlLog, clock: SystemClock) -> None:
    """Set the clock again and again."""
    while True:
        await asyncio.sleep(SET_CLOCK)
        with contextlib.suppress(Unavailable):
            await _set(clock, log)


async def _finished(
    closing: Sequence[Painter | Checker | TimerRunner | Announcer],
    workers: Sequence[Painter | Checker | TimerRunner | Registrar | Rollkeeper | Homes | Announcer],
    working: Sequence[asyncio.Task[None]],
) -> None:
    """Let the workers finish what they have begun, and hand back what they hold."""
    for worker in workers:
        worker.poller.stop()
    await asyncio.wait(working, timeout=FAREWELL)
    await asyncio.gather(*(worker.close() for worker in closing))
    await _ended(working)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
