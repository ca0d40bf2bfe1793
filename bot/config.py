"""Settings, read once from the environment; what is missing or wrong is said in one line.

Secrets come from the environment only, and their values are never shown: not in an error, not in
a log, not in `repr`.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError

from bot.places import LISTEN, Places


class ConfigError(Exception):
    """A setting is missing or wrong; the message says which, and what to set."""


class Settings(Places):
    """Every setting; a field's alias is its environment variable, its description the docs'."""

    keep: Annotated[
        str | None,
        Field(
            alias="RUNBOOK_KEEP",
            pattern=r"^[1-9][0-9]{0,4}d$",
            description="How long what people wrote is kept: with `400d`, a closed run that began "
            "400 days ago loses it, and everyone in it, by itself (docs/privacy.md).",
        ),
    ] = None
    erasers: Annotated[
        str | None,
        Field(
            alias="RUNBOOK_ERASERS",
            pattern=r"^[UW][A-Z0-9]{2,79}([,\s]+[UW][A-Z0-9]{2,79})*$",
            description="The ids of those who may erase anyone's words in Slack, with commas "
            "between them, such as `U012ABCDEF,U034GHIJKL`; everyone may erase their own.",
        ),
    ] = None
    secrets: Annotated[
        Literal["find", "ignore"],
        Field(
            alias="RUNBOOK_SECRETS",
            description="Whether what people write is looked through for secrets, such as keys "
            "that were pasted: `find` or `ignore`. What is found is masked, and the one who wrote "
            "it is told (docs/privacy.md).",
        ),
    ] = "find"
    nobody: Annotated[
        str,
        Field(
            alias="RUNBOOK_NOBODY_AFTER",
            pattern=r"^(never|[1-9][0-9]{0,3}[mh])$",
            description="How long an open run may have nobody on it before the bot says so: to "
            "who started it, then to those with the role of the next step, then in the owner's "
            "channel, each once and so long after the one before; `never` for not at all.",
        ),
    ] = "15m"
    archive: Annotated[
        str,
        Field(
            alias="RUNBOOK_ARCHIVE_AFTER",
            pattern=r"^(never|[1-9][0-9]{0,3}[hd])$",
            description="How long after its run is closed a channel that the bot made for it is "
            "archived, such as `7d`; people there hear a day before, and can keep it; `never` for "
            "not at all (docs/channels.md).",
        ),
    ] = "never"
    emoji: Annotated[
        str,
        Field(
            alias="RUNBOOK_TIMELINE_EMOJI",
            pattern=r"^:?[^\s:]{1,100}:?$",
            description="The emoji that puts a message into the timeline of a run, by its name, "
            "such as `pushpin`; `none` for no emoji: the shortcut *Add to timeline* is left.",
        ),
    ] = "pushpin"
    external_people: Annotated[
        Literal["refuse", "allow"],
        Field(
            alias="RUNBOOK_EXTERNAL_PEOPLE",
            description="Whether people of other organizations, in channels that are shared with "
            "them, may act: `refuse` or `allow`. They are marked in the record.",
        ),
    ] = "refuse"
    alerts_channel: Annotated[
        str | None,
        Field(
            alias="RUNBOOK_ALERTS_CHANNEL",
            pattern=r"^([CG][A-Z0-9]{2,31}|#[^\s#@<>&|]{1,80})$",
            description="The channel in which alerts are told, by its id, or as `#name`; the bot "
            "must be a member (docs/alerts.md).",
        ),
    ] = None
    alerts_routes: Annotated[
        Path | None,
        Field(
            alias="RUNBOOK_ALERTS_ROUTES",
            description="The YAML file that says by labels in which channel alerts are told; it "
            "stands in place of `RUNBOOK_ALERTS_CHANNEL` (docs/alerts.md).",
        ),
    ] = None
    alertmanager_listen: Annotated[
        str | None,
        Field(
            alias="RUNBOOK_ALERTS_ALERTMANAGER_LISTEN",
            pattern=LISTEN,
            description="The address and port on which Alertmanager's webhook is listened for, "
            "such as `127.0.0.1:9095`.",
        ),
    ] = None
    alertmanager_token: Annotated[
        SecretStr | None,
        Field(
            alias="RUNBOOK_ALERTS_ALERTMANAGER_TOKEN",
            min_length=16,
            description="The token that Alertmanager sends, as `Authorization: Bearer …`: "
            "16 characters or more.",
        ),
    ] = None
    grafana_listen: Annotated[
        str | None,
        Field(
            alias="RUNBOOK_ALERTS_GRAFANA_LISTEN",
            pattern=LISTEN,
            description="The same for Grafana's webhook contact points, such as `127.0.0.1:9096`.",
        ),
    ] = None
    grafana_token: Annotated[
        SecretStr | None,
        Field(
            alias="RUNBOOK_ALERTS_GRAFANA_TOKEN",
            min_length=16,
            description="The token that Grafana sends, as `Authorization: Bearer …`.",
        ),
    ] = None
    grafana_secret: Annotated[
        SecretStr | None,
        Field(
            alias="RUNBOOK_ALERTS_GRAFANA_SECRET",
            min_length=16,
            description="The secret with which Grafana signs what it sends, instead of the token "
            "or beside it.",
        ),
    ] = None
    events_listen: Annotated[
        str | None,
        Field(
            alias="RUNBOOK_ALERTS_EVENTS_LISTEN",
            pattern=LISTEN,
            description="The same for events as of PagerDuty's Events API v2, such as "
            "`127.0.0.1:9097`.",
        ),
    ] = None
    events_key: Annotated[
        SecretStr | None,
        Field(
            alias="RUNBOOK_ALERTS_EVENTS_KEY",
            min_length=16,
            description="The `routing_key` of those events.",
        ),
    ] = None
    alerts_keep: Annotated[
        str,
        Field(
            alias="RUNBOOK_ALERTS_KEEP",
            pattern=r"^[1-9][0-9]{0,4}d$",
            description="How long what senders say of alerts is kept after they last spoke of it "
            "(docs/privacy.md).",
        ),
    ] = "30d"
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        Field(alias="RUNBOOK_LOG_LEVEL", description="How much is logged, on standard error."),
    ] = "INFO"
    log_format: Annotated[
        Literal["text", "json"],
        Field(
            alias="RUNBOOK_LOG_FORMAT",
            description="How it is logged: lines to read, or one JSON object a line.",
        ),
    ] = "text"
    ops_port: Annotated[
        int | None,
        Field(
            alias="RUNBOOK_OPS_PORT",
            ge=1,
            le=65_535,
            description="The port for operators: `/healthz`, `/readyz`, `/metrics`.",
        ),
    ] = None
    ops_host: Annotated[
        str,
        Field(
            alias="RUNBOOK_OPS_HOST",
            description="The address of that port; this port has no authentication.",
        ),
    ] = "127.0.0.1"
    traces_url: Annotated[
        str | None,
        Field(
            alias="RUNBOOK_TRACES_URL",
            pattern=r"^https?://\S+$",
            description="Where traces are sent: an OTLP/HTTP endpoint, such as "
            "`http://127.0.0.1:4318/v1/traces`.",
        ),
    ] = None

    @property
    def external(self) -> bool:
        """Whether people of other organizations may act."""
        return self.external_people == "allow"

    @property
    def eraser_ids(self) -> frozenset[str]:
        """Who may erase anyone's words."""
        return frozenset((self.erasers or "").replace(",", " ").split())

    @property
    def alerts_days(self) -> int:
        """For how many days what senders say of alerts is kept."""
        return int(self.alerts_keep.removesuffix("d"))

    @property
    def timeline_emoji(self) -> str | None:
        """The name of the emoji that puts a message into a timeline; None for none."""
        return None if self.emoji == "none" else self.emoji.strip(":")

    @property
    def nobody_after(self) -> timedelta | None:
        """How long a run may have nobody on it; None for as long as it likes."""
        return _span(self.nobody)

    @property
    def archive_after(self) -> timedelta | None:
        """How long after it is closed a run's own channel is archived; None for never."""
        return _span(self.archive)

    @property
    def slack_url(self) -> str:
        """The Web API's address, with the slash at its end that the client needs."""
        return self.api_url if self.api_url.endswith("/") else f"{self.api_url}/"


