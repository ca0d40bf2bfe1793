"""The door: what Slack delivers, checked once, and from here on of known types.

Only the fields that are used are looked at. What cannot be right is no delivery of Slack's, and
nothing of it goes further: no id that is none, no text where an object should be. Words name the
field that is wrong and never what stood in it, since that may be anybody's.

Who may do what is not decided here: a delivery says who sent it, of which team they are, where the
click was made (channel and message, or form), and whether that person is from outside.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any, Literal

from slack_sdk.web.async_client import AsyncWebClient

from bot.core import ids
from bot.core.run.events import Person
from bot.core.run.slack_errors import DELETED
from bot.core.views.clicks import named
from bot.edges.slack.calls import call
from bot.edges.slack.connection import Identity
from bot.edges.slack.inbound import quoted, spoken
from bot.edges.slack.inbound.deliveries import (
    Action,
    AtHome,
    Command,
    Delivery,
    Heard,
    Joined,
    Left,
    Opened,
    Reacted,
    Renumbered,
    Sender,
    SentView,
    Shared,
    Shortcut,
    Shut,
    Submission,
)
from bot.edges.slack.inbound.fields import (
    APP,
    CHANNEL,
    NAME,
    PERSON,
    TEAM,
    TS,
    WORDS,
    Fields,
    Malformed,
)
from bot.edges.slack.inbound.spoken import is_direct
from bot.ports.messages import Gone, Rejected, Throttled, Unsure

SHUTS = {
    "channel_archive": "is_archived",
    "channel_deleted": DELETED,
    "channel_left": "not_in_channel",
    "group_archive": "is_archived",
    "group_deleted": DELETED,
    "group_left": "not_in_channel",
}
"""The events after which nothing can be shown in a channel, and how Slack then says so."""
OPENS = ("channel_unarchive", "group_unarchive")
"""The events after which it may be possible again."""
EVENTS = (
    "app_home_opened",
    "app_mention",
    "channel_id_changed",
    "channel_shared",
    "member_joined_channel",
    "member_left_channel",
    "message",
    "reaction_added",
    "reaction_removed",
    *SHUTS,
    *OPENS,
)
"""The types of the events that are listened to."""

STRANGE = 100
"""Of how many other workspaces it is remembered that their deliveries were told of."""
LEARN = 300.0
"""Seconds between two questions to Slack for the bot's app, while that is not known."""

Kind = Literal["command", "action", "view", "shortcut", "event"]

logger = logging.getLogger(__name__)


class NotOurs(Exception):
    """It is for another app."""


class NotServed(Exception):
    """It is for another workspace, for which this bot is not configured."""


def kind(body: Mapping[str, Any]) -> Kind | None:
    """Which way of telling the bot something this is; None for what it does not listen to."""
    match body:
        case {"type": "block_actions"}:
            return "action"
        case {"type": "view_submission"}:
            return "view"
        case {"type": "message_action"}:
            return "shortcut"
        case {"type": "event_callback", "event": {"type": str(event)}} if event in EVENTS:
            return "event"
        case {"command": _}:
            return "command"
    return None


def installed(body: Fields) -> list[str]:
    """The installations of the app that a delivery is for: teams, or whole organizations.

    None where it does not say. Where one process served several, it would be dealt out by this.
    """
    view = body.perhaps("view").maybe("app_installed_team_id", TEAM)
    named = [] if view is None else [view]
    for one in body.several("authorizations"):
        whole = one.flag("is_enterprise_install")
        team = one.maybe("enterprise_id" if whole else "team_id", TEAM)
        named += [] if team is None else [team]
    return named


