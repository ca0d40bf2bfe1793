"""What people say to the bot alone: each message once, however it is told, and no robot's."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.run.events import MessageTakenBack, Person
from bot.core.words.spoken import Spoken, alone
from bot.edges.slack.inbound.deliveries import Deleted, Heard, Mention, Sender
from bot.edges.slack.inbound.fields import Malformed
from tests.edges.slack.delivered import event, read

ALONE: dict[str, Any] = {
    "type": "message",
    "channel": "D0ANA",
    "channel_type": "im",
    "user": "U0ANA",
    "team": "T0HOME",
    "text": "status",
    "ts": "1.2",
}
CHANGED: dict[str, Any] = {
    "type": "message",
    "subtype": "message_changed",
    "channel": "D0ANA",
    "channel_type": "im",
    "ts": "1.9",
    "message": {
        "type": "message",
        "user": "U0ANA",
        "text": "status KC-7",
        "ts": "1.2",
        "edited": {"user": "U0ANA", "ts": "1.9"},
    },
    "previous_message": {"type": "message", "user": "U0ANA", "text": "status", "ts": "1.2"},
}


def test_words_to_the_bot_alone_come_in_as_words_to_it() -> None:
    assert read(event(**ALONE)) == Mention(
        sender=Sender(Person(id="U0ANA"), "T0HOME", outside=False),
        id="said D0ANA 1.2",
        text="status",
        channel="D0ANA",
        direct=True,
        thread=None,
        edited=False,
        alone=True,
    )
    assert read(event(**ALONE, thread_ts="1.1")).thread == "1.1"
    assert read(event(**ALONE, subtype="file_share")).text == "status"


def test_told_as_a_mention_too_they_are_one_delivery() -> None:
    named = read(event(**{**ALONE, "type": "app_mention", "text": "<@U0BOT> status"}))
    assert (named.id, named.alone) == ("said D0ANA 1.2", True)
    late = read(event(**CHANGED))
    mention = {**CHANGED["message"], "channel": "D0ANA", "type": "app_mention"}
    assert late.edited
    assert read(event(**mention)).id == late.id


@pytest.mark.parametrize(
    "odd",
    [
        {"user": "U0BOT"},
        {"user": "USLACKBOT"},
        {"bot_id": "B0OTHER"},
        {"user": None},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"subtype": "channel_join"},
        {"channel": "C0INCIDENTS", "channel_type": "channel"},
        {"ts": None},
    ],
)
def test_what_nobody_says_to_it_alone_is_only_heard(odd: dict[str, Any]) -> None:
    assert read(event(**{**ALONE, **odd})) == Heard()


def test_a_change_that_is_not_of_the_words_is_only_heard() -> None:
    same = {**CHANGED["message"], "text": "status"}
    assert read(event(**{**CHANGED, "message": same})) == Heard()
    unfurled = {k: v for k, v in CHANGED["message"].items() if k != "edited"}
    assert read(event(**{**CHANGED, "message": unfurled})) == Heard()
    own = {**CHANGED["message"], "user": "U0BOT"}
    assert read(event(**{**CHANGED, "message": own})) == Heard()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("status", "status"),
        ("<@U0BOT> status", "status"),
        ("status <@U0BOT|runbook>", "status"),
        ("please status!", "please status!"),
        ("<@U0BOT>", ""),
        ("hand it to <@U0BEN>", "hand it to <@U0BEN>"),
    ],
)
def test_alone_all_that_is_said_is_said_to_the_bot(text: str, words: str) -> None:
    assert alone(text, "U0BOT") == Spoken(words, passing=False)


GONE: dict[str, Any] = {
    "type": "message",
    "subtype": "message_deleted",
    "channel": "C0INCIDENTS",
    "channel_type": "channel",
    "deleted_ts": "1793502300.000100",
    "event_ts": "1793502400.000000",
}
WAS: dict[str, Any] = {
    "user": "U0BEN",
    "text": "the password is swordfish",
    "ts": "1793502300.000100",
    "thread_ts": "1793502000.000100",
}


def _told(**was: Any) -> MessageTakenBack | None:
    deleted = read(event(**GONE, previous_message={**WAS, **was}))
    assert isinstance(deleted, Deleted)
    return deleted.talk


def test_of_a_reply_that_is_gone_there_is_whose_and_when_and_no_word() -> None:
    told = _told(bot_id="B0PHONE")
    assert told == MessageTakenBack(
        thread="1793502000.000100",
        message="1793502300.000100",
        author=Person(id="U0BEN"),
        app="B0PHONE",
        deleted=datetime.fromtimestamp(1793502400, UTC),
    )
    assert "swordfish" not in repr(read(event(**GONE, previous_message=WAS)))
    assert _told(user=None, bot_id="B0NAGIOS") is not None


@pytest.mark.parametrize(
    "was",
    [
        {"thread_ts": None},
        {"thread_ts": "1793502300.000100"},
        {"user": "U0BOT", "bot_id": "B0BOT"},
        {"text": "<@U0BOT> note it fell"},
        {"text": "hey <@U0BOT>: status"},
    ],
)
def test_what_is_no_talk_in_a_thread_is_gone_and_no_more(was: dict[str, Any]) -> None:
    assert _told(**was) is None


def test_a_deletion_whose_time_is_none_is_refused() -> None:
    with pytest.raises(Malformed, match="event_ts is no time"):
        read(event(**{**GONE, "event_ts": "9999999999999999.0"}, previous_message=WAS))
