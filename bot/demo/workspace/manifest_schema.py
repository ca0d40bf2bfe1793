"""The rules of Slack's app manifest: which fields there are, how long and how many.

It judges a manifest that is already parsed. What the app may then do is said elsewhere.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from .scopes import BOT_SCOPES, EVENTS


def _known(names: frozenset[str], what: str) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"{name!r} is no {what} that Slack knows")
        return name

    return AfterValidator(check)


Scope = Annotated[str, _known(BOT_SCOPES, "bot scope")]
Event = Annotated[str, _known(frozenset(EVENTS), "event")]
Https = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=3000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Metadata(_Strict):
    """Which version of the schema the manifest is written in."""

    major_version: int = Field(default=1, ge=1, le=2)
    minor_version: int = Field(default=1, ge=0)
    schema_version: int | None = None


class Display(_Strict):
    """How the app shows itself."""

    name: str = Field(min_length=1, max_length=35)
    description: str = Field(default="", max_length=140)
    long_description: str | None = Field(default=None, min_length=174, max_length=4000)
    background_color: str | None = Field(default=None, pattern=r"^#([0-9a-fA-F]{3}){1,2}$")


class AppHome(_Strict):
    """Which tabs the app's home has."""

    home_tab_enabled: bool = False
    messages_tab_enabled: bool = False
    messages_tab_read_only_enabled: bool = False


class BotUser(_Strict):
    """The app's user."""

    display_name: str = Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_. -]+$")
    always_online: bool = False


class Command(_Strict):
    """A slash command of the manifest."""

    command: str = Field(pattern=r"^/[^\sA-Z]{1,31}$")
    description: str = Field(min_length=1, max_length=2000)
    usage_hint: str = Field(default="", max_length=1000)
    should_escape: bool = False
    url: Https | None = None


class Shortcut(_Strict):
    """A global or message shortcut of the manifest."""

    name: str = Field(min_length=1, max_length=24)
    type: Literal["global", "message"]
    callback_id: str = Field(min_length=1, max_length=255)
    description: str = Field(min_length=1, max_length=150)


class Features(_Strict):
    """What people find of the app in Slack."""

    app_home: AppHome | None = None
    assistant_view: dict[str, Any] | None = None
    bot_user: BotUser | None = None
    shortcuts: list[Shortcut] = Field(default_factory=list, max_length=10)
    slash_commands: list[Command] = Field(default_factory=list, max_length=50)
    unfurl_domains: list[str] = Field(default_factory=list, max_length=5)
    workflow_steps: list[dict[str, Any]] = Field(default_factory=list, max_length=10)
    user_connections: dict[str, Any] | None = None
    rich_previews: dict[str, Any] | None = None


class Scopes(_Strict):
    """What the app asks to be allowed to."""

    bot: list[Scope] = Field(default_factory=list, max_length=255)
    bot_optional: list[Scope] = Field(default_factory=list, max_length=255)
    user: list[str] = Field(default_factory=list, max_length=255)
    user_optional: list[str] = Field(default_factory=list, max_length=255)


class OAuth(_Strict):
    """How the app is installed."""

    redirect_urls: list[Https] = Field(default_factory=list, max_length=1000)
    scopes: Scopes = Field(default_factory=Scopes)
    token_management_enabled: bool = True


class Subscriptions(_Strict):
    """Which events the app hears of."""

    request_url: Https | None = None
    bot_events: list[Event] = Field(default_factory=list, max_length=100)
    user_events: list[str] = Field(default_factory=list, max_length=100)
    metadata_subscriptions: list[dict[str, str]] = Field(default_factory=list, max_length=50)


class Interactivity(_Strict):
    """Whether the app hears of clicks."""

    is_enabled: bool
    request_url: Https | None = None
    message_menu_options_url: Https | None = None


class Settings(_Strict):
    """How the app is reached."""

    allowed_ip_address_ranges: list[str] = Field(default_factory=list, max_length=10)
    event_subscriptions: Subscriptions = Field(default_factory=Subscriptions)
    interactivity: Interactivity | None = None
    incoming_webhooks: dict[str, bool] | None = None
    org_deploy_enabled: bool = False
    socket_mode_enabled: bool = False
    token_rotation_enabled: bool = False
    is_hosted: bool = False
    hermes_app_type: str | None = None
    function_runtime: Literal["remote", "slack"] | None = None
    siws_links: dict[str, Any] | None = None
    is_mcp_enabled: bool = False


class Manifest(_Strict):
    """An app manifest."""

    display_information: Display
    metadata: Metadata | None = Field(default=None, alias="_metadata")
    features: Features = Field(default_factory=Features)
    oauth_config: OAuth = Field(default_factory=OAuth)
    settings: Settings = Field(default_factory=Settings)
    app_directory: dict[str, Any] | None = None
    functions: dict[str, Any] | None = None
    workflows: dict[str, Any] | None = None
    datastores: dict[str, Any] | None = None
    types: dict[str, Any] | None = None
    external_auth_providers: dict[str, Any] | None = None
    outgoing_domains: list[str] | None = None


class ManifestError(ValueError):
    """The manifest breaks Slack's rules; the message names every place and what is wrong there."""


def read_manifest(manifest: Mapping[str, Any]) -> Manifest:
    """The manifest as Slack would take it. Raises `ManifestError`."""
    try:
        read = Manifest.model_validate(manifest)
    except ValidationError as error:
        raise ManifestError("; ".join(_words(e["loc"], e["msg"]) for e in error.errors())) from None
    problems = [
        *_twice("slash_commands", [c.command for c in read.features.slash_commands]),
        *_twice("shortcuts", [s.callback_id for s in read.features.shortcuts]),
    ]
    if problems:
        raise ManifestError("; ".join(problems))
    return read


def validate_manifest(manifest: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse in the manifest, a sentence each; none if it is well."""
    try:
        read_manifest(manifest)
    except ManifestError as error:
        return str(error).split("; ")
    return []


def _words(place: tuple[int | str, ...], message: str) -> str:
    at = "/".join(str(part) for part in place)
    return f"/{at}: {message.removeprefix('Value error, ')}"


def _twice(where: str, names: list[str]) -> list[str]:
    return [
        f"/features/{where}/{index}: {name!r} is there already"
        for index, name in enumerate(names)
        if name in names[:index]
    ]
