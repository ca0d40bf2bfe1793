"""What apps stick to messages and channels; user groups, addresses, and posts for later."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.demo.workspace.samples import INCIDENTS, Connect, Json
from tests.hanging import HANG_S


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    found: str = caught.value.response["error"]
    return found


def keeper(heard: asyncio.Queue[Json]) -> Any:
    async def keep(event: Json) -> None:
        await heard.put(event)

    return keep


async def test_a_reaction_is_seen_and_taken_back(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    ts = await people.say("ana", "incidents", "look")
    where: Json = {"channel": INCIDENTS, "timestamp": ts}
    await people.react("ben", "incidents", ts, "pushpin")
    await slack.reactions_add(name="eyes", **where)
    assert await error_of(slack.reactions_remove(name="pushpin", **where)) == "no_reaction"
    assert await error_of(slack.reactions_remove(name="Eyes!", **where)) == "invalid_name"
    answer: Any = await slack.reactions_get(**where)
    assert answer["message"]["reactions"] == [
        {"name": "pushpin", "users": ["U0BEN"], "count": 1},
        {"name": "eyes", "users": ["U0RUNBOOK"], "count": 1},
    ]
    assert answer["message"]["permalink"].endswith(ts.replace(".", ""))
    await slack.reactions_remove(name="eyes", **where)
    (message,) = await people.messages(INCIDENTS)
    assert [one["name"] for one in message["reactions"]] == ["pushpin"]
    lost = slack.reactions_remove(name="eyes", channel=INCIDENTS, timestamp="1.2")
    assert await error_of(lost) == "message_not_found"
    odd = slack.reactions_get(channel=INCIDENTS, timestamp="yesterday")
    assert await error_of(odd) == "bad_timestamp"
    assert await error_of(slack.reactions_get()) == "no_item_specified"


async def test_a_message_takes_so_many_emoji_of_one_and_of_all(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    await people.faults(limits=False)
    where: Json = {"channel": INCIDENTS, "timestamp": await people.say("ana", "incidents", "x")}
    for number in range(23):
        await slack.reactions_add(name=f"e{number}", **where)
    assert await error_of(slack.reactions_add(name="e23", **where)) == "too_many_reactions"
    assert await error_of(slack.reactions_add(name="e1", **where)) == "already_reacted"
    for number in range(27):
        await people.react("ana", "incidents", where["timestamp"], f"f{number}")
    assert await error_of(slack.reactions_add(name="g", **where)) == "too_many_emoji"


async def test_a_message_is_pinned_once_and_listed_until_it_goes(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    first = await people.say("ana", "incidents", "the first")
    second = (await slack.chat_postMessage(channel=INCIDENTS, text="the second"))["ts"]
    for ts in (first, second):
        await slack.pins_add(channel=INCIDENTS, timestamp=ts)
    again = slack.pins_add(channel=INCIDENTS, timestamp=first)
    assert await error_of(again) == "already_pinned"
    listed: Any = (await slack.pins_list(channel=INCIDENTS))["items"]
    assert [one["message"]["text"] for one in listed] == ["the second", "the first"]
    assert (listed[1]["created_by"], listed[1]["channel"]) == ("U0RUNBOOK", INCIDENTS)
    assert listed[1]["message"]["pinned_to"] == [INCIDENTS]
    await slack.pins_remove(channel=INCIDENTS, timestamp=first)
    assert await error_of(slack.pins_remove(channel=INCIDENTS, timestamp=first)) == "no_pin"
    await slack.chat_delete(channel=INCIDENTS, ts=str(second))
    assert (await slack.pins_list(channel=INCIDENTS))["items"] == []
    assert await error_of(slack.pins_add(channel=INCIDENTS)) == "no_item_specified"
    away = slack.pins_add(channel="C0RANDOM", timestamp=first)
    assert await error_of(away) == "not_in_channel"


async def test_the_app_hears_of_pins_and_reactions(
    workspace: Workspace, slack: AsyncWebClient, people: PersonClient, connect: Connect
) -> None:
    app = AsyncApp(
        client=slack,
        signing_secret=workspace.signing_secret,
        ignoring_self_events_enabled=False,
    )
    heard: asyncio.Queue[Json] = asyncio.Queue()
    app.event("message")(keeper(asyncio.Queue()))
    kinds = ("pin_added", "pin_removed", "reaction_added", "reaction_removed")
    for kind in kinds:
        app.event(kind)(keeper(heard))
    ts = await people.say("ana", "incidents", "look")
    async with connect(app):
        await slack.pins_add(channel=INCIDENTS, timestamp=ts)
        await slack.pins_remove(channel=INCIDENTS, timestamp=ts)
        await people.react("ben", "incidents", ts, "pushpin")
        await people.unreact("ben", "incidents", ts, "pushpin")
        seen = [await asyncio.wait_for(heard.get(), HANG_S) for _ in kinds]
    told = {one["type"]: one for one in seen}
    assert set(told) == set(kinds)
    assert told["pin_added"]["item"]["message"]["text"] == "look"
    assert (told["pin_added"]["pin_count"], told["pin_removed"]["pin_count"]) == (1, 0)
    assert (told["reaction_added"]["item_user"], told["reaction_added"]["user"]) == (
        "U0ANA",
        "U0BEN",
    )


async def test_bookmarks_are_added_changed_and_taken_away(slack: AsyncWebClient) -> None:
    link: Json = {"channel_id": INCIDENTS, "type": "link"}
    added: Any = (
        await slack.bookmarks_add(title="Board", link="https://x.example/1", emoji=":eyes:", **link)
    )["bookmark"]
    assert (added["title"], added["type"], added["emoji"]) == ("Board", "link", ":eyes:")
    where: Json = {"channel_id": INCIDENTS, "bookmark_id": added["id"]}
    edited: Any = (await slack.bookmarks_edit(**where, title="The board"))["bookmark"]
    assert (edited["title"], edited["link"]) == ("The board", "https://x.example/1")
    assert edited["date_updated"] > 0
    listed = (await slack.bookmarks_list(channel_id=INCIDENTS))["bookmarks"]
    assert [one["id"] for one in listed] == [added["id"]]
    await slack.bookmarks_remove(**where)
    assert await error_of(slack.bookmarks_remove(**where)) == "not_found"
    assert (await slack.bookmarks_list(channel_id=INCIDENTS))["bookmarks"] == []
    for wrong, error in (
        ({"title": "x", "link": "ftp://x"}, "invalid_link"),
        ({"title": "x"}, "invalid_link"),
        ({"title": "x" * 257, "link": "https://x.example"}, "invalid_arguments"),
        ({"title": "x", "link": "https://x.example", "emoji": "eyes"}, "invalid_emoji"),
        ({"title": "x", "link": "https://x.example", "type": "file"}, "invalid_bookmark_type"),
        ({"title": "x", "link": "https://x.example", "channel_id": "C404"}, "channel_not_found"),
        (
            {"title": "x", "link": "https://x.example", "channel_id": "C0RANDOM"},
            "permission_denied",
        ),
    ):
        assert await error_of(slack.bookmarks_add(**{**link, **wrong})) == error


async def test_a_channel_takes_a_hundred_bookmarks(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    await people.faults(limits=False)
    link: Json = {"channel_id": INCIDENTS, "type": "link", "link": "https://x.example"}
    for number in range(100):
        await slack.bookmarks_add(title=f"{number}", **link)
    assert await error_of(slack.bookmarks_add(title="one more", **link)) == "too_many_bookmarks"


async def test_a_user_group_is_made_changed_disabled_and_filled(slack: AsyncWebClient) -> None:
    made: Any = (await slack.usergroups_create(name="On Call"))["usergroup"]
    assert (made["handle"], made["users"]) == ("on-call", [])
    group = made["id"]
    filled: Any = await slack.usergroups_users_update(usergroup=group, users=["U0ANA", "U0BEN"])
    assert filled["usergroup"]["users"] == ["U0ANA", "U0BEN"]
    await slack.usergroups_update(usergroup=group, handle="duty", description="Who is on duty")
    await slack.usergroups_disable(usergroup=group)
    assert group not in [one["id"] for one in (await slack.usergroups_list())["usergroups"]]
    assert await error_of(slack.usergroups_users_list(usergroup=group)) == "no_such_subteam"
    listed: Any = (await slack.usergroups_list(include_disabled=True))["usergroups"]
    (one,) = [one for one in listed if one["id"] == group]
    assert (one["handle"], one["description"]) == ("duty", "Who is on duty")
    assert one["date_delete"] > 0
    await slack.usergroups_enable(usergroup=group)
    assert (await slack.usergroups_users_list(usergroup=group))["users"] == ["U0ANA", "U0BEN"]
    for call, error in (
        (slack.usergroups_create(name="On Call"), "name_already_exists"),
        (slack.usergroups_create(name="x", handle="duty"), "handle_already_exists"),
        (slack.usergroups_create(name="x", handle="ana"), "handle_already_exists"),
        (slack.usergroups_create(name="x", handle="No Handle"), "bad_handle"),
        (slack.usergroups_update(usergroup="S404", name="x"), "no_such_subteam"),
        (slack.usergroups_users_update(usergroup=group, users=""), "no_users_provided"),
        (slack.usergroups_users_update(usergroup=group, users="U404"), "invalid_users"),
    ):
        assert await error_of(call) == error


async def test_someone_is_found_by_their_address_and_their_profile_is_shown(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    found: Any = (await slack.users_lookupByEmail(email="Dee@example.com"))["user"]
    assert (found["id"], found["tz"]) == ("U0DEE", "Europe/Berlin")
    assert found["tz_offset"] in (3600, 7200)
    profile: Any = (await slack.users_profile_get(user="U0DEE"))["profile"]
    assert (profile["real_name"], profile["email"]) == ("Dee Marchetti", "dee@example.com")
    own: Any = (await slack.users_profile_get())["profile"]
    assert own["bot_id"] == "B0RUNBOOK"
    await people.stand("dee", deleted=True)
    gone = slack.users_lookupByEmail(email="dee@example.com")
    assert await error_of(gone) == "users_not_found"
    assert await error_of(slack.users_profile_get(user="U404")) == "user_not_found"


async def test_addresses_are_for_a_scope_of_their_own(no_proxy: None) -> None:
    manifest: dict[str, Any] = {
        "display_information": {"name": "Reader"},
        "features": {"bot_user": {"display_name": "reader"}},
        "oauth_config": {"scopes": {"bot": ["users:read"]}},
    }
    async with Workspace.serve(manifest=manifest) as workspace:
        slack = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
        user: Any = (await slack.users_info(user="U0DEE"))["user"]
        assert "email" not in user["profile"]
        call = slack.users_lookupByEmail(email="dee@example.com")
        assert await error_of(call) == "missing_scope"


async def test_the_api_is_tried_without_a_token(workspace: Workspace) -> None:
    slack = AsyncWebClient(base_url=workspace.api_url)
    assert (await slack.api_test())["ok"]
    assert (await slack.api_test(foo="bar"))["args"] == {"foo": "bar"}
    with pytest.raises(SlackApiError) as caught:
        await slack.api_test(error="my_error")
    assert caught.value.response["error"] == "my_error"


async def test_a_message_is_posted_when_its_time_comes(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    now = int((await people.state())["time"])
    later: Any = await slack.chat_scheduleMessage(
        channel=INCIDENTS, text="later", post_at=now + 600
    )
    dropped: Any = await slack.chat_scheduleMessage(
        channel=INCIDENTS, text="never", post_at=now + 300
    )
    listed = (await slack.chat_scheduledMessages_list(channel=INCIDENTS))["scheduled_messages"]
    assert [one["text"] for one in listed] == ["never", "later"]
    which: Json = {"channel": INCIDENTS, "scheduled_message_id": dropped["scheduled_message_id"]}
    await slack.chat_deleteScheduledMessage(**which)
    twice = slack.chat_deleteScheduledMessage(**which)
    assert await error_of(twice) == "invalid_scheduled_message_id"
    assert await people.messages(INCIDENTS) == []
    await people.advance(601)

    async def shown() -> list[str]:
        return [message["text"] for message in await people.messages(INCIDENTS)]

    assert await people.until(shown) == ["later"]
    assert later["post_at"] == str(now + 600)
    assert (await slack.chat_scheduledMessages_list())["scheduled_messages"] == []


@pytest.mark.parametrize(
    ("ahead", "error"),
    [("soon", "invalid_time"), (-10, "time_in_past"), (121 * 86_400, "time_too_far")],
)
async def test_a_time_at_which_nothing_can_be_posted(
    slack: AsyncWebClient, people: PersonClient, ahead: Any, error: str
) -> None:
    now = int((await people.state())["time"])
    at = ahead if isinstance(ahead, str) else now + ahead
    call = slack.chat_scheduleMessage(channel=INCIDENTS, text="x", post_at=at)
    assert await error_of(call) == error


async def test_a_channel_takes_thirty_later_messages_for_five_minutes(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    now = int((await people.state())["time"])
    for number in range(30):
        at = now + 3600 + number
        await slack.chat_scheduleMessage(channel=INCIDENTS, text="x", post_at=at)
    call = slack.chat_scheduleMessage(channel=INCIDENTS, text="x", post_at=now + 3600)
    assert await error_of(call) == "restricted_too_many"
    assert (await slack.chat_scheduleMessage(channel=INCIDENTS, text="x", post_at=now + 7200))["ok"]


async def test_what_was_to_be_posted_into_an_archived_channel_is_not(
    slack: AsyncWebClient, people: PersonClient
) -> None:
    now = int((await people.state())["time"])
    await slack.chat_scheduleMessage(channel=INCIDENTS, text="x", post_at=now + 60)
    await people.use("ana", "incidents", archived=True)
    await people.advance(61)

    async def over() -> bool:
        return not (await slack.chat_scheduledMessages_list())["scheduled_messages"]

    assert await people.until(over)
    assert "x" not in [message["text"] for message in await people.messages(INCIDENTS)]
