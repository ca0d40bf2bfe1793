"""The first of the settings: where the bot finds what it works with, and where it is found."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

LISTEN = r"^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$"
"""An address and a port."""


class Places(BaseModel):
    """Slack, the database, the files that people keep, and the addresses to listen on.

    A field's alias is its environment variable, its description the docs'.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    bot_token: Annotated[
        SecretStr | None,
        Field(alias="SLACK_BOT_TOKEN", description="The bot's token, `xoxb-…`."),
    ] = None
    app_token: Annotated[
        SecretStr | None,
        Field(
            alias="SLACK_APP_TOKEN",
            description="The app-level token, `xapp-…`: the bot connects by Socket Mode.",
        ),
    ] = None
    signing_secret: Annotated[
        SecretStr | None,
        Field(
            alias="SLACK_SIGNING_SECRET",
            description="The signing secret: without an app token, the bot listens for HTTP.",
        ),
    ] = None
    api_url: Annotated[
        str,
        Field(
            alias="SLACK_API_URL",
            pattern=r"^https?://\S+$",
            description="Where Slack's Web API is; change it to use a local workspace.",
        ),
    ] = "https://slack.com/api/"
    database_url: Annotated[
        str,
        Field(
            alias="RUNBOOK_DATABASE_URL",
            pattern=r"^(sqlite:///.+|postgresql://.+)$",
            repr=False,
            description=(
                "Where the facts are kept: `sqlite:///FILE` for one process, "
                "`postgresql://USER:PASSWORD@HOST/DATABASE` for any number."
            ),
        ),
    ] = "sqlite:///runbook.db"
    procedures: Annotated[
        Path,
        Field(alias="RUNBOOK_PROCEDURES", description="The folder of the procedures' files."),
    ] = Path("procedures")
    commits: Annotated[
        Literal["record", "ignore"],
        Field(
            alias="RUNBOOK_PROCEDURES_COMMIT",
            description="Where that folder is in a Git checkout: whether a run records the commit "
            "that has its procedure's text: `record` or `ignore`.",
        ),
    ] = "record"
    cache: Annotated[
        Path | None,
        Field(
            alias="RUNBOOK_CACHE",
            description="Cache directory for parsed procedures; unless set, `runbook-bot` in the "
            "user's cache directory.",
        ),
    ] = None
    targets: Annotated[
        Path | None,
        Field(
            alias="RUNBOOK_TARGETS",
            description="The YAML file that names the systems which checks may look at, and who "
            "holds which role (docs/roles.md).",
        ),
    ] = None
    rules: Annotated[
        str | None,
        Field(
            alias="RUNBOOK_RULES",
            description="Files and folders of Prometheus's alerting rules, with commas between "
            "them: metrics and Home then say how many alerts have a procedure (docs/coverage.md).",
        ),
    ] = None
    skeleton: Annotated[
        Path | None,
        Field(
            alias="RUNBOOK_SKELETON",
            description="A Markdown file that says which sections of a post-mortem stand where; "
            "unless set, all do, as the bot orders them (docs/skeleton.md).",
        ),
    ] = None
    http_host: Annotated[
        str,
        Field(
            alias="RUNBOOK_HTTP_HOST", description="Without an app token: the address to listen on."
        ),
    ] = "127.0.0.1"
    http_port: Annotated[
        int,
        Field(
            alias="RUNBOOK_HTTP_PORT",
            ge=1,
            le=65_535,
            description="Without an app token: the port to listen on.",
        ),
    ] = 3000
    pages_listen: Annotated[
        str | None,
        Field(
            alias="RUNBOOK_PAGES_LISTEN",
            pattern=LISTEN,
            description="The address and port on which each procedure has a page, for the "
            "`runbook_url` of alerts, such as `127.0.0.1:9094`; it asks nobody who they are, and "
            "shows no private procedure (docs/pages.md).",
        ),
    ] = None
