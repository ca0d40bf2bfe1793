"""Settings: read once, wrong ones said in one line, secrets never shown."""

import re
from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, read, secrets
from bot.parts import require_slack

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-secret-one",
    "SLACK_APP_TOKEN": "xapp-secret-two",
    "SLACK_SIGNING_SECRET": "secret-three",
    "RUNBOOK_ALERTS_ALERTMANAGER_TOKEN": "secret-token-of-alertmanager",
    "RUNBOOK_ALERTS_GRAFANA_TOKEN": "secret-token-of-grafana-1",
    "RUNBOOK_ALERTS_GRAFANA_SECRET": "secret-of-grafana",
    "RUNBOOK_ALERTS_EVENTS_KEY": "secret-key-of-the-events",
}
GIVEN = {
    **SECRETS,
    "SLACK_API_URL": "http://127.0.0.1:1/api",
    "RUNBOOK_DATABASE_URL": "sqlite:///other.db",
    "RUNBOOK_NOBODY_AFTER": "never",
    "RUNBOOK_ARCHIVE_AFTER": "7d",
    "RUNBOOK_PROCEDURES": "elsewhere",
    "RUNBOOK_PROCEDURES_COMMIT": "ignore",
    "RUNBOOK_CACHE": "kept",
    "RUNBOOK_TARGETS": "targets.yaml",
    "RUNBOOK_SKELETON": "skeleton.md",
    "RUNBOOK_RULES": "alerts.yaml, rules",
    "RUNBOOK_PAGES_LISTEN": "127.0.0.1:9094",
    "RUNBOOK_HTTP_HOST": "0.0.0.0",  # noqa: S104 - a value, listened on by nobody
    "RUNBOOK_HTTP_PORT": "8080",
    "RUNBOOK_KEEP": "400d",
    "RUNBOOK_SECRETS": "ignore",
    "RUNBOOK_ALERTS_CHANNEL": "C0ALERTS",
    "RUNBOOK_ALERTS_ROUTES": "routes.yaml",
    "RUNBOOK_ALERTS_ALERTMANAGER_LISTEN": "127.0.0.1:9095",
    "RUNBOOK_ALERTS_GRAFANA_LISTEN": "[::1]:9096",
    "RUNBOOK_ALERTS_EVENTS_LISTEN": "alerts.example:9097",
    "RUNBOOK_ALERTS_KEEP": "10d",
    "RUNBOOK_ERASERS": "U012ABCDEF, W034GHIJKL",
    "RUNBOOK_EXTERNAL_PEOPLE": "allow",
    "RUNBOOK_TIMELINE_EMOJI": "round_pushpin",
    "RUNBOOK_LOG_LEVEL": "DEBUG",
    "RUNBOOK_LOG_FORMAT": "json",
    "RUNBOOK_OPS_HOST": "127.0.0.2",
    "RUNBOOK_OPS_PORT": "9090",
    "RUNBOOK_TRACES_URL": "http://127.0.0.1:4318/v1/traces",
}


def test_nothing_need_be_set() -> None:
    settings = read({})
    assert (settings.bot_token, settings.app_token, settings.signing_secret) == (None, None, None)
    assert settings.slack_url == "https://slack.com/api/"
    assert settings.database_url == "sqlite:///runbook.db"
    assert (settings.procedures, settings.targets) == (Path("procedures"), None)
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 3000)
    assert (settings.log_level, settings.log_format) == ("INFO", "text")
    assert (settings.ops_host, settings.ops_port) == ("127.0.0.1", None)
    assert settings.traces_url is None
    assert settings.eraser_ids == frozenset()
    assert settings.timeline_emoji == "pushpin"


