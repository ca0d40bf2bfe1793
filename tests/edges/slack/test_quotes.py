"""Messages that people add to a timeline: as a shortcut and as Slack give them."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.run.pins import FILES_LIMIT, WORDS_LIMIT, PinnedFile, Quote
from bot.edges.slack.inbound.deliveries import Heard, Reacted, Shortcut
from bot.edges.slack.inbound.door import Door
from bot.edges.slack.inbound.fields import Fields, Malformed
from bot.edges.slack.inbound.quoted import quote
from bot.edges.slack.quotes import SlackQuotes
from bot.ports.messages import Throttled, Unsure
from tests.edges.slack.delivered import ANA, CLICK, ME, event, put, read

TS = "1793502600.000100"
SAID: dict[str, Any] = {"type": "message", "user": "U0BEN", "ts": TS, "text": "It <@U0ANA> fell"}
SHORTCUT: dict[str, Any] = {
    **{key: CLICK[key] for key in ("user", "team", "api_app_id", "channel", "trigger_id")},
    "type": "message_action",
    "callback_id": "add_to_timeline",
    "message": SAID,
    "message_ts": TS,
    "response_url": "https://hooks.slack.com/app/1",
}
REACTION: dict[str, Any] = {
    "type": "reaction_added",
    "user": "U0ANA",
    "reaction": "pushpin",
    "item": {"type": "message", "channel": "C0INCIDENTS", "ts": TS},
}


def quoted(**more: Any) -> Quote:
    return quote(ME, "C0INCIDENTS", Fields(SAID | more))


def test_a_shortcut_comes_in_with_the_message_that_slack_hands_over() -> None:
    made = read(SHORTCUT)
    assert isinstance(made, Shortcut)
    assert (made.sender.by, made.name, made.direct) == (ANA, "add_to_timeline", False)
    assert made.quote == quoted()
    assert (made.quote.ts, made.quote.text) == (TS, "It <@U0ANA> fell")
    assert made.quote.link == "https://x.slack.com/archives/C0INCIDENTS/p1793502600000100"
    private = read(put(SHORTCUT, "channel", {"id": "D0AB", "name": "directmessage"}))
    assert private.direct


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("message", None),
        ("message.ts", "x"),
        ("message.ts", "99999999999.1"),
        ("message.user", "ana"),
        ("message.files", [1]),
        ("message.text", ["x"]),
        ("message_ts", "1.2"),
        ("channel.id", "incidents"),
        ("callback_id", None),
        ("trigger_id", ""),
        ("user.id", "nobody"),
    ],
)
def test_a_shortcut_with_something_wrong_in_it_is_refused(path: str, value: Any) -> None:
    with pytest.raises(Malformed):
        read(put(SHORTCUT, path, value))


def test_only_the_emoji_of_the_timeline_is_listened_to() -> None:
    door = Door(ME, "pushpin")
    made = door.read(event(**REACTION))
    assert isinstance(made, Reacted)
    assert (made.sender.by.id, made.channel, made.ts, made.added) == (
        "U0ANA",
        "C0INCIDENTS",
        TS,
        True,
    )
    gone = door.read(event(**REACTION | {"type": "reaction_removed"}))
    assert isinstance(gone, Reacted)
    assert not gone.added
    assert isinstance(door.read(event(**REACTION | {"reaction": "pushpin::skin-tone-2"})), Reacted)
    for other in (
        {"reaction": "eyes"},
        {"item": {"type": "file", "file": "F1"}},
    ):
        assert door.read(event(**REACTION | other)) == Heard()
    assert read(event(**REACTION)) == Heard(), "there is none"


def test_whose_a_message_is_and_what_hangs_on_it() -> None:
    file = {"id": "F0LAMP", "name": "lamp.png", "mimetype": "image/png", "url_private": "x"}
    hidden = {"id": "F0B", "file_access": "check_file_info"}
    one = quoted(files=[file, hidden], bot_id="B9", bot_profile={"name": "Mail"})
    assert one.author is not None
    assert (one.author.id, one.app) == ("U0BEN", "Mail")
    assert one.files == (
        PinnedFile(file="F0LAMP", name="lamp.png", mimetype="image/png"),
        PinnedFile(file="F0B", name="a file"),
    )
    app = quote(ME, "C1", Fields({"ts": TS, "bot_id": "B9", "attachments": [{"fallback": "Down"}]}))
    assert (app.author, app.app, app.text) == (None, "an app", "Down")
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "Node 2 is *down*"}}
    hostile: tuple[Any, ...] = ("x", [], [7], [[[]]], [{"type": ["x"], "text": 7}])
    for odd in hostile:
        for blocks in (odd, [*odd, block]):
            made = quote(ME, "C1", Fields({"ts": TS, "bot_id": "B9", "blocks": blocks}))
            assert made.text == ("Node 2 is *down*" if block in [*blocks] else "")
    assert len(quoted(files=[file] * 50).files) == FILES_LIMIT


def test_a_long_message_is_cut_and_says_by_how_much() -> None:
    long = quoted(text="x" * (WORDS_LIMIT + 500))
    assert len(long.text) == WORDS_LIMIT
    assert long.cut == 501
    assert long.text.endswith("…")
    fits = quoted(text="x" * WORDS_LIMIT)
    assert (len(fits.text), fits.cut) == (WORDS_LIMIT, 0)
    assert quoted(text="a\u202eb \u200b").text == "ab"


@pytest.mark.parametrize(
    ("message", "own", "to_bot"),
    [
        ({}, False, False),
        ({"text": "<@U0BOT> status"}, False, True),
        ({"text": "hey <@U0BOT>, take 3"}, False, True),
        ({"text": "ask <@U0BOT> for the status"}, False, False),
        ({"user": "U0BOT"}, True, False),
        ({"user": None, "bot_id": "B0BOT"}, True, False),
    ],
)
def test_what_the_bot_said_and_what_was_said_to_it_is_known(
    message: dict[str, Any], *, own: bool, to_bot: bool
) -> None:
    made = quoted(**message)
    assert (made.own, made.to_bot) == (own, to_bot)


def test_an_answer_in_a_thread_is_linked_within_it() -> None:
    made = quoted(thread_ts="1793502000.000000")
    assert made.thread == "1793502000.000000"
    assert made.link.endswith("/p1793502600000100?thread_ts=1793502000.000000&cid=C0INCIDENTS")
    assert "?" not in quoted(thread_ts=TS).link


def test_who_reacted_is_known_only_where_slack_names_everyone() -> None:
    seen = [{"name": "pushpin", "users": ["U0ANA"], "count": 1}]
    toned = [*seen, {"name": "pushpin::skin-tone-3", "users": ["U0BEN"], "count": 1}]
    assert quoted(reactions=toned).reacted == {"pushpin": frozenset({"U0ANA", "U0BEN"})}
    assert quoted().reacted == {}
    assert quoted(reactions=[{**seen[0], "count": 3}]).reacted is None


class Slack(AsyncWebClient):
    """A client that answers with what it is told to."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer
        self.asked: dict[str, Any] = {}

    async def conversations_replies(self, **asked: Any) -> Any:
        self.asked = asked
        if isinstance(self.answer, Exception):
            raise self.answer

        class Response:
            data = self.answer

        return Response()


