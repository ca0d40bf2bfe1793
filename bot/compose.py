"""The one place that knows every edge: it builds the bot, runs it, and takes it down in order."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial

from bot import config, ground, parts
from bot.app import watch
from bot.app.admission import Admission
from bot.app.alerted import AlertBridge
from bot.app.alerting import Alerting
from bot.app.announcer import Announcer
from bot.app.checker import Checker
from bot.app.chosen import Chosen
from bot.app.conversation import Conversation
from bot.app.covering import Covering
from bot.app.desk import Desk
from bot.app.erasing import Erasing, forget_old
from bot.app.erasure_list import listed
from bot.app.exports import Exports
from bot.app.health import Alerts
from bot.app.hindrances import Hindrances
from bot.app.home import Homes
from bot.app.intake import Intake
from bot.app.painter import Painter
from bot.app.pointing import Pointer
from bot.app.registrar import Registrar
from bot.app.roles import Rollkeeper
from bot.app.routes import RouteKeeper
from bot.app.timers import TimerRunner
from bot.core.acting.admission import key_of
from bot.core.engine.decide import Refused
from bot.edges import logs
from bot.edges.alerts import DoorRefused, Doors
from bot.edges.hatch import Hatch, beside
from bot.edges.library import SkeletonError, reader
from bot.edges.press import judges
from bot.edges.probes.targets import TargetsError
from bot.edges.slack import connection
from bot.edges.slack.files import SlackFiles
from bot.edges.slack.groups import SlackDirectory
from bot.edges.slack.homes import SlackHomes
from bot.edges.slack.inbound.reception import Reception
from bot.edges.slack.messages import SlackMessages
from bot.edges.slack.people import SlackPeople, SlackRegistry
from bot.edges.slack.rooms import SlackRooms
from bot.edges.store import StoreError, file_of, note_into
from bot.edges.store.forgetting import forgetting
from bot.ground import Own, Reached
from bot.ports.messages import Messages

FAREWELL = 0.5
"""Seconds that a stop waits for a round under way; the calls that it began have their own."""
ACQUAINTED = 2.0
"""Seconds that the start waits to learn which app the bot is; nothing depends on it but a check."""
REFUSALS = (
    *(config.ConfigError, TargetsError, StoreError, connection.SlackRefused, Refused),
    *(DoorRefused, SkeletonError),
)
"""What can be in the way of serving, each with words for the one who started it."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Deciding:
    """What decides about what people do, and whether they may."""

    desk: Desk
    rolls: Rollkeeper
    registrar: Registrar
    admission: Admission
    erasing: Erasing
    bridge: AlertBridge


@contextlib.asynccontextmanager
async def running(settings: config.Settings) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """The bot, connected to Slack; leaving stops the intake, finishes what was taken, and ends.

    What it yields are its tasks, none of which ends by itself but for a fault. What is built on
    something is taken down before it: the order here is the order of that, from below.
    """
    parts.require_slack(settings)
    own = await ground.make(settings)
    async with contextlib.AsyncExitStack() as stack:
        # Whoever asks is answered while the database is still away.
        await ground.watched(stack, own)
        reached = await ground.reach(stack, own)
        deciding = _deciding(own, reached)
        reception = _reception(own, reached, deciding)
        painter = reception.painter = await _painter(stack, own, reached, deciding, reception)
        covering = parts.covering(
            settings, own.library, own.press, own.clock, own.metrics, own.targets
        )
        homes = reception.homes = _homes(own, reached, deciding, painter, covering)
        tasks = await _keeping(stack, own, reached, deciding, covering)
        working = _working(stack, own, reached, deciding, (painter, homes))
        link = await _let_in(stack, own, reached, reception)
        alerts = await _alerts(stack, own, reached, (deciding.bridge, painter.messages))
        yield [*working, *tasks, *link.tasks, *alerts]


