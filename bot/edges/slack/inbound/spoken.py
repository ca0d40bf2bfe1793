"""What people say to the bot: where they name it, in their own conversation with it, by an edit.

Slack may tell of the same words twice; each is known by one id, however it is told.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.core.run.events import MessageTakenBack, Person
from bot.core.words.spoken import names, said_to
from bot.edges.slack.inbound.deliveries import Deleted, Heard, Mention, Sender
from bot.edges.slack.inbound.fields import (
    BOT,
    CHANNEL,
    NAME,
    PERSON,
    TS,
    WORDS,
    Fields,
    Malformed,
)

WRITTEN = (None, "file_share", "thread_broadcast")
"""The subtypes of messages that someone wrote."""
SLACKBOT = "USLACKBOT"
"""Slack's own robot, which is said to be a person."""

Whose = Callable[[str, Fields], Sender]
"""Who said something, from their id and the message."""


def _edit(channel: str, message: Fields) -> str | None:
    """What an edit is known by, however Slack tells of it; None for a message as it was written."""
    if not message.has("edited"):
        return None
    place = message.maybe("ts", TS), message.inner("edited").maybe("ts", TS)
    return f"edit {channel} {' '.join(part or '-' for part in place)}"


def _said(channel: str, message: Fields) -> str | None:
    """What a message to the bot alone is known by, however Slack tells of it; None elsewhere."""
    ts = message.maybe("ts", TS)
    return f"said {channel} {ts}" if ts and is_direct(channel, None) else None


def _gone(me: str, event: Fields) -> Deleted | None:
    """Whether a message is gone; one with answers leaves a tombstone."""
    subtype = event.maybe("subtype", NAME)
    if subtype == "message_deleted":
        ts = event.one("deleted_ts", TS)
        return Deleted(event.one("channel", CHANNEL), ts, _talk(me, ts, event))
    if subtype == "message_changed":
        now = event.perhaps("message")
        if now.maybe("subtype", NAME) == "tombstone":
            return Deleted(event.one("channel", CHANNEL), now.one("ts", TS))
    return None


def _talk(me: str, ts: str, event: Fields) -> MessageTakenBack | None:
    """What a message was that is gone; its words are looked at for whom they were, and left."""
    before = event.perhaps("previous_message")
    thread, author = before.maybe("thread_ts", TS), before.maybe("user", PERSON)
    if thread is None or thread == ts or author == me:
        return None
    if said_to(before.maybe("text", WORDS) or "", me):
        return None
    try:
        deleted = datetime.fromtimestamp(float(event.maybe("event_ts", TS) or ts), UTC)
    except (ValueError, OverflowError, OSError):
        raise Malformed("event_ts is no time") from None
    return MessageTakenBack(
        thread=thread,
        message=ts,
        author=Person(id=author) if author is not None else None,
        app=before.maybe("bot_id", BOT),
        deleted=deleted,
    )


def is_direct(channel: str | None, name: str | None) -> bool:
    """Whether it is a conversation between some people, where no board can be."""
    known = name is not None and (name == "directmessage" or name.startswith("mpdm-"))
    return known or (channel is not None and channel.startswith("D"))


def mention(me: str, whose: Whose, body: Fields, event: Fields) -> Mention | Heard:
    """A message that names the bot, whose user is *me*."""
    user = event.maybe("user", PERSON)
    if user is None or user == me or event.has("bot_id"):
        # Two bots that answer each other would never end.
        return Heard()
    channel, kind = event.one("channel", CHANNEL), event.maybe("channel_type", NAME)
    return Mention(
        sender=whose(user, event),
        # Slack may tell of what is said to the bot alone as a message as well.
        id=_edit(channel, event) or _said(channel, event) or body.one("event_id", NAME),
        text=event.maybe("text", WORDS) or "",
        channel=channel,
        direct=is_direct(channel, None) or kind in ("im", "mpim"),
        thread=event.maybe("thread_ts", TS),
        edited=event.has("edited"),
        alone=is_direct(channel, None),
    )


def _alone(me: str, whose: Whose, event: Fields) -> Mention | None:
    """Words of someone's to the bot alone, in their conversation, or such words changed."""
    channel, subtype = event.maybe("channel", CHANNEL), event.maybe("subtype", NAME)
    if channel is None or not is_direct(channel, None):
        return None
    changed = subtype == "message_changed"
    if not changed and subtype not in WRITTEN:
        return None
    said, before = (
        event.perhaps("message") if changed else event,
        event.perhaps("previous_message"),
    )
    user = said.maybe("user", PERSON)
    if user is None or user in (SLACKBOT, me) or said.has("bot_id"):
        # Two bots that answer each other would never end.
        return None
    words = said.maybe("text", WORDS) or ""
    known = _edit(channel, said) if changed else _said(channel, said)
    if known is None or (changed and words == before.maybe("text", WORDS)):
        return None
    return Mention(
        sender=whose(user, said),
        id=known,
        text=words,
        channel=channel,
        direct=True,
        thread=said.maybe("thread_ts", TS),
        edited=changed,
        alone=True,
    )


def _named_late(me: str, whose: Whose, event: Fields) -> Mention | None:
    """A message of someone's in which they name the bot by an edit, as if it were new.

    Slack need not say it as a mention; where it says both, they are one delivery.
    """
    if event.maybe("subtype", NAME) != "message_changed":
        return None
    now, before = event.perhaps("message"), event.perhaps("previous_message")
    user = now.maybe("user", PERSON)
    words, earlier = (one.maybe("text", WORDS) or "" for one in (now, before))
    if user is None or user == me or now.has("bot_id") or not names(words, me):
        return None
    channel = event.one("channel", CHANNEL)
    edit = _edit(channel, now)
    if edit is None or names(earlier, me):
        return None
    return Mention(
        sender=whose(user, now),
        id=edit,
        text=words,
        channel=channel,
        direct=is_direct(channel, None),
        thread=now.maybe("thread_ts", TS),
        edited=True,
    )


def message(me: str, whose: Whose, event: Fields) -> Mention | Deleted | None:
    """A message of a conversation in which the bot is: gone, or said to it; else nothing."""
    return _gone(me, event) or _alone(me, whose, event) or _named_late(me, whose, event)