def _span(said: str) -> timedelta | None:
    if said == "never":
        return None
    return timedelta(**{{"m": "minutes", "h": "hours", "d": "days"}[said[-1]]: int(said[:-1])})


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings; an empty variable counts as unset. Raises ConfigError."""
    known = {field.alias for field in Settings.model_fields.values() if field.alias}
    for name in environ:
        if name.startswith("RUNBOOK_") and name not in known:
            raise ConfigError(
                f"{name} is not a setting. Unset it; the settings are: "
                + ", ".join(sorted(k for k in known if k.startswith("RUNBOOK_")))
            )
    given = {name: environ[name] for name in known if environ.get(name)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0])
        field = next(f for f in Settings.model_fields.values() if f.alias == name)
        raise ConfigError(
            f"{name} is wrong: {_as_clause(first['msg'])}. It is: {field.description}"
        ) from None


def _as_clause(sentence: str) -> str:
    """A sentence within another; only its first letter is small, since values stand in it."""
    return sentence[:1].lower() + sentence[1:]


def secrets(settings: Settings) -> list[str]:
    """Every secret that the settings hold, as it may appear somewhere; for what hides them."""
    held = [settings.bot_token, settings.app_token, settings.signing_secret]
    held += [settings.alertmanager_token, settings.grafana_token, settings.grafana_secret]
    held += [settings.events_key]
    found = [secret.get_secret_value() for secret in held if secret is not None]
    for url in (settings.database_url, settings.traces_url):
        if url and (password := _password(url)):
            found += [password, unquote(password)]
            if "@" in password:
                # Not encoded, it is taken apart there by whoever else reads the URL.
                found += password.split("@")
    return found


def _password(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        # It is no URL, and is refused elsewhere; what stands in it is still a secret.
        return url.rpartition("@")[0].partition("//")[2].partition(":")[2] or None