def _deciding(own: Own, reached: Reached) -> _Deciding:
    settings, clock, log, me = own.settings, own.clock, reached.log, reached.me
    acquaintances = log.acquainted(me.team_id)
    groups, directory = log.grouped(me.team_id), SlackDirectory(reached.slack)
    rolls = parts.rolls(settings, groups, directory, own.library, clock)
    desk = Desk(
        log,
        clock,
        settings.nobody_after,
        settings.archive_after,
        knows=rolls.roles.knows,
        sets=reached.prober.members,
    )
    registrar = Registrar(
        desk,
        log,
        acquaintances,
        SlackRegistry(reached.slack, me.user_id),
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
        own.detector,
    )
    note = partial(note_into, listed(file_of(settings.database_url)))
    erasing = Erasing(desk, log, note, reached.workspaces.link)
    bridge = AlertBridge(desk, log.episodes, reached.workspaces.link)
    return _Deciding(desk, rolls, registrar, admission, erasing, bridge)


def _reception(own: Own, reached: Reached, deciding: _Deciding) -> Reception:
    """What takes everything that Slack delivers."""
    log, me = reached.log, reached.me
    conversation = Conversation(
        deciding.desk,
        log,
        own.library,
        me.link,
        bot=me.name,
        enterprise=me.enterprise_id,
        inside=deciding.admission.inside,
        episodes=log.episodes,
    )
    return Reception(
        reached.slack,
        desk=deciding.desk,
        admission=deciding.admission,
        chosen=Chosen(deciding.erasing, own.settings.eraser_ids),
        conversation=conversation,
        me=me,
        emoji=own.settings.timeline_emoji,
        observe=own.metrics.clicked,
    )


async def _painter(
    stack: contextlib.AsyncExitStack,
    own: Own,
    reached: Reached,
    deciding: _Deciding,
    reception: Reception,
) -> Painter:
    """What brings messages to what the facts say, with the post-mortems that it uploads."""
    desk, log, workspaces = deciding.desk, reached.log, reached.workspaces
    exports = await stack.enter_async_context(
        Exports(
            log,
            own.clock,
            SlackPeople(workspaces.client),
            own.press,
            logs.masked,
            own.detector,
            SlackFiles(workspaces.client),
            watch.version(),
            reader(own.settings.skeleton),
        )
    )
    return Painter(
        desk,
        log,
        log.outbox,
        SlackMessages(workspaces.client, workspaces.user),
        own.clock,
        exports.upload,
        reception.tell,
        workspaces.link,
        Hindrances(desk, log, reception.tell, reached.me.name),
        SlackRooms(workspaces.client, workspaces.user),
        deciding.admission.is_public,
        own.library.picture,
    )


def _homes(
    own: Own,
    reached: Reached,
    deciding: _Deciding,
    painter: Painter,
    covering: Covering | None,
) -> Homes:
    return Homes(
        deciding.desk,
        reached.log,
        own.library,
        deciding.admission,
        SlackHomes(reached.slack),
        own.clock,
        reached.me.link,
        lambda: painter.busy,
        coverage=covering.words if covering else str,
    )


def _working(
    stack: contextlib.AsyncExitStack,
    own: Own,
    reached: Reached,
    deciding: _Deciding,
    drawing: tuple[Painter, Homes],
) -> list[asyncio.Task[None]]:
    """Set to work whoever claims what is due; at the end they finish what they have begun."""
    (painter, homes), desk, log = drawing, deciding.desk, reached.log
    checker = Checker(
        desk, log.looks, reached.prober, own.clock, judges(), own.metrics.looked, own.detector
    )
    timers = TimerRunner(
        desk,
        log.timers,
        own.clock,
        reached.workspaces.link,
        deciding.erasing.fire,
        own.detector,
        SlackFiles(reached.workspaces.client),
        own.library,
        deciding.bridge,
    )
    deciding.bridge.heard.append(timers.poller.wake)
    woken = (painter, checker, timers)
    desk.woken += [*(worker.poller.wake for worker in woken), homes.wake]
    workers = (*woken, deciding.registrar, deciding.rolls, homes)
    tasks = [_begun(worker.poller.run(), worker.poller.name) for worker in workers]
    stack.push_async_callback(_finished, woken, workers, tasks)
    return tasks