def test_every_setting_is_read() -> None:
    """A setting that is added must be added here: none is left out."""
    assert {field.alias for field in Settings.model_fields.values()} == set(GIVEN)
    settings = read(GIVEN)
    read_back = settings.model_dump(mode="json", by_alias=True)
    for name, value in GIVEN.items():
        if name not in SECRETS:
            assert str(read_back[name]) == value
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "xoxb-secret-one"
    assert settings.slack_url == "http://127.0.0.1:1/api/"
    assert settings.eraser_ids == {"U012ABCDEF", "W034GHIJKL"}


@pytest.mark.parametrize(("given", "means"), [("none", None), (":eyes:", "eyes")])
def test_the_emoji_of_the_timeline_is_a_name_or_none(given: str, means: str | None) -> None:
    assert read({"RUNBOOK_TIMELINE_EMOJI": given}).timeline_emoji == means


def test_an_empty_variable_counts_as_unset_and_others_are_not_looked_at() -> None:
    assert read({"RUNBOOK_HTTP_PORT": "", "HOME": "/", "SLACK_OTHER": "x"}) == read({})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("RUNBOOK_HTTP_PORT", "http", "should be a valid integer"),
        ("RUNBOOK_HTTP_PORT", "0", "greater than or equal to 1"),
        ("RUNBOOK_HTTP_PORT", "65536", "less than or equal to 65535"),
        ("RUNBOOK_LOG_LEVEL", "loud", "should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("RUNBOOK_DATABASE_URL", "mysql://u:hunter2@h/db", r"should match pattern"),
        ("RUNBOOK_ERASERS", "ana, ben", "should match pattern"),
        ("RUNBOOK_TIMELINE_EMOJI", "two words", "should match pattern"),
        ("RUNBOOK_LOG_FORMAT", "xml", "should be 'text' or 'json'"),
        ("RUNBOOK_OPS_PORT", "0", "greater than or equal to 1"),
        ("RUNBOOK_TRACES_URL", "127.0.0.1:4318", r"'^https?://\S+$'"),
        ("SLACK_API_URL", "slack.com", r"'^https?://\S+$'"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_should_be(name: str, value: str, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        read({**SECRETS, name: value})
    said = str(error.value)
    assert said.startswith(f"{name} is wrong: ")
    assert words in said
    assert "\n" not in said
    assert not re.search("hunter2|secret", said)


def test_an_unknown_setting_of_ours_is_refused_since_it_is_misspelt() -> None:
    with pytest.raises(ConfigError, match=r"RUNBOOK_DATABASE is not a setting.*DATABASE_URL"):
        read({"RUNBOOK_DATABASE": "sqlite:///x"})


def test_secrets_are_never_shown() -> None:
    settings = read(GIVEN)
    shown = (str(settings), repr(settings), settings.model_dump_json(), str(settings.model_dump()))
    assert not any("secret-" in words for words in shown)


def test_what_must_be_hidden_is_known_with_the_passwords_in_addresses() -> None:
    assert secrets(read({})) == []
    settings = read(SECRETS | {"RUNBOOK_TRACES_URL": "https://u:p%40ss@traces.example/v1/traces"})
    assert secrets(settings) == [*SECRETS.values(), "p%40ss", "p@ss"]
    database = settings.model_copy(update={"database_url": "postgresql://u:hunter2@h/db"})
    assert "hunter2" in secrets(database)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "secret-x"}, "SLACK_BOT_TOKEN does not look like xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-secret-x"}, "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-secret-x", "SLACK_APP_TOKEN": "xoxb-secret-x"},
            "SLACK_APP_TOKEN does not look like xapp-",
        ),
    ],
)
def test_what_is_missing_to_reach_slack_is_said_with_where_it_is_found(
    environ: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigError) as error:
        require_slack(read(environ))
    assert words in str(error.value)
    assert "secret-x" not in str(error.value)


@pytest.mark.parametrize("way", ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"])
def test_socket_mode_or_http_is_enough(way: str) -> None:
    require_slack(read({"SLACK_BOT_TOKEN": "xoxb-1", way: SECRETS[way]}))