class Door:
    """Reads deliveries for the bot that is *me*; `app` is its app's id, once that is known.

    *emoji* is the reaction that puts a message into a timeline, None for none.
    """

    def __init__(self, me: Identity, emoji: str | None = None) -> None:
        self.me, self._emoji = me, emoji
        self.app = me.app_id
        self._strange: set[str] = set()

    async def learn(self, slack: AsyncWebClient) -> None:
        """Ask Slack for the bot's app until it says; until then none is held against it."""
        told = False
        while self.app is None:
            why = "Slack does not say"
            try:
                bot = (await call(slack.bots_info, bot=self.me.bot_id)).get("bot")
                app = bot.get("app_id") if isinstance(bot, dict) else None
                self.app = app if isinstance(app, str) and ids.is_app(app) else None
            except (Throttled, Unsure, Rejected, Gone) as trouble:
                why = str(trouble) or type(trouble).__name__
            if self.app is None:
                if not told:
                    logger.warning(
                        "the id of the bot's own app is not known yet (%s): the app that a "
                        "delivery names is not compared with it",
                        why,
                    )
                told = True
                await asyncio.sleep(LEARN)

    def read(self, body: Mapping[str, Any]) -> Delivery | None:
        """The delivery in a payload, None for one not listened to.

        Raises Malformed, NotOurs or NotServed.
        """
        which, fields = kind(body), Fields(body)
        if which is None:
            return None
        app = fields.maybe("api_app_id", APP)
        if self.app is not None and app is not None and app != self.app:
            raise NotOurs("its api_app_id is another app's")
        self._served(fields)
        match which:
            case "command":
                return self._command(fields)
            case "action":
                return self._action(fields, body)
            case "view":
                return self._submission(fields, body)
            case "shortcut":
                return self._shortcut(fields)
            case "event":
                return self._event(fields)

    def _served(self, body: Fields) -> None:
        """Hold what a delivery says of the installation that it is for against the bot's own.

        A click on a message and a command say whose the person is, and no more: in a channel that
        is shared that may be another team's, and the bot is asked there all the same.
        """
        named = installed(body)
        if named and not {self.me.team_id, self.me.enterprise_id}.intersection(named):
            if named[0] not in self._strange and len(self._strange) < STRANGE:
                self._strange.add(named[0])
                words = "deliveries for the workspace %s are ignored: this bot is configured for %s"
                logger.error(words, named[0], self.me.team_id)
            raise NotServed

    # One for each kind. -------------------------------------------------------------------------

    def _command(self, body: Fields) -> Command:
        channel = body.one("channel_id", CHANNEL)
        by = named(body.one("user_id", PERSON), body.maybe("user_name", WORDS))
        return Command(
            sender=self._sender(by, body.maybe("team_id", TEAM), body.maybe("enterprise_id", TEAM)),
            name=body.one("command", NAME),
            text=body.maybe("text", WORDS) or "",
            channel=channel,
            direct=is_direct(channel, body.maybe("channel_name", WORDS)),
            trigger=body.one("trigger_id", NAME),
            response_url=body.maybe("response_url", WORDS),
        )

    def _action(self, body: Fields, payload: Mapping[str, Any]) -> Action:
        controls = body.several("actions")
        if not controls:
            raise Malformed("actions is empty")
        controls[0].one("action_id", NAME)
        _put_in(controls[0])
        where, container = body.perhaps("channel"), body.perhaps("container")
        channel, held_by = where.maybe("id", CHANNEL), container.maybe("channel_id", CHANNEL)
        if channel is not None and held_by not in (None, channel):
            raise Malformed("container.channel_id is not channel.id")
        channel = channel or held_by
        message, thread = container.maybe("message_ts", TS), container.maybe("thread_ts", TS)
        return Action(
            sender=self._clicker(body),
            channel=channel,
            message=message,
            # The message over a thread may be said to be in it, and is read in the channel.
            thread=None if thread == message else thread,
            direct=is_direct(channel, where.maybe("name", WORDS)),
            view=_view(body.inner("view")) if body.has("view") else None,
            trigger=body.one("trigger_id", NAME),
            response_url=body.maybe("response_url", WORDS),
            payload=payload,
        )

    def _submission(self, body: Fields, payload: Mapping[str, Any]) -> Submission:
        view = body.inner("view")
        for block in view.several("blocks"):
            block.one("type", NAME)
            block.maybe("block_id", NAME)
        for block in view.inner("state").inner("values").every():
            for element in block.every():
                _put_in(element)
        return Submission(
            sender=self._clicker(body),
            view=_view(view),
            trigger=body.maybe("trigger_id", NAME),
            payload=payload,
        )

    def _shortcut(self, body: Fields) -> Shortcut:
        where, message = body.inner("channel"), body.inner("message")
        channel = where.one("id", CHANNEL)
        if body.maybe("message_ts", TS) not in (None, message.one("ts", TS)):
            raise Malformed("message_ts is not message.ts")
        return Shortcut(
            sender=self._clicker(body),
            name=body.one("callback_id", NAME),
            quote=quoted.quote(self.me, channel, message),
            direct=is_direct(channel, where.maybe("name", WORDS)),
            trigger=body.one("trigger_id", NAME),
            response_url=body.maybe("response_url", WORDS),
        )

    def _reacted(self, body: Fields, event: Fields, *, added: bool) -> Reacted | Heard:
        """A reaction to a message; one to a file is none of these."""
        item = event.inner("item")
        emoji, _, _ = event.one("reaction", NAME).partition("::")
        if emoji != self._emoji or item.maybe("type", NAME) != "message":
            return Heard()
        return Reacted(
            # Of which team they are is not told with it.
            sender=self._sender(Person(id=event.one("user", PERSON)), None, None),
            id=body.one("event_id", NAME),
            channel=item.one("channel", CHANNEL),
            ts=item.one("ts", TS),
            added=added,
        )

    def _event(self, body: Fields) -> Delivery:
        event = body.inner("event")
        match event.one("type", NAME):
            case "app_home_opened":
                # The tab of messages is another, in which there is nothing to draw.
                at_home = event.maybe("tab", NAME) in (None, "home")
                return AtHome(event.one("user", PERSON)) if at_home else Heard()
            case "app_mention":
                return spoken.mention(self.me.user_id, self._speaker, body, event)
            case "member_joined_channel":
                return Joined(event.one("user", PERSON), event.one("channel", CHANNEL))
            case "member_left_channel":
                return Left(event.one("user", PERSON), event.one("channel", CHANNEL))
            case "reaction_added" | "reaction_removed" as how:
                return self._reacted(body, event, added=how == "reaction_added")
            case "channel_shared":
                return Shared(event.one("channel", CHANNEL))
            case "channel_id_changed":
                was, now = (event.one(f"{n}_channel_id", CHANNEL) for n in ("old", "new"))
                return Renumbered(now, was)
            case shut if shut in SHUTS:
                return Shut(event.one("channel", CHANNEL), SHUTS[shut])
            case opened if opened in OPENS:
                return Opened(event.one("channel", CHANNEL))
        return spoken.message(self.me.user_id, self._speaker, event) or Heard()

    def _speaker(self, user: str, said: Fields) -> Sender:
        # In a shared channel the delivery's own team may be the other side's.
        teams = [said.maybe(name, TEAM) for name in ("user_team", "source_team", "team")]
        return self._sender(Person(id=user), next(filter(None, teams), None), None)

    # Who. ---------------------------------------------------------------------------------------

    def _clicker(self, body: Fields) -> Sender:
        user, team = body.inner("user"), body.perhaps("team")
        by = named(
            user.one("id", PERSON), user.maybe("name", WORDS) or user.maybe("username", WORDS)
        )
        whole, own = team.maybe("id", TEAM), user.maybe("team_id", TEAM)
        # What the payload's team belongs to says nothing of someone who is not of that team.
        kin = team.maybe("enterprise_id", TEAM) if own in (None, whole) else None
        return self._sender(by, own or whole, kin)

    def _sender(self, by: Person, team: str | None, enterprise: str | None) -> Sender:
        """*enterprise* is the organization that *team* belongs to, where the payload says so."""
        inside = team in (None, self.me.team_id, self.me.enterprise_id)
        kin = enterprise is not None and enterprise == self.me.enterprise_id
        return Sender(by, team, outside=not inside and not kin)


# A form. ----------------------------------------------------------------------------------------


def _view(view: Fields) -> SentView:
    view.maybe("hash", NAME)
    view.maybe("callback_id", NAME)
    return SentView(
        id=view.one("id", NAME),
        about=_about(view.maybe("private_metadata", WORDS) or "{}"),
        stacked=view.maybe("previous_view_id", NAME) is not None,
        home=view.maybe("type", NAME) == "home",
    )


def _about(text: str) -> Mapping[str, Any]:
    """What the bot wrote into a form when it opened it."""
    try:
        about = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("view.private_metadata is not JSON") from None
    Fields(about, "view.private_metadata.").maybe("channel", CHANNEL)
    return dict(about)


def _put_in(element: Fields) -> None:
    """Check what a control holds: typed or chosen."""
    element.maybe("value", WORDS)
    element.maybe("selected_user", PERSON)
    element.maybe("selected_conversation", CHANNEL)
    if element.has("selected_option"):
        element.inner("selected_option").one("value", WORDS)
    for option in element.several("selected_options"):
        option.one("value", WORDS)
