"""What follows an acknowledgement: somebody hears of it, by a way of Slack's, or it is logged."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.app.conversation import Answer
from bot.core.run import sendings
from bot.core.run.events import Person
from bot.edges.slack import connection
from bot.edges.slack import replies as of_replies
from bot.edges.slack.replies import Replies, answers
from tests.edges.slack.web_api import Slack, serving
from tests.hanging import HANG_S

ANA = Person(id="U0ANA", name="ana")
SLACK, GOV = URL("https://slack.com/api/"), URL("https://slack-gov.com/api/")
LOCAL = URL("http://127.0.0.1:9280/api/")


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with serving() as made:
        yield made


@pytest.fixture
async def replies(slack: Slack) -> AsyncIterator[Replies]:
    async with aiohttp.ClientSession() as session:
        yield Replies(connection.client("xoxb-none", f"{slack.url}/api/", session))


REFUSALS = ("expired_trigger_id", "not_in_channel", "message_not_found", "token_revoked", "500")


FILE = {"type": "input", "block_id": "f", "label": {"text": "A file"}}
FORM = {"type": "modal", "blocks": [{**FILE, "element": {"type": "file_input"}}]}


@pytest.mark.parametrize(("error", "asked"), [("expired_trigger_id", 1), ("missing_scope", 2)])
async def test_a_form_is_tried_without_its_file_only_where_that_may_be_why(
    slack: Slack, replies: Replies, caplog: pytest.LogCaptureFixture, error: str, asked: int
) -> None:
    slack.errors["views.open"] = error
    await replies.open(ANA, "C0INCIDENTS", "t1", FORM)
    assert [method for method, _ in slack.asked].count("views.open") == asked
    assert ("files:read" in caplog.text) is (asked == 2)


@pytest.mark.parametrize("error", REFUSALS)
async def test_a_form_that_does_not_open_is_told_to_the_one_who_wanted_it(
    slack: Slack, replies: Replies, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    slack.errors["views.open"] = error
    replies.remember(ANA, "C0INCIDENTS", f"{slack.url}/answer")
    replies.later(replies.open(ANA, "C0INCIDENTS", "t1", {"type": "modal"}))
    await replies.drain()
    [(where, text)] = slack.said()
    assert where == "answer"
    assert text.startswith("The form did not open. Nothing was recorded")
    why = "Slack's fault: 500" if error == "500" else error
    assert f"a form did not open: {why}" in caplog.text


async def test_it_is_told_also_when_it_was_wanted_from_another_form(
    slack: Slack, replies: Replies
) -> None:
    """A click in a form names no channel; the one where the person was last will do."""
    slack.errors["views.push"] = "expired_trigger_id"
    replies.remember(ANA, "C0INCIDENTS", None)
    replies.later(replies.open(ANA, None, "t1", {"type": "modal"}, pushed=True))
    await replies.drain()
    told = slack.told("chat.postEphemeral")
    assert [(one["channel"], one["user"]) for one in told] == [("C0INCIDENTS", "U0ANA")]


async def test_it_is_told_where_it_was_wanted_and_in_the_thread_of_the_button(
    slack: Slack, replies: Replies
) -> None:
    slack.errors["views.open"] = "expired_trigger_id"
    replies.remember(ANA, "C0OTHER", f"{slack.url}/answer")
    await replies.open(ANA, "C0INCIDENTS", "t1", {"type": "modal"}, thread="1.1")
    [told] = slack.told("chat.postEphemeral")
    assert (told["channel"], told["user"], told["thread_ts"]) == ("C0INCIDENTS", "U0ANA", "1.1")


async def test_an_open_form_is_turned_to_another_page(slack: Slack, replies: Replies) -> None:
    await replies.turn("V1", {"type": "modal", "title": "next"})
    [(method, asked)] = slack.asked
    assert method == "views.update"
    assert asked == {"view_id": "V1", "view": {"type": "modal", "title": "next"}}


BLOCKS = [{"type": "divider"}]


@pytest.mark.parametrize("blocks", [[], BLOCKS])
@pytest.mark.parametrize("thread", [None, "1.1"])
async def test_an_answer_is_for_one_person_and_leaves_the_message_with_the_button_as_it_is(
    slack: Slack, replies: Replies, blocks: list[Any], thread: str | None
) -> None:
    answer = Answer("hello", blocks=blocks)
    await replies.tell(ANA, "C0INCIDENTS", f"{slack.url}/answer", answer, thread=thread)
    await replies.tell(ANA, "C0INCIDENTS", None, answer, thread=thread)
    said = {"text": "hello"} | ({"blocks": blocks} if blocks else {})
    in_thread = {"thread_ts": thread} if thread else {}
    there = {"response_type": "ephemeral", "replace_original": False}
    assert slack.told("answer") == [said | there | in_thread]
    assert slack.told("chat.postEphemeral") == [
        said | {"channel": "C0INCIDENTS", "user": "U0ANA"} | in_thread
    ]


@pytest.mark.parametrize(
    "error", [*REFUSALS, "thread_not_found", "ratelimited", "channel_not_found"]
)
async def test_what_slack_does_not_take_is_logged_once(
    slack: Slack, replies: Replies, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    slack.errors["chat.postEphemeral"] = error
    told = replies.tell(ANA, "C0INCIDENTS", None, Answer("words of a person"), thread="1.1")
    replies.later(told)
    await replies.drain()
    assert [r.levelno for r in caplog.records] == [logging.WARNING]
    assert "Slack did not take an answer" in caplog.text
    assert "words of a person" not in caplog.text


async def test_a_fault_of_ours_is_logged_as_well(
    replies: Replies, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    replies.later(broken())
    await replies.drain()
    await asyncio.sleep(0)
    assert [r.levelno for r in caplog.records] == [logging.ERROR]


async def test_an_address_that_is_used_up_is_no_end(
    slack: Slack, replies: Replies, caplog: pytest.LogCaptureFixture
) -> None:
    slack.errors["answer"] = "404"
    await replies.tell(ANA, "C0INCIDENTS", f"{slack.url}/answer", Answer("hello"))
    assert [method for method, _ in slack.said()] == ["answer", "chat.postEphemeral"]
    assert "status 404" in caplog.text


@pytest.mark.parametrize("trouble", ["drop", "hang"])
async def test_an_address_that_breaks_off_is_tried_once_and_is_no_end(
    slack: Slack,
    replies: Replies,
    trouble: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Tried again, it would be said twice: it may have been taken."""
    monkeypatch.setattr(of_replies, "TIMEOUT", 1)
    caplog.set_level(logging.DEBUG)
    slack.errors["answer"] = trouble
    async with asyncio.timeout(HANG_S):
        await replies.tell(ANA, "C0INCIDENTS", f"{slack.url}/answer", Answer("hello"))
    assert [method for method, _ in slack.said()] == ["answer", "chat.postEphemeral"]
    assert f"{slack.url}/answer" not in caplog.text, "whoever knows it can speak as the bot"


