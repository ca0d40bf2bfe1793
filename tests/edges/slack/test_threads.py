"""What is read of a thread, and a reply whose thread was gone: with answers as Slack gives them."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.blockkit.picture import Picture
from bot.core.documents.postmortem import Attached, LeftOut
from bot.core.run.slack_errors import CLASSES, Class, class_of, remedy
from bot.edges.slack.calls import call
from bot.edges.slack.messages import SlackMessages
from bot.edges.slack.people import SlackPeople
from bot.edges.slack.threads import PAGES
from bot.ports.messages import (
    Barred,
    Gone,
    Mark,
    MessageRow,
    NeedsPerson,
    NotInChannel,
    Rejected,
    Throttled,
    Unfit,
    Unsure,
)

ROOT = "1795763000.000001"
LATENCY = {"id": "F1", "name": "latency.png", "size": 2_048}
ME = {"ok": True, "user_id": "U0RUNBOOK", "bot_id": "B0RUNBOOK"}
Answer = dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]]


class Slack:
    """Answers each method as it was told to, and keeps what it was asked."""

    def __init__(self, **answers: Answer) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._answers: dict[str, Answer] = {"auth_test": ME, **answers}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def method(**arguments: Any) -> Any:
            self.asked.append((name, arguments))
            answer = self._answers.get(name, {"ok": False, "error": "unknown_method"})
            data = answer(arguments) if callable(answer) else answer
            if not data["ok"]:
                raise SlackApiError("refused", SimpleNamespace(status_code=200, data=data))  # type: ignore[no-untyped-call]
            return SimpleNamespace(data=data)

        return method


def asking(slack: Slack) -> SlackPeople:
    return SlackPeople(lambda _: cast("AsyncWebClient", slack))


def showing(slack: Slack) -> SlackMessages:
    return SlackMessages(lambda _: cast("AsyncWebClient", slack), lambda _: "U0BOT")


def message(second: int, text: str, **more: Any) -> dict[str, Any]:
    return {"ts": f"17957630{second:02}.000000", "thread_ts": ROOT, "text": text, **more}


def thread(*messages: dict[str, Any]) -> Answer:
    return {"ok": True, "messages": [{"ts": ROOT, "text": "the board"}, *messages]}


async def test_whoever_writes_in_a_thread_is_heard_and_what_is_left_out_is_counted() -> None:
    ours = {"user": "U0RUNBOOK", "bot_id": "B0RUNBOOK"}
    slack = Slack(
        conversations_replies=thread(
            message(1, "it is slow", user="U0ANA"),
            message(2, "rolled back", user="U0DEPLOY", bot_id="B0D", bot_profile={"name": "Dep"}),
            message(3, "", bot_id="B0OLD", subtype="bot_message", username="Nagios"),
            message(4, "", bot_id="B0OLD", username="Nagios", attachments=[{"fallback": "red"}]),
            message(5, "writes are back", user="U0BEN", bot_id="B0PHONE"),
            message(6, "", user="U0CHLOE", files=[LATENCY]),
            message(7, "it was db-3", user="U0DEE", edited={"user": "U0DEE", "ts": "1795763000.5"}),
            message(8, "🔴 KC-1", **ours),
            message(9, "<@U0RUNBOOK> status", user="U0ANA"),
            message(10, "ask <@U0RUNBOOK>", user="U0ANA"),
            message(11, "<@U0BEN> look", user="U0ANA"),
            message(12, "hey <@U0RUNBOOK>: take 3", user="U0ANA"),
        ),
        users_info=lambda asked: {"ok": True, "user": {"is_bot": asked["user"] == "U0DEPLOY"}},
        bots_info=lambda asked: (
            {"ok": True, "bot": {"id": "B0PHONE", "name": "Phone"}}
            if asked["bot"] == "B0PHONE"
            else {"ok": False, "error": "bot_not_found"}
        ),
    )
    talk = await asking(slack).thread(None, "C1", ROOT)
    assert [(one.by, one.text, one.app, one.through) for one in talk.said] == [
        ("U0ANA", "it is slow", None, False),
        ("U0DEPLOY", "rolled back", "Dep", False),
        ("B0OLD", "red", "Nagios", False),
        ("U0BEN", "writes are back", "Phone", True),
        ("U0CHLOE", "", None, False),
        ("U0DEE", "it was db-3", None, False),
        ("U0ANA", "ask <@U0RUNBOOK>", None, False),
        ("U0ANA", "<@U0BEN> look", None, False),
    ]
    assert [file for one in talk.said for file in one.files] == [
        Attached("latency.png", "F1", 2_048)
    ]
    edited = [(one.by, one.edited_at) for one in talk.said if one.edited]
    assert edited == [("U0DEE", datetime(2026, 11, 27, 7, 3, 20, 500_000, tzinfo=UTC))]
    assert talk.left_out == LeftOut(to_bot=2, own=1, empty=1)


async def test_a_thread_without_an_end_is_read_up_to_a_bound_and_that_is_said() -> None:
    def page(asked: dict[str, Any]) -> dict[str, Any]:
        more = {"response_metadata": {"next_cursor": "more"}}
        root = {"ts": ROOT, "text": "", "reply_count": 20_000}
        return {"ok": True, "messages": [root, message(1, "x", user="U0ANA")], **more}

    slack = Slack(conversations_replies=page)
    talk = await asking(slack).thread(None, "C1", ROOT)
    assert len(slack.asked) == 1 + PAGES
    assert talk.left_out.beyond == 20_000 - PAGES


ROW = MessageRow("KC-1/notice/3", "KC-1", "C1", None, 3, 0, unsure=False)
PICTURE, MARK = Picture("it failed", ()), Mark(3, "a" * 64)


async def test_a_reply_that_lost_its_thread_is_taken_back() -> None:
    slack = Slack(
        chat_postMessage={"ok": True, "ts": "9.0", "message": {"ts": "9.0", "text": "it failed"}},
        chat_delete={"ok": True},
    )
    with pytest.raises(Gone):
        await showing(slack).post(ROW, ROOT, PICTURE, MARK)
    assert slack.asked[-1] == ("chat_delete", {"channel": "C1", "ts": "9.0"})


async def test_a_reply_that_kept_its_thread_stays_and_carries_no_word_of_peoples() -> None:
    there = {"ok": True, "ts": "9.0", "message": {"ts": "9.0", "thread_ts": ROOT}}
    slack = Slack(chat_postMessage=there)
    assert await showing(slack).post(ROW, ROOT, PICTURE, MARK) == "9.0"
    ((_, asked),) = slack.asked
    payload = {"key": "KC-1/notice/3", "run": "KC-1", "seq": 3, "head": "a" * 64}
    assert asked["metadata"] == {"event_type": "runbook_message", "event_payload": payload}


RAISED = {
    Class.PASSING: Unsure,
    Class.GONE: Gone,
    Class.UNFIT: Unfit,
    Class.OUTSIDE: NotInChannel,
    Class.PERSON: NeedsPerson,
    Class.OPERATOR: Barred,
    Class.NEVER: Rejected,
}


@pytest.mark.parametrize("error", [*CLASSES, "an_error_that_slack_makes_up_tomorrow"])
async def test_each_of_slacks_errors_is_raised_as_what_its_class_says(error: str) -> None:
    slack = Slack(chat_update={"ok": False, "error": error})
    with pytest.raises((Unsure, Gone, Rejected)) as raised:
        await call(slack.chat_update, channel="C1", ts="1.0")
    assert type(raised.value) is RAISED[class_of(error)]
    if isinstance(raised.value, NeedsPerson):
        assert str(raised.value) == error, "the bare name: it is recorded"
        words = remedy(error, "runbook")
        assert words.endswith(".")
        assert "{" not in words


async def test_a_rate_limit_is_no_error_of_the_table() -> None:
    slack = Slack(chat_update={"ok": False, "error": "ratelimited"})
    with pytest.raises(Throttled):
        await call(slack.chat_update, channel="C1", ts="1.0")
