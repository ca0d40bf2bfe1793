"""Events and repeated deliveries: nothing is taken that is not recorded, and nothing done twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest

from bot.app.painter import Painter
from bot.ports.log import Unavailable
from tests.edges.slack.conftest import CHANNEL, Replica, Told
from tests.fakes import FakeLog


class Held(FakeLog):
    """A log whose writes wait until they may go on; `failing`, they come to nothing then."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.free = asyncio.Event(), asyncio.Event()
        self.free.set()
        self.failing = False

    async def begin(self, *args: Any, **more: Any) -> Any:
        await self._pause()
        return await super().begin(*args, **more)

    async def append(self, *args: Any, **more: Any) -> Any:
        await self._pause()
        return await super().append(*args, **more)

    async def _pause(self) -> None:
        self.begun.set()
        await self.free.wait()
        if self.failing:
            raise Unavailable("the disk is full")


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
async def replica(held: Held, session: aiohttp.ClientSession, told: Told) -> AsyncIterator[Replica]:
    made = Replica(held, session, told)
    yield made
    await made.reception.drain()


async def later(work: Any) -> "asyncio.Task[Any]":
    task = asyncio.create_task(work)
    await asyncio.sleep(0.02)
    return task


class Hall:
    """A painter that is told of invitations and lost messages; `down`, its log does not answer."""

    def __init__(self) -> None:
        self.down = False
        self.heard: list[Sequence[str]] = []

    async def joined(self, *told: str) -> None:
        if self.down:
            raise Unavailable("the log does not answer")
        self.heard.append(told)

    deleted = joined


JOINED = {"type": "member_joined_channel", "user": "U0BOT", "channel": CHANNEL}
LOST = {"type": "message", "subtype": "message_deleted", "deleted_ts": "1.2", "channel": CHANNEL}
STONE = {"subtype": "tombstone", "ts": "1.2"}
LEFT = {"type": "message", "subtype": "message_changed", "message": STONE, "channel": CHANNEL}


@pytest.mark.parametrize(
    ("event", "what"),
    [(JOINED, "an invitation"), (LOST, "a lost message"), (LEFT, "a lost message")],
)
async def test_what_slack_tells_while_the_log_is_away_is_told_again(
    replica: Replica, event: dict[str, Any], what: str, caplog: pytest.LogCaptureFixture
) -> None:
    hall = Hall()
    replica.reception.painter = cast("Painter", hall)
    hall.down = True
    assert await replica.hears(event) == 503
    assert await replica.hears(event) == 503
    hall.down = False
    assert await replica.hears(event) == ""
    [(team, channel, *_)] = hall.heard
    assert (team, channel) == ("T0", CHANNEL)
    # Once a minute, and no more: Slack tells of many things while a database is away.
    assert [r.getMessage() for r in caplog.records] == [
        f"{what} could not be recorded; Slack shall tell of it again"
    ]
    assert replica.seen == [("event", "unavailable")] * 2 + [("event", "done")]