def refused(error: str) -> SlackApiError:
    return SlackApiError("no", {"ok": False, "error": error})  # type: ignore[no-untyped-call]


async def test_one_message_is_read_and_not_the_one_over_its_thread() -> None:
    parent = {"ts": "1793502000.000000", "user": "U0ANA", "text": "Down"}
    slack = Slack({"ok": True, "messages": [parent, SAID | {"thread_ts": parent["ts"]}]})
    made = await SlackQuotes(slack, ME).read("C0INCIDENTS", TS)
    assert made is not None
    assert (made.text, made.thread) == ("It <@U0ANA> fell", parent["ts"])
    assert (slack.asked["oldest"], slack.asked["latest"], slack.asked["inclusive"]) == (
        TS,
        TS,
        True,
    )


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": True, "messages": []},
        {"ok": True, "messages": [{"ts": TS, "user": "odd"}]},
        {"ok": True, "messages": "none"},
        refused("thread_not_found"),
        refused("not_in_channel"),
        refused("missing_scope"),
        refused("channel_not_found"),
    ],
)
async def test_a_message_that_slack_does_not_give_is_none(answer: Any) -> None:
    assert await SlackQuotes(Slack(answer), ME).read("C0INCIDENTS", TS) is None


@pytest.mark.parametrize(
    ("error", "raised"), [("ratelimited", Throttled), ("internal_error", Unsure)]
)
async def test_where_it_may_give_it_later_that_is_said(error: str, raised: type[Exception]) -> None:
    with pytest.raises(raised):
        await SlackQuotes(Slack(refused(error)), ME).read("C0INCIDENTS", TS)