async def _keeping(
    stack: contextlib.AsyncExitStack,
    own: Own,
    reached: Reached,
    deciding: _Deciding,
    covering: Covering | None,
) -> list[asyncio.Task[None]]:
    """Start what keeps the house in order while it works."""
    settings, log = own.settings, reached.log
    erasing = await _erase_here(stack, settings, deciding.erasing)
    tasks = [
        _begun(log.listen(deciding.desk.wake), "notifications"),
        _begun(ground.follow(log, own.clock), "clock"),
        _begun(forgetting(log, own.clock, settings.alerts_days), "deliveries"),
        _begun(own.shelf.run(), "library"),
        _begun(own.health.run(), "audit"),
        *([_begun(covering.run(), "coverage")] if covering else ()),
        *erasing,
    ]
    stack.push_async_callback(_ended, tasks)
    return tasks


async def _let_in(
    stack: contextlib.AsyncExitStack, own: Own, reached: Reached, reception: Reception
) -> parts.Link:
    """Open the way in from Slack."""
    learning = _begun(reception.door.learn(reached.slack), "app")
    stack.push_async_callback(_ended, [learning])
    await asyncio.wait({learning}, timeout=ACQUAINTED)
    app = connection.app(reached.slack, reached.me, reception.take)
    link = parts.link(own.settings, app, own.clock)
    # The intake ends first; what it took is acknowledged while there is a way, and followed up.
    stack.push_async_callback(reception.drain)
    stack.push_async_callback(link.close)
    await link.open()
    own.health.linked(link.alive)
    stack.callback(own.health.stop)
    logger.info("connected to %s as @%s", reached.me.url, reached.me.name)
    return link


async def _alerts(
    stack: contextlib.AsyncExitStack,
    own: Own,
    reached: Reached,
    telling: tuple[AlertBridge, Messages],
) -> list[asyncio.Task[None]]:
    """Open the doors for alerts, if there are any, and tell what comes; raises ConfigError."""
    settings, clock, log, me = own.settings, own.clock, reached.log, reached.me
    if not parts.alerts_are_told(settings):
        return []
    bridge, messages = telling
    file = await asyncio.to_thread(parts.routes, settings)
    known = Alerting(
        own.library,
        Pointer(bridge.desk, log, me.link, me.name),
        settings.alerts_channel,
        lambda: None if file is None else file.routes,
        log.episodes,
    )
    observe = own.metrics.alerts_wait
    announcer = Announcer(log.episodes, messages, clock, known.draw, observe=observe)
    tasks = [_begun(announcer.poller.run(), announcer.poller.name)]
    stack.push_async_callback(_finished, [announcer], [announcer], tasks[:])
    bridge.shown.append(announcer.poller.wake)
    wakes = [announcer.poller.wake, *bridge.heard]
    intake = Intake(log.episodes, me.team_id, known.place, wakes)
    own.health.listening(Alerts(log.episodes.waiting, lambda: intake.trouble))
    made = Doors(intake.take, own.metrics.notified, lambda: clock.now().timestamp())
    doors = await parts.doors(settings, made)
    # The doors close first: what they took is kept by then.
    stack.push_async_callback(doors.close)
    if file is not None:
        tasks.append(_begun(RouteKeeper(file).run(), "routes"))
        stack.push_async_callback(_ended, tasks[1:])
    return tasks


async def _erase_here(
    stack: contextlib.AsyncExitStack, settings: config.Settings, erasing: Erasing
) -> list[asyncio.Task[None]]:
    """Let `runbook erase` ask this process, which alone has a file's database; erase by age."""
    if (database := file_of(settings.database_url)) is not None:
        hatch = Hatch(beside(database), erasing.answer)
        await hatch.open()
        stack.push_async_callback(hatch.close)
    tasks = [_begun(erasing.tidying.run(), "tidying")]
    if settings.keep is not None:
        days = int(settings.keep.removesuffix("d"))
        tasks.append(_begun(forget_old(erasing, days), "age"))
    return tasks


def _begun(work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
    return asyncio.create_task(work, name=name)


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