GONE = {"type": "member_left_channel", "user": "U0BEN", "channel": CHANNEL}
SHUT = {"type": "channel_archive", "user": "U0BEN", "channel": CHANNEL}
SAID = {"type": "app_mention", "user": "U0ANA", "channel": CHANNEL, "ts": "1.1"}


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (GONE, "someone who left"),
        (SHUT, "a channel"),
        (SAID | {"text": "<@U0BOT> mend-it thing=lamp"}, "a message"),
    ],
)
async def test_what_is_to_come_again_is_named_in_the_log(
    replica: Replica,
    held: Held,
    event: dict[str, Any],
    what: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Gone:
        async def left(self, *_: Any) -> None:
            held.ready()

    replica.reception.painter = cast("Painter", SimpleNamespace(hindrances=Gone()))
    held.down = True
    assert await replica.hears(event) == 503
    said = [r.getMessage() for r in caplog.records if r.name.endswith("reception")]
    assert said == [f"{what} could not be recorded; Slack shall tell of it again"]


async def test_words_that_could_not_be_recorded_come_again_and_are_carried_out_once(
    replica: Replica, held: Held, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    async def tell(by: Any, channel: Any, address: Any, answer: Any, **_: Any) -> None:
        said.append(answer.text)

    monkeypatch.setattr(replica.reception._replies, "tell", tell)
    held.down = True
    for _ in range(3):
        assert await replica.mentions("<@U0BOT> mend-it thing=lamp", "Ev1") == 503
    held.down = False
    assert await replica.mentions("<@U0BOT> mend-it thing=lamp", "Ev1") == ""
    assert await replica.mentions("<@U0BOT> mend-it thing=lamp", "Ev1") == ""
    assert len(await held.runs()) == 1
    # The person was told once, however often it came.
    await replica.reception.drain()
    assert len(said) == 1
    assert "Slack passes it on to me again" in said[0]


async def test_a_second_delivery_waits_until_the_first_is_written(
    replica: Replica, held: Held
) -> None:
    held.free.clear()
    first = await later(replica.types("mend-it thing=lamp", "t1"))
    await held.begun.wait()
    second = await later(replica.types("mend-it thing=lamp", "t1"))
    assert not first.done()
    assert not second.done()
    held.free.set()
    assert [await first, await second] == ["", ""]
    assert len(await held.runs()) == 1


async def test_a_second_delivery_is_not_acknowledged_when_the_first_comes_to_nothing(
    replica: Replica, held: Held
) -> None:
    held.free.clear()
    held.failing = True
    words = "<@U0BOT> mend-it thing=lamp"
    both = [await later(replica.mentions(words, "Ev1")) for _ in range(2)]
    held.free.set()
    assert await asyncio.gather(*both) == [503, 503]
    held.failing = False
    assert await replica.mentions(words, "Ev1") == ""
    assert len(await held.runs()) == 1


def edited(at: int) -> dict[str, Any]:
    return {"edited": {"user": "U0ANA", "ts": f"9.{at}"}}


async def test_an_edited_mention_does_nothing_and_says_so(
    replica: Replica, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    async def tell(by: Any, channel: Any, address: Any, answer: Any, **_: Any) -> None:
        said.append(answer.text)

    monkeypatch.setattr(replica.reception._replies, "tell", tell)
    for number, words in enumerate(("mend-it thing=lamp", "start mend-it thing=lamp")):
        assert await replica.mentions(f"<@U0BOT> {words}", f"Ev{number}", **edited(number)) == ""
    assert await held.runs() == []
    await replica.mentions("<@U0BOT> mend-it thing=lamp", "Ev5")
    [run] = [row.run_id for row in await held.runs()]
    before = len(await held.read(run))
    for number, words in enumerate((f"export {run}", f"close {run}", "export")):
        await replica.mentions(f"<@U0BOT> {words}", f"Ev1{number}", **edited(10 + number))
    assert len(await held.read(run)) == before
    await replica.reception.drain()
    assert len(said) == 5
    assert all("I act on new messages only" in text for text in said)


async def test_a_mention_that_an_edit_adds_is_answered_once_however_slack_tells_of_it(
    replica: Replica, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[Any, str]] = []

    async def tell(by: Any, channel: Any, address: Any, answer: Any, **more: Any) -> None:
        said.append((more.get("thread"), answer.text))

    monkeypatch.setattr(replica.reception._replies, "tell", tell)
    now = {"type": "message", "user": "U0ANA", "ts": "1.1", "thread_ts": "1.0", **edited(1)}
    now["text"] = "<@U0BOT> mend-it thing=lamp"
    change = {
        "type": "message",
        "subtype": "message_changed",
        "channel": CHANNEL,
        "message": now,
        "previous_message": {"type": "message", "user": "U0ANA", "ts": "1.1", "text": "mend-it"},
    }
    await replica.hears(change, "Ev1")
    await replica.hears(change, "Ev1")
    again = {name: now[name] for name in ("ts", "thread_ts", "edited")}
    await replica.mentions(now["text"], "Ev2", **again)
    await replica.reception.drain()
    ((where, text),) = said
    assert where == "1.0"
    assert "I act on new messages only" in text
    assert await held.runs() == []


OTHER_CHANGES: list[dict[str, Any]] = [
    {"previous_message": {"text": "<@U0BOT> so"}},
    {"message": {"user": "U0ANA", "ts": "1.1", "text": "<@U0BOT> so"}},
    {"message": {"user": "U0BOT", "ts": "1.1", "text": "<@U0BOT> so", **edited(1)}},
    {"message": {"bot_id": "B1", "ts": "1.1", "text": "<@U0BOT> so", **edited(1)}},
    {"message": {"user": "U0ANA", "ts": "1.1", "text": "so", **edited(1)}},
    {"message": None},
]


@pytest.mark.parametrize("other", OTHER_CHANGES)
async def test_of_other_changes_nothing_is_said(
    replica: Replica, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    said: list[str] = []

    async def tell(*_: Any, **__: Any) -> None:
        said.append("something")

    monkeypatch.setattr(replica.reception._replies, "tell", tell)
    change = {
        "type": "message",
        "subtype": "message_changed",
        "channel": CHANNEL,
        "message": {"user": "U0ANA", "ts": "1.1", "text": "<@U0BOT> so", **edited(1)},
        "previous_message": {"text": "so"},
        **other,
    }
    assert await replica.hears(change, "Ev1") == ""
    await replica.reception.drain()
    assert said == []


DIRECT = ("D024BE91L", "directmessage"), ("G0GROUP", "mpdm-ana--ben-1"), ("C0GROUP", "mpdm-a--b-1")


@pytest.mark.parametrize(("channel", "name"), DIRECT)
async def test_nothing_is_started_in_a_direct_conversation(
    replica: Replica, held: Held, channel: str, name: str
) -> None:
    place = {"channel_id": channel, "channel_name": name}
    for number, words in enumerate(("mend-it", "mend-it thing=lamp", "start mend-it thing=lamp")):
        # A form asks for the channel in place of an answer.
        assert await replica.types(words, f"t{number}", **place) == ""
    clicked: dict[str, Any] = {"channel": {"id": channel, "name": name}}
    await replica.clicks("start", '{"procedure": "mend-it"}', "t8", **clicked)
    assert await held.runs() == []
    # What only reads works there as well.
    assert "procedures" in await replica.types("list", "t9", **place)


async def test_another_command_of_the_app_is_none_of_the_bots(replica: Replica, held: Held) -> None:
    answer = await replica.types("mend-it thing=lamp", "t1", command="/deploy")
    assert answer == "I answer `/runbook`, and no other command."
    assert await held.runs() == []
    assert replica.seen == [("command", "refused")]
