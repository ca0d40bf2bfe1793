"""The fact that begins a run: the whole procedure, the values, and where all that comes from."""

from datetime import datetime
from typing import Literal

from bot.core.person import Happened, Person
from bot.core.procedure import Procedure
from bot.core.run.rooms import Wanted


class RunStarted(Happened):
    """A run began; it carries the whole procedure, so that no file can change it.

    `commit` is the one of its checkout that has the procedure's text, where that is known; `team`
    and `enterprise` are the workspace and the organization of the bot that was asked. `drill` says
    that it is an exercise, `severity` how bad it is thought to be, `alerts` name what it is about.
    `instead_of` is the run that was started with wrong values, and `instead_at` its board.
    `episode` is the episode of alerts from whose message it was started, which is at `episode_at`,
    and `detected_at` when the first of them began to fire.
    `led_from` is the run that led to this one, by its step `led_step`; `led_at` is its board.
    `room` is the kind of channel that it is to have of its own, asked for in `asked_in`; until it
    has one, `channel` is empty.
    """

    kind: Literal["run_started"] = "run_started"
    v: Literal[1] = 1
    procedure: Procedure
    source: str
    source_sha256: str
    commit: str | None = None
    inputs: dict[str, str]
    channel: str
    team: str | None = None
    enterprise: str | None = None
    drill: bool = False
    severity: str | None = None
    alerts: tuple[str, ...] = ()
    episode: str | None = None
    episode_at: str | None = None
    detected_at: datetime | None = None
    by: Person
    instead_of: str | None = None
    instead_at: str | None = None
    led_from: str | None = None
    led_step: str | None = None
    led_at: str | None = None
    room: Wanted | None = None
    asked_in: str | None = None
