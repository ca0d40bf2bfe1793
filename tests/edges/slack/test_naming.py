"""What things are called in Slack just now, and whom it is told."""

from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.acting.names import PRIVATE_CHANNEL
from bot.edges.slack.naming import KEPT, KEPT_S, Naming
from tests.edges.slack.test_threads import Slack

CHANNELS: dict[str, Any] = {
    "C0OPEN": {"id": "C0OPEN", "name": "incidents", "is_private": False},
    "C0HID": {"id": "C0HID", "name": "buyout-of-acme", "is_private": True},
    "C0ODD": {"id": "C0ODD", "name": "nobody-says-what-it-is"},
}
GROUPS = [{"id": "S0DBA", "handle": "dbas", "name": "Databases"}, {"id": "S0X", "handle": "x"}]


def _channel(asked: dict[str, Any]) -> dict[str, Any]:
    found = CHANNELS.get(asked["channel"])
    return {"ok": True, "channel": found} if found else {"ok": False, "error": "channel_not_found"}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def naming(slack: Slack, clock: Clock | None = None) -> Naming:
    return Naming(lambda _: cast("AsyncWebClient", slack), clock or Clock())


async def test_a_private_channel_is_named_within_itself_alone() -> None:
    slack = Slack(conversations_info=_channel)
    ids = ["C0OPEN", "C0HID", "C0ODD", "C0AWAY"]
    away = {"C0HID": PRIVATE_CHANNEL, "C0ODD": PRIVATE_CHANNEL, "C0AWAY": PRIVATE_CHANNEL}
    asked = naming(slack)
    assert await asked.names("T1", ids, None) == {"C0OPEN": "incidents", **away}
    inside = {"C0OPEN": "incidents", **away, "C0HID": "buyout-of-acme"}
    assert await asked.names("T1", ids, "C0HID") == inside
    assert len(slack.asked) == len(ids)


async def test_groups_are_learned_at_once_and_those_that_there_are_not_too() -> None:
    slack = Slack(usergroups_list={"ok": True, "usergroups": GROUPS})
    asked = naming(slack)
    for _ in range(2):
        assert await asked.names("T1", ["S0DBA", "S0GONE"], None) == {"S0DBA": "dbas"}
    assert len(slack.asked) == 1


async def test_without_groups_there_are_names_of_all_else() -> None:
    slack = Slack(
        usergroups_list={"ok": False, "error": "plan_upgrade_required"},
        users_info={"ok": True, "user": {"name": "ana", "profile": {"real_name": "Ana Lima"}}},
        bots_info={"ok": True, "bot": {"id": "B1", "name": "Deploybot"}},
    )
    found = await naming(slack).names("T1", ["S0DBA", "U0ANA", "B1"], None)
    assert found == {"U0ANA": "Ana Lima", "B1": "Deploybot"}


async def test_who_is_renamed_has_the_new_name_some_minutes_later() -> None:
    called = ["Ana Lima"]
    slack = Slack(users_info=lambda _: {"ok": True, "user": {"name": called[0]}})
    clock = Clock()
    asked = naming(slack, clock)
    assert await asked.names("T1", ["U0ANA"], None) == {"U0ANA": "Ana Lima"}
    called[0] = "Ana Okafor"
    assert await asked.names("T1", ["U0ANA"], None) == {"U0ANA": "Ana Lima"}
    clock.now += KEPT_S + 1
    assert await asked.names("T1", ["U0ANA"], None) == {"U0ANA": "Ana Okafor"}


async def test_so_many_names_are_kept_and_no_more() -> None:
    slack = Slack(users_info={"ok": True, "user": {"name": "x"}})
    asked = naming(slack)
    for n in range(KEPT + 10):
        await asked.of("T1", f"U{n}")
    assert len(asked._kept) == KEPT


async def test_nobody_is_asked_for_when_the_time_is_over() -> None:
    clock = Clock()

    def slow(_: dict[str, Any]) -> dict[str, Any]:
        clock.now += 2.5
        return {"ok": True, "user": {"name": "x"}}

    slack = Slack(users_info=slow)
    found = await naming(slack, clock).names("T1", [f"U{n}" for n in range(50)], None)
    assert 2 <= len(found) <= 4
