"""The manifest asks for what the code uses, and for nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.demo.workspace.methods import TABLE
from bot.edges.slack.inbound import reception

ROOT = Path(__file__).resolve().parents[3]
SOURCES = sorted((ROOT / "bot" / "edges" / "slack").rglob("*.py"))
OTHERWISE = {
    "commands": "the slash command itself",
    "app_mentions:read": "the event app_mention",
}
"""Scopes that no method needs, and what does."""
EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_id_changed": {"channels:read"},
    "channel_left": {"channels:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unarchive": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "group_left": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
}
"""The scopes that Slack asks of who hears these."""
APP_LEVEL = {"apps.connections.open", "auth.test"}


def _manifest() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text())
    return read


def _called() -> set[str]:
    """The Web API methods that the edge calls, by their names on the wire."""
    by_attribute = {_attribute(name): name for name in TABLE}
    found = {
        by_attribute[name]
        for source in SOURCES
        for name in re.findall(r"client(?:\([\w.]*\))?\.([a-z]+_[A-Za-z_]+)", source.read_text())
        if name in by_attribute
    }
    found |= {
        by_attribute[name]
        for source in SOURCES
        for name in re.findall(r"slack\.([a-z]+_[A-Za-z_]+)", source.read_text())
        if name in by_attribute
    }
    return found


def _attribute(name: str) -> str:
    """`chat.postMessage` is `chat_postMessage` in the SDK."""
    return name.replace(".", "_")


def test_the_methods_are_found_in_the_source() -> None:
    assert {"chat.postMessage", "chat.update", "views.open", "users.info", "auth.test"} <= _called()
    assert len(_called()) >= 12


@pytest.mark.parametrize("name", sorted(_called()))
def test_every_method_that_is_called_has_its_scope(name: str) -> None:
    scopes = set(_manifest()["oauth_config"]["scopes"]["bot"])
    needed = set(TABLE[name].scopes)
    assert name in APP_LEVEL or not needed or needed & scopes


def test_no_scope_is_asked_for_without_use() -> None:
    manifest = _manifest()
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    used = set(OTHERWISE) | {scope for name in _called() for scope in TABLE[name].scopes}
    used |= {
        s for e in manifest["settings"]["event_subscriptions"]["bot_events"] for s in EVENTS[e]
    }
    assert scopes - used == set()


def test_every_event_is_listened_to_and_has_its_scope() -> None:
    manifest = _manifest()
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    heard = {name.split(".")[0] for name in EVENTS}
    assert set(reception.EVENTS) == heard
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        assert EVENTS[event] <= scopes
