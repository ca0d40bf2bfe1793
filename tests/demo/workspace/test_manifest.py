"""The manifest is what installs the app: Slack's rules for it, and what it lets the app do."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.demo.workspace.manifest import App
from bot.demo.workspace.manifest_schema import ManifestError, validate_manifest
from bot.demo.workspace.methods import TABLE
from tests.demo.workspace.samples import INCIDENTS, Json

ROOT = Path(__file__).resolve().parents[3]
OURS = ROOT / "deploy" / "slack-manifest.yaml"
HELPER: Json = {"display_information": {"name": "Helper"}}


def test_the_projects_own_manifest_is_good() -> None:
    assert validate_manifest(yaml.safe_load(OURS.read_text("utf-8"))) == []


def command(**fields: Any) -> Json:
    return {"command": "/run", "description": "Run", **fields}


def shortcut(**fields: Any) -> Json:
    return {"name": "Add", "type": "message", "callback_id": "add", "description": "x", **fields}


def features(**fields: Any) -> Json:
    return HELPER | {"features": fields}


def events(*names: str) -> Json:
    return HELPER | {"settings": {"event_subscriptions": {"bot_events": list(names)}}}


BAD: list[tuple[Json, str]] = [
    ({}, "/display_information: Field required"),
    ({"display_information": {"name": "x" * 36}}, "/display_information/name: String should have"),
    ({"display_information": {"name": "x", "description": "x" * 141}}, "at most 140 characters"),
    ({"display_information": {"name": "x", "long_description": "x"}}, "at least 174 characters"),
    ({"display_information": {"name": "x", "background_color": "blue"}}, "/background_color"),
    (HELPER | {"colour": "blue"}, "/colour: Extra inputs are not permitted"),
    (features(bot_user={"display_name": "x" * 81}), "/features/bot_user/display_name"),
    (features(slash_commands=[command(command="run")]), "/features/slash_commands/0/command"),
    (features(slash_commands=[command(command="/" + "x" * 32)]), "/slash_commands/0/command"),
    (features(slash_commands=[{"command": "/run"}]), "/0/description: Field required"),
    (features(slash_commands=[command(colour="red")]), "/slash_commands/0/colour: Extra"),
    (
        features(slash_commands=[command(command=f"/run{n}") for n in range(51)]),
        "/features/slash_commands: List should have at most 50 items",
    ),
    (
        features(slash_commands=[command(), command()]),
        "/features/slash_commands/1: '/run' is there already",
    ),
    (features(shortcuts=[shortcut(name="x" * 25)]), "/features/shortcuts/0/name"),
    (features(shortcuts=[shortcut(type="channel")]), "/features/shortcuts/0/type"),
    (
        features(shortcuts=[shortcut(callback_id=str(n)) for n in range(11)]),
        "/features/shortcuts: List should have at most 10 items",
    ),
    (features(shortcuts=[shortcut(), shortcut()]), "/shortcuts/1: 'add' is there already"),
    (features(unfurl_domains=["x.example"] * 6), "/unfurl_domains: List should have at most 5"),
    (
        HELPER | {"oauth_config": {"scopes": {"bot": ["chat:shout"]}}},
        "/oauth_config/scopes/bot/0: 'chat:shout' is no bot scope that Slack knows",
    ),
    (
        events("app_mention", "message.everywhere"),
        "/bot_events/1: 'message.everywhere' is no event that Slack knows",
    ),
    (HELPER | {"settings": {"socket_mode_enabled": "perhaps"}}, "/settings/socket_mode_enabled"),
    (HELPER | {"settings": {"interactivity": {}}}, "/interactivity/is_enabled: Field required"),
]


@pytest.mark.parametrize(("manifest", "words"), BAD)
async def test_a_wrong_manifest_is_refused_in_words(manifest: Json, words: str) -> None:
    assert any(words in problem for problem in validate_manifest(manifest))
    with pytest.raises(ManifestError, match=r"^/"):
        async with Workspace.serve(manifest=manifest):
            pytest.fail("the workspace took it")


def test_every_problem_is_named() -> None:
    wrong = features(slash_commands=[{"command": "run"}], shortcuts=[shortcut(type="channel")])
    assert len(validate_manifest(wrong)) == 3


@pytest.mark.parametrize("method", sorted(name for name, row in TABLE.items() if row.scopes))
async def test_no_method_works_without_its_scope(method: str) -> None:
    granted = HELPER | {"oauth_config": {"scopes": {"bot": ["commands", "emoji:read"]}}}
    async with Workspace.serve(manifest=granted) as workspace:
        slack = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
        with pytest.raises(SlackApiError) as lacking:
            await slack.api_call(method)
    answer: Any = lacking.value.response.data
    assert (answer["ok"], answer["error"]) == (False, "missing_scope")
    assert set(answer["needed"].split(",")) <= set(TABLE[method].scopes)
    assert answer["provided"] == "commands,emoji:read"


async def test_the_kind_of_channel_says_which_scope_is_needed() -> None:
    granted = HELPER | {"oauth_config": {"scopes": {"bot": ["channels:history", "channels:read"]}}}
    async with Workspace.serve(manifest=granted) as workspace:
        slack = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
        assert (await slack.conversations_history(channel=INCIDENTS))["ok"]
        with pytest.raises(SlackApiError) as lacking:
            await slack.conversations_history(channel="C0KEYROOM")
        assert lacking.value.response["needed"] == "groups:history"
        assert (await slack.conversations_list(types="public_channel"))["ok"]
        with pytest.raises(SlackApiError) as types:
            await slack.conversations_list(types="public_channel, private_channel")
        assert types.value.response["needed"] == "groups:read"


def test_an_event_without_its_scope_is_not_heard() -> None:
    scopes = {"oauth_config": {"scopes": {"bot": ["channels:history"]}}}
    app = App(events("message.channels", "message.groups", "app_home_opened") | scopes)
    heard = {
        name: app.hears(name)
        for name in ("message.channels", "message.groups", "app_home_opened", "app_mention")
    }
    assert heard == {
        "message.channels": True,
        "message.groups": False,
        "app_home_opened": True,
        "app_mention": False,
    }


async def test_an_app_does_what_its_manifest_says_and_no_more() -> None:
    manifest = {
        "display_information": {"name": "Runbook"},
        "features": {
            "slash_commands": [{"command": "/runbook", "description": "Run a procedure"}],
            "shortcuts": [
                {"name": "Add", "type": "message", "callback_id": "add", "description": "x"}
            ],
        },
        "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
    }
    async with (
        Workspace.serve(manifest=manifest) as workspace,
        PersonClient(workspace.url) as people,
    ):
        slack = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
        assert (await slack.chat_postMessage(channel=INCIDENTS, text="x"))["ok"]
        with pytest.raises(SlackApiError) as lacking:
            await slack.users_info(user="U0ANA")
        assert lacking.value.response["error"] == "missing_scope"
        assert lacking.value.response["needed"] == "users:read"
        unknown = await people.command("ana", INCIDENTS, "/other")
        assert unknown == {"ok": False, "error": "unknown_command"}
        assert (await people.shortcut("ana", "add"))["error"] == "no_such_shortcut"
        (shown,) = (await people.state())["apps"]
        assert [c["command"] for c in shown["commands"]] == ["/runbook"]