async def test_answers_go_over_the_connections_that_there_are(
    slack: Slack, replies: Replies
) -> None:
    for _ in range(3):
        await replies.tell(ANA, "C0INCIDENTS", f"{slack.url}/answer", Answer("hello"))
    assert len(slack.callers) == 1


async def test_where_people_were_longest_ago_is_forgotten_first(
    slack: Slack, replies: Replies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_replies, "REMEMBERED", 2)
    everybody = [Person(id=f"U0P{n}", name="p") for n in range(3)]
    for person in everybody:
        replies.remember(person, "C0INCIDENTS", f"{slack.url}/{person.id}")
    for person in everybody:
        await replies.tell(person, None, None, Answer("hello"))
    assert [method for method, _ in slack.said()] == ["U0P1", "U0P2"]


async def test_a_stop_does_not_wait_for_an_answer_without_end(
    replies: Replies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_replies, "DRAIN", 0.05)
    ended = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    replies.later(endless())
    async with asyncio.timeout(HANG_S):
        await replies.drain()
        await ended.wait()


async def test_nothing_is_posted_to_an_address_that_is_not_slacks(
    slack: Slack, replies: Replies, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = "https://hooks.slack.com.example.org/x"
    for _ in range(3):
        replies.remember(ANA, "C0INCIDENTS", elsewhere)
        await replies.tell(ANA, "C0INCIDENTS", elsewhere, Answer("hello"))
    assert [method for method, _ in slack.said()] == ["chat.postEphemeral"] * 3
    assert [r.getMessage() for r in caplog.records] == [
        "a response_url was ignored: it does not lead to Slack"
    ]


def test_the_addresses_at_which_slack_takes_answers() -> None:
    for good, api in (
        ("https://hooks.slack.com/actions/T1/2/x", SLACK),
        ("https://hooks.slack.com:443/commands/1", URL("https://www.slack.com/api/")),
        ("https://hooks.slack-gov.com/commands/1", GOV),
        ("https://slack.com/x", SLACK),
        ("http://127.0.0.1:9281/workspace/respond/x", LOCAL),
    ):
        assert answers(good, api), good
    for bad, api in (
        ("http://hooks.slack.com/x", SLACK),
        ("https://hooks.slack.com:8443/x", SLACK),
        ("https://hooks.slack-gov.com/x", SLACK),
        ("https://hooks.slack.com/x", GOV),
        ("https://hooks.slack.com@evil.example/x", SLACK),
        ("https://user:word@hooks.slack.com/x", SLACK),
        ("https://user@hooks.slack.com/x", SLACK),
        ("https://:word@hooks.slack.com/x", SLACK),
        ("https://hooks.slack.com.evil.example/x", SLACK),
        ("https://evil.example/hooks.slack.com", SLACK),
        ("https://xhooks.slack.com/x", SLACK),
        ("http://169.254.169.254/latest/meta-data", SLACK),
        ("http://127.0.0.1:9280/x", SLACK),
        ("http://10.0.0.1:9280/x", LOCAL),
        ("https://127.0.0.1:9280/x", LOCAL),
        ("file:///etc/passwd", SLACK),
        ("https://hooks.slack.com:x/y", SLACK),
        ("hooks.slack.com", SLACK),
        ("https://[::1", SLACK),
        ("", SLACK),
    ):
        assert not answers(bad, api), bad


async def test_the_table_says_what_becomes_of_an_answer_that_is_lost(
    slack: Slack,
    replies: Replies,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """By its own way it may have arrived; by the other it is said all the same, once."""
    answer = Answer("hello")
    slack.errors = {"answer": "drop", "chat.postEphemeral": "drop"}
    replies.later(replies.tell(ANA, "C0INCIDENTS", f"{slack.url}/answer", answer))
    await replies.drain()
    assert [where for where, _ in slack.said()] == ["answer", "chat.postEphemeral"]
    assert "Slack did not take an answer" in caplog.text
    slack.asked.clear()
    monkeypatch.setattr(of_replies, "ANSWER", sendings.EPHEMERAL)
    replies.later(replies.tell(ANA, "C0INCIDENTS", f"{slack.url}/answer", answer))
    await replies.drain()
    assert [where for where, _ in slack.said()] == ["answer"]
