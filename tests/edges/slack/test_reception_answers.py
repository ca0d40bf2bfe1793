"""Where an answer goes: to the one who asked, at the place where they asked, by Slack's own way."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.core.run.events import Person
from bot.edges.slack.inbound.reception import EDITED
from tests.edges.slack.conftest import CHANNEL, Replica, Told
from tests.edges.slack.web_api import Slack, serving
from tests.fakes import FakeLog

ANA = Person(id="U0ANA", name="ana")
START = "mend-it thing=lamp"


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with serving() as made:
        yield made


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
async def replica(
    slack: Slack, log: FakeLog, session: aiohttp.ClientSession
) -> AsyncIterator[Replica]:
    made = Replica(log, session, Told(f"{slack.url}/api/"))
    yield made
    await made.reception.drain()


async def asked(replica: Replica, slack: Slack) -> tuple[str, dict[str, Any]]:
    """The only thing that Slack was asked since it was last looked at."""
    await replica.reception.drain()
    [(method, arguments)] = slack.asked
    slack.asked.clear()
    return method, arguments


def in_form(about: str, **more: Any) -> dict[str, Any]:
    """Where a click in a form was made."""
    view = {"id": "V1", "callback_id": "more", "private_metadata": about, **more}
    return {"view": view, "channel": None, "container": {"type": "view"}, "response_url": None}


# Words. -----------------------------------------------------------------------------------------


async def test_the_answer_to_a_command_is_for_its_sender_alone_and_has_its_blocks(
    replica: Replica,
) -> None:
    await replica.types(START, "t1")
    command = {"command": "/runbook", "channel_id": CHANNEL, "user_id": "U0ANA", "team_id": "T0"}
    answer = await replica.take(command | {"text": "status", "trigger_id": "t2"})
    assert answer["response_type"] == "ephemeral"
    assert "MI-1" in str(answer["blocks"])
    plain = await replica.take(command | {"text": "help", "trigger_id": "t3"})
    assert plain["response_type"] == "ephemeral"
    assert plain["text"]


async def test_who_typed_is_told_later_at_the_address_of_what_they_typed(
    replica: Replica, slack: Slack
) -> None:
    """It works also where the bot cannot post."""
    await replica.types("list", "t1", response_url=f"{slack.url}/typed")
    await replica.reception.tell(ANA, "T0", CHANNEL, "I am not in this channel.")
    assert await asked(replica, slack) == (
        "typed",
        {
            "text": "I am not in this channel.",
            "response_type": "ephemeral",
            "replace_original": False,
        },
    )
    await replica.reception.tell(ANA, "T0", "C0OTHER", "Nor in that.")
    method, said = await asked(replica, slack)
    assert (method, said["channel"], said["user"]) == ("chat.postEphemeral", "C0OTHER", "U0ANA")


async def test_a_refused_click_is_answered_at_its_own_address_in_the_thread_of_the_button(
    replica: Replica, slack: Slack
) -> None:
    await replica.types(START, "t1")
    await replica.clicks("done", "MI-9/look", "t2", response_url=f"{slack.url}/click")
    method, said = await asked(replica, slack)
    assert method == "click"
    assert "no run `MI-9`" in said["text"]
    assert "thread_ts" not in said
    held = {"type": "message", "message_ts": "1.5", "thread_ts": "1.1", "channel_id": CHANNEL}
    at = f"{slack.url}/click"
    await replica.clicks("done", "MI-9/look", "t3", container=held, response_url=at)
    method, said = await asked(replica, slack)
    assert (method, said["thread_ts"]) == ("click", "1.1")
    await replica.clicks("done", "MI-9/look", "t4", container=held, response_url=None)
    method, said = await asked(replica, slack)
    assert (method, said["channel"], said["thread_ts"]) == ("chat.postEphemeral", CHANNEL, "1.1")


async def test_who_clicked_is_told_later_at_the_address_of_their_click(
    replica: Replica, slack: Slack
) -> None:
    await replica.types(START, "t1")
    await replica.clicks("take", "MI-1/look", "t2", "ben", response_url=f"{slack.url}/click")
    ben = Person(id="U0BEN", name="ben")
    await replica.reception.tell(ben, "T0", CHANNEL, "It comes back to you.")
    assert (await asked(replica, slack))[0] == "click"


async def test_a_mention_is_answered_in_its_thread_and_opens_no_form(
    replica: Replica, slack: Slack, log: FakeLog
) -> None:
    await replica.mentions("<@U0BOT> help", "Ev1", thread_ts="1.1")
    method, said = await asked(replica, slack)
    assert (method, said["channel"], said["user"]) == ("chat.postEphemeral", CHANNEL, "U0ANA")
    assert said["thread_ts"] == "1.1"
    # One that would need a form names the command instead: a message has no trigger.
    await replica.mentions("<@U0BOT> mend-it", "Ev2")
    method, said = await asked(replica, slack)
    assert method == "chat.postEphemeral"
    assert "thing" in said["text"]
    assert await log.runs() == []


async def test_an_edited_mention_is_measured_as_refused(replica: Replica, slack: Slack) -> None:
    edited = {"edited": {"user": "U0ANA", "ts": "9.9"}}
    await replica.mentions(f"<@U0BOT> {START}", "Ev1", **edited)
    assert (await asked(replica, slack))[1]["text"] == EDITED
    assert replica.seen == [("event", "refused")]


async def test_who_is_mentioned_in_passing_is_silent(replica: Replica, slack: Slack) -> None:
    await replica.mentions("ask <@U0BOT> about the lamp some day", "Ev1")
    await replica.reception.drain()
    assert slack.asked == []
    await replica.mentions("<@U0BOT> frobnicate zzzzz", "Ev2")
    assert "@runbook list" in (await asked(replica, slack))[1]["text"]


async def test_a_mention_in_a_direct_conversation_starts_nothing(
    replica: Replica, slack: Slack, log: FakeLog
) -> None:
    await replica.mentions(f"<@U0BOT> {START}", "Ev1", channel="D0ANA")
    method, answer = await asked(replica, slack)
    assert (method, answer["channel"]) == ("chat.postMessage", "D0ANA")
    assert "A run needs a channel" in answer["text"]
    assert "Choose a channel…" in str(answer["blocks"])
    assert await log.runs() == []


# Forms. -----------------------------------------------------------------------------------------


async def test_a_command_that_lacks_something_opens_its_form_which_starts_the_run(
    replica: Replica, slack: Slack, log: FakeLog
) -> None:
    assert await replica.types("mend-it", "t1") == ""
    method, opened = await asked(replica, slack)
    assert (method, opened["trigger_id"], opened["view"]["callback_id"]) == (
        "views.open",
        "t1",
        "start",
    )
    about = opened["view"]["private_metadata"]
    assert json.loads(about)["channel"] == CHANNEL
    view = {
        "id": "V1",
        "callback_id": "start",
        "private_metadata": about,
        "blocks": [],
        "state": {"values": {"thing": {"value": {"value": "lamp"}}}},
    }
    user = {"id": "U0ANA", "name": "ana"}
    sent = {"type": "view_submission", "user": user, "trigger_id": "t2", "view": view}
    assert await replica.take(sent) == ""
    assert len(await log.runs()) == 1


async def test_a_form_that_did_not_open_is_told_where_it_was_asked_for(
    replica: Replica, slack: Slack
) -> None:
    slack.errors["views.open"] = "expired_trigger_id"
    await replica.types("mend-it", "t1")
    await replica.reception.drain()
    [_, (method, said)] = slack.asked
    assert (method, said["channel"], said["user"]) == ("chat.postEphemeral", CHANNEL, "U0ANA")
    slack.asked.clear()
    await replica.types(START, "t2")
    held = {"type": "message", "message_ts": "1.5", "thread_ts": "1.1", "channel_id": CHANNEL}
    await replica.clicks("skip", "MI-1/look", "t3", container=held)
    await replica.reception.drain()
    [_, (method, said)] = slack.asked
    assert (method, said["channel"], said["thread_ts"]) == ("chat.postEphemeral", CHANNEL, "1.1")


async def test_a_click_in_a_form_opens_the_next_on_top_of_it_and_words_as_well(
    replica: Replica, slack: Slack
) -> None:
    await replica.types(START, "t1")
    place = in_form(replica.opened(json.dumps({"run": "MI-1", "channel": CHANNEL})))
    await replica.clicks("note", "MI-1", "t2", **place)
    method, pushed = await asked(replica, slack)
    assert (method, pushed["view"]["callback_id"]) == ("views.push", "note")
    # What was opened from a form is good for as long as that was.
    assert "seen" in pushed["view"]["private_metadata"]
    await replica.clicks("done", "MI-1/look", "t3", **place)
    method, pushed = await asked(replica, slack)
    assert (method, pushed["view"]["callback_id"]) == ("views.push", "told")


async def test_words_about_a_click_in_a_form_that_cannot_be_shown_there_reach_its_channel(
    replica: Replica, slack: Slack
) -> None:
    slack.errors["views.push"] = "expired_trigger_id"
    await replica.types(START, "t1")
    await replica.types("list", "t2", channel_id="C0OTHER")
    place = in_form(replica.opened(json.dumps({"run": "MI-1", "channel": CHANNEL})))
    await replica.clicks("note", "MI-1", "t3", **place)
    await replica.reception.drain()
    assert slack.told("chat.postEphemeral")[0]["channel"] == CHANNEL


async def test_the_walkthrough_opens_at_its_step_and_turns_in_place(
    replica: Replica, slack: Slack
) -> None:
    await replica.types(START, "t1")
    await replica.clicks("show", "MI-1/tell", "t2")
    method, opened = await asked(replica, slack)
    assert method == "views.open"
    assert "Tell the others" in str(opened["view"]["blocks"])
    about = opened["view"]["private_metadata"]
    assert json.loads(about)["first"] > 0
    place = in_form(about, callback_id="show")
    await replica.clicks("page_next", "MI-1/0", "t3", **place)
    method, turned = await asked(replica, slack)
    assert (method, turned["view_id"]) == ("views.update", "V1")
    assert json.loads(turned["view"]["private_metadata"])["first"] == 0
    # And goes on being good for what is pressed in it.
    assert "seen" in turned["view"]["private_metadata"]
    await replica.clicks("take", "MI-1/look", "t4", **in_form(about, callback_id="show"))
    method, turned = await asked(replica, slack)
    assert (method, turned["view_id"]) == ("views.update", "V1")
    assert replica.seen[-1] == ("action", "done")


async def test_the_walkthrough_opens_over_a_form_and_turns_to_the_page_that_was_asked_for(
    replica: Replica, slack: Slack
) -> None:
    await replica.types(START, "t1")
    place = in_form(replica.opened(json.dumps({"run": "MI-1", "channel": CHANNEL})))
    await replica.clicks("show", "MI-1/tell", "t2", **place)
    method, opened = await asked(replica, slack)
    assert (method, opened["view"]["callback_id"]) == ("views.push", "show")
    about = opened["view"]["private_metadata"]
    first = json.loads(about)["first"]
    await replica.clicks("page_next", f"MI-1/{first}", "t3", **in_form(about, callback_id="show"))
    method, turned = await asked(replica, slack)
    assert json.loads(turned["view"]["private_metadata"])["first"] == first


async def test_what_was_done_in_the_form_of_everything_is_said_there(
    replica: Replica, slack: Slack
) -> None:
    await replica.types(START, "t1")
    place = in_form(replica.opened(json.dumps({"run": "MI-1", "channel": CHANNEL})))
    await replica.clicks("take", "MI-1/look", "t2", **place)
    method, turned = await asked(replica, slack)
    assert (method, turned["view_id"]) == ("views.update", "V1")
    assert "Done. The board" in str(turned["view"]["blocks"])


async def test_a_message_of_the_run_elsewhere_is_one_to_click_on(
    replica: Replica, slack: Slack, log: FakeLog
) -> None:
    await replica.types(START, "t1")
    rows = log.outbox.rows
    rows["MI-1/board"] = replace(rows["MI-1/board"], team="T0", channel="C0OTHER", ts="1.5")
    elsewhere = {"type": "message", "message_ts": "1.5", "channel_id": "C0OTHER"}
    there: dict[str, Any] = {"channel": {"id": "C0OTHER"}, "container": elsewhere}
    await replica.clicks("take", "MI-1/look", "t2", **there)
    assert replica.seen[-1] == ("action", "done")
    strange: dict[str, Any] = {
        "channel": {"id": "C0OTHER"},
        "container": elsewhere | {"message_ts": "1.6"},
    }
    await replica.clicks("done", "MI-1/look", "t3", **strange)
    assert replica.seen[-1] == ("action", "refused")


# Forms that were sent. --------------------------------------------------------------------------


async def test_what_is_wrong_with_an_input_stands_at_its_field_and_starts_nothing(
    replica: Replica, log: FakeLog
) -> None:
    about = json.dumps({"procedure": "mend-it", "another": True, "channel": CHANNEL})
    answer = await replica.sends("start", about, {"thing": "L!"}, "t1")
    assert answer["response_action"] == "errors"
    assert [*answer["errors"]] == ["thing"]
    assert await log.runs() == []
    assert replica.seen == [("view", "refused")]


async def test_why_a_form_was_refused_stands_at_its_first_field_that_is_empty(
    replica: Replica,
) -> None:
    about = json.dumps({"run": "MI-9", "step": None})
    answer = await replica.sends("note", about, {"text": "so", "more": " "}, "t1")
    assert answer["response_action"] == "errors"
    assert [*answer["errors"]] == ["more"]
    # In a form, what there is not is told by nothing from what is elsewhere.
    assert answer["errors"]["more"].startswith("Nothing was recorded: this form was opened")
    full = await replica.sends("note", about, {"text": "so", "more": "much"}, "t2")
    assert [*full["errors"]] == ["text"]


async def test_a_form_without_fields_is_replaced_by_why_it_was_refused(replica: Replica) -> None:
    answer = await replica.sends("note", json.dumps({"run": "MI-9", "step": None}), {}, "t1")
    assert answer["response_action"] == "update"
    assert answer["view"]["callback_id"] == "told"
    assert "Nothing was recorded" in str(answer["view"]["blocks"])


async def test_a_form_on_top_of_others_closes_them_all_when_it_is_done(replica: Replica) -> None:
    await replica.types(START, "t1")
    view = {
        "id": "V2",
        "callback_id": "note",
        "previous_view_id": "V1",
        "private_metadata": replica.opened(json.dumps({"run": "MI-1", "step": None})),
        "blocks": [{"type": "input", "block_id": "text"}],
        "state": {"values": {"text": {"value": {"value": "so"}}}},
    }
    user = {"id": "U0ANA", "name": "ana"}
    sent = {"type": "view_submission", "user": user, "trigger_id": "t2", "view": view}
    assert await replica.take(sent) == {"response_action": "clear"}


async def test_what_a_sent_form_has_to_say_is_said_in_the_channel_it_is_about(
    replica: Replica, slack: Slack
) -> None:
    await replica.types(START, "t1")
    await replica.types("list", "t2", channel_id="C0OTHER")
    about = json.dumps({"procedure": "mend-it", "another": False, "channel": CHANNEL})
    assert await replica.sends("start", about, {"thing": "lamp"}, "t3") == ""
    method, said = await asked(replica, slack)
    assert (method, said["channel"]) == ("chat.postEphemeral", CHANNEL)
    assert "already open" in said["text"]
