"""What the settings make of the bot: its library, its ways in, the roles, the finder of secrets."""

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp

from bot import config
from bot.app import watch
from bot.app.covering import Covering
from bot.app.groups import Directory, Groups
from bot.app.roles import Roles, Rollkeeper
from bot.core.run.holding import NOTHING_KNOWN
from bot.edges import logs
from bot.edges.alerts import Doors
from bot.edges.clock import SystemClock
from bot.edges.detector import Detector
from bot.edges.library import Commits, Library, RoutesFile, default_folder
from bot.edges.library import program as own_program
from bot.edges.press import Press
from bot.edges.probes.targets import Target, load_roles
from bot.edges.rules import counts
from bot.edges.slack.inbound.signed_http import SignedHttp
from bot.edges.slack.inbound.socket_mode import SocketMode

Link = SocketMode | SignedHttp
_PORTS = 65_535


def rolls(
    settings: config.Settings,
    groups: Groups,
    directory: Directory,
    library: Library,
    clock: SystemClock,
) -> Rollkeeper:
    """Who keeps which roles people have, by the configuration and by Slack; raises TargetsError."""
    configured = load_roles(settings.targets) if settings.targets else NOTHING_KNOWN
    return Rollkeeper(
        Roles(groups, configured),
        directory,
        clock,
        lambda: [loaded.procedure for loaded in library.all()],
    )


def link(settings: config.Settings, app: AsyncApp, clock: SystemClock) -> Link:
    """The way in that the settings choose."""
    if settings.app_token is not None:
        return SocketMode(app, secret(settings.app_token))
    return SignedHttp(
        app,
        secret(settings.signing_secret),
        settings.http_host,
        settings.http_port,
        clock=lambda: clock.now().timestamp(),
    )


def detector(settings: config.Settings, targets: Mapping[str, Target]) -> Detector | None:
    """What finds secrets in words, if it is to; the log shows those of the targets no more."""
    tokens = [t.token.get_secret_value() for t in targets.values() if t.token]
    logs.hide(tokens)
    return Detector([*config.secrets(settings), *tokens]) if settings.secrets == "find" else None


async def doors(settings: config.Settings, made: Doors) -> Doors:
    """Open the doors for alerts that the settings name; raises ConfigError, or DoorRefused."""
    try:
        if (place := address(settings.alertmanager_listen)) is not None:
            _needs("ALERTMANAGER", "ALERTMANAGER_TOKEN", settings.alertmanager_token)
            await made.alertmanager(place, secret(settings.alertmanager_token))
        if (place := address(settings.grafana_listen)) is not None:
            token, signs = settings.grafana_token, settings.grafana_secret
            _needs("GRAFANA", "GRAFANA_TOKEN or RUNBOOK_ALERTS_GRAFANA_SECRET", token or signs)
            await made.grafana(place, secret(token) or None, secret(signs) or None)
        if (place := address(settings.events_listen)) is not None:
            _needs("EVENTS", "EVENTS_KEY", settings.events_key)
            await made.events(place, secret(settings.events_key))
    except BaseException:
        await made.close()
        raise
    return made


def alerts_are_told(settings: config.Settings) -> bool:
    """Whether any door for alerts is open; raises ConfigError for one that leads nowhere."""
    listens = (settings.alertmanager_listen, settings.grafana_listen, settings.events_listen)
    if any(listens) and settings.alerts_channel is None and settings.alerts_routes is None:
        raise config.ConfigError(
            "alerts are listened for, and RUNBOOK_ALERTS_CHANNEL is not set. Set it to the channel "
            "in which they are to be told."
        )
    return any(listens)


def routes(settings: config.Settings) -> RoutesFile | None:
    """The file that says where alerts are told, if there is one; raises ConfigError if faulty."""
    if settings.alerts_routes is None:
        return None
    file = RoutesFile(settings.alerts_routes)
    file.refresh()
    if file.routes is None:
        first = next(iter(file.problems))
        raise config.ConfigError(f"RUNBOOK_ALERTS_ROUTES: {first}")
    return file


def _needs(door: str, names: str, held: SecretStr | None) -> None:
    if held is None:
        raise config.ConfigError(
            f"RUNBOOK_ALERTS_{door}_LISTEN is set, and its secret is not. Set "
            f"RUNBOOK_ALERTS_{names}, or nobody could be told from anybody else."
        )


def address(listen: str | None) -> tuple[str, int] | None:
    """An address and a port; raises ConfigError for a port that there cannot be."""
    if listen is None:
        return None
    host, _, port = listen.rpartition(":")
    if not 0 < int(port) <= _PORTS:
        raise config.ConfigError(f"{listen} is no address to listen on: there is no port {port}.")
    return host.strip("[]"), int(port)


def secret(value: SecretStr | None) -> str:
    """The value itself; nothing where it is not set."""
    return value.get_secret_value() if value is not None else ""


def library(settings: config.Settings, press: Press) -> Library:
    """The folder of procedures; raises ConfigError when it is not there."""
    loop = asyncio.get_running_loop()

    def beside(work: Callable[[], str]) -> str:
        """Called in a thread, which waits; a stop ends the work, and so the waiting."""
        return asyncio.run_coroutine_threadsafe(press(work), loop).result()

    if not settings.procedures.is_dir():
        raise config.ConfigError(
            f"there is no folder {settings.procedures}. Set RUNBOOK_PROCEDURES to the folder of "
            "the procedures' files."
        )
    cache = settings.cache or default_folder(os.environ)
    commits = Commits(settings.procedures) if settings.commits == "record" else None
    return Library(settings.procedures, cache=cache, patient=True, beside=beside, commits=commits)


def covering(
    settings: config.Settings,
    library: Library,
    press: Press,
    clock: SystemClock,
    metrics: watch.Metrics,
    targets: Mapping[str, Target],
) -> Covering | None:
    """What says how many alerts have a procedure, if the settings name rules."""
    if settings.rules is None:
        return None
    paths = [Path(one.strip()) for one in settings.rules.split(",") if one.strip()]
    return Covering(library, press, clock, metrics, partial(counts, paths), targets.keys())


def program() -> str:
    """What tells this program's judgment of a procedure from another's."""
    try:
        return own_program()
    except OSError:
        return watch.version()


def require_slack(settings: config.Settings) -> None:
    """Refuse settings that cannot reach Slack, saying what to set."""
    _shape(settings.bot_token, "SLACK_BOT_TOKEN", r"xox[be].*", "xoxb-…", "Install App")
    if settings.bot_token is None:
        raise config.ConfigError(
            "SLACK_BOT_TOKEN is not set. Set it to the Bot User OAuth Token (xoxb-…) from your "
            "app's page, Install App; docs/connect-slack.md shows where."
        )
    _shape(settings.app_token, "SLACK_APP_TOKEN", r"xapp-.*", "xapp-…", "Basic Information")
    if settings.app_token is None and settings.signing_secret is None:
        raise config.ConfigError(
            "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set. Set the app-level token "
            "(xapp-…) for Socket Mode, or the signing secret for HTTP; docs/connect-slack.md "
            "shows where."
        )


def _shape(token: SecretStr | None, name: str, pattern: str, like: str, page: str) -> None:
    if token is not None and re.fullmatch(pattern, token.get_secret_value()) is None:
        raise config.ConfigError(
            f"{name} does not look like {like}. Copy it from your app's page, {page}."
        )
