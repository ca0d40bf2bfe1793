"""The door: of what is delivered, only what Slack can have sent comes in, and as what it is."""

import copy
import json
import re
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.events import Person
from bot.edges.slack import door as the_door
from bot.edges.slack.connection import Identity
from bot.edges.slack.deliveries import Action, Command, Deleted, Heard, Joined, Mention, Submission
from bot.edges.slack.door import Door, NotOurs
from bot.edges.slack.fields import Malformed

ME = Identity("U0BOT", "B0BOT", "runbook", "T0HOME", "https://x.slack.com/", "E0ORG", "A0RUNBOOK")
ANA = Person(id="U0ANA", name="ana")

COMMAND: dict[str, Any] = {
    "command": "/runbook",
    "text": "status",
    "team_id": "T0HOME",
    "channel_id": "C0INCIDENTS",
    "channel_name": "incidents",
    "user_id": "U0ANA",
    "user_name": "ana",
    "api_app_id": "A0RUNBOOK",
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/commands/1",
}
CLICK: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0HOME"},
    "team": {"id": "T0HOME", "domain": "x"},
    "api_app_id": "A0RUNBOOK",
    "container": {"type": "message", "message_ts": "1.5", "channel_id": "C0INCIDENTS"},
    "channel": {"id": "C0INCIDENTS", "name": "incidents"},
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/actions/1",
    "actions": [{"action_id": "take", "value": "KC-1/look", "block_id": "b"}],
}
FORM: dict[str, Any] = {
    "type": "view_submission",
    "user": {"id": "U0ANA", "username": "ana", "team_id": "T0HOME"},
    "team": {"id": "T0HOME"},
    "api_app_id": "A0RUNBOOK",
    "trigger_id": "1.2.3",
    "view": {
        "id": "V1",
        "hash": "h",
        "callback_id": "hand_over",
        "private_metadata": '{"run": "KC-1", "step": "look", "channel": "C0INCIDENTS"}',
        "previous_view_id": None,
        "blocks": [{"type": "input", "block_id": "to"}],
        "state": {"values": {"to": {"to": {"type": "users_select", "selected_user": "U0BEN"}}}},
    },
}
MENTION: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T0HOME",
    "api_app_id": "A0RUNBOOK",
    "event_id": "Ev1",
    "event": {
        "type": "app_mention",
        "user": "U0ANA",
        "team": "T0HOME",
        "channel": "C0INCIDENTS",
        "ts": "1.2",
        "thread_ts": "1.1",
        "text": "<@U0BOT> status",
    },
}


def event(**fields: Any) -> dict[str, Any]:
    return MENTION | {"event": fields}


def put(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of *body* with another value at *path*, whose parts are joined by dots."""
    made = copy.deepcopy(body)
    *way, last = path.split(".")
    inner: Any = made
    for name in way:
        inner = inner[int(name) if name.isdigit() else name]
    inner[last] = value
    return made


def read(body: dict[str, Any]) -> Any:
    return Door(ME).read(body)


def test_each_kind_comes_in_as_what_it_is() -> None:
    command = read(COMMAND)
    assert isinstance(command, Command)
    assert (command.sender.by, command.name, command.direct) == (ANA, "/runbook", False)
    click = read(CLICK)
    assert isinstance(click, Action)
    assert (click.channel, click.message, click.view) == ("C0INCIDENTS", "1.5", None)
    sent = read(FORM)
    assert isinstance(sent, Submission)
    assert (sent.view.id, sent.view.about["run"], sent.view.stacked) == ("V1", "KC-1", False)
    mention = read(MENTION)
    assert isinstance(mention, Mention)
    assert (mention.id, mention.thread, mention.edited) == ("Ev1", "1.1", False)
    joined = read(event(type="member_joined_channel", user="U0BOT", channel="C0INCIDENTS"))
    assert joined == Joined("U0BOT", "C0INCIDENTS")
    gone = {"type": "message", "subtype": "message_deleted", "deleted_ts": "1.2", "channel": "G012"}
    assert read(event(**gone)) == Deleted("G012", "1.2")
    stone = {"subtype": "tombstone", "ts": "1.2"}
    left = {"type": "message", "subtype": "message_changed", "message": stone, "channel": "G012"}
    assert read(event(**left)) == Deleted("G012", "1.2")
    assert read(event(type="message", text="hm", channel="C0INCIDENTS", user="U0ANA")) == Heard()


def test_what_is_not_listened_to_is_left_alone() -> None:
    for body in ({}, {"type": "view_closed"}, event(type="reaction_added"), {"event": None}):
        assert read(body) is None


def test_a_word_of_a_bot_is_heard_and_no_more() -> None:
    for who in ({"user": "U0BOT"}, {"user": None}, {"bot_id": "B0OTHER"}):
        assert read(MENTION | {"event": MENTION["event"] | who}) == Heard()


WRONG: tuple[Any, ...] = (
    None,
    7,
    1.5,
    True,
    [],
    ["U0ANA"],
    {},
    {"id": "U0ANA"},
    "x",
    "null",
    "<!channel>",
)
WRONG += ("U0ANA|x", "u0ana", "U0ANA\n", "U" * 300, "KC-1/revoke", "/", "V1", "B0BOT")
USED = [
    *((COMMAND, path) for path in ("user_id", "channel_id")),
    *((CLICK, path) for path in ("user.id", "channel.id", "user.team_id", "team.id")),
    *((CLICK, path) for path in ("container.channel_id", "api_app_id")),
    *((FORM, path) for path in ("user.id", "view.state.values.to.to.selected_user")),
    *((MENTION, path) for path in ("event.user", "event.channel", "event.team")),
]

MAY_BE_MISSING = {path for _, path in USED} - {"user_id", "channel_id", "user.id", "event.channel"}


@pytest.mark.parametrize(("body", "path"), USED, ids=[path for _, path in USED])
def test_no_impossible_id_comes_in(body: dict[str, Any], path: str) -> None:
    for value in WRONG:
        if value is None and path in MAY_BE_MISSING:
            assert read(put(body, path, value)) is not None
        else:
            with pytest.raises(Malformed, match=path.rsplit(".", 1)[-1]) as refused:
                read(put(body, path, value))
            # Its words say where, and nothing of what was there.
            assert re.fullmatch(r"[a-z_.*\[\]]+ is not [a-z' ]+", str(refused.value))


def test_objects_are_objects_and_lists_are_lists() -> None:
    for body, path in (
        (CLICK, "user"),
        (CLICK, "channel"),
        (CLICK, "container"),
        (CLICK, "actions"),
        (CLICK, "actions.0.selected_option"),
        (FORM, "view"),
        (FORM, "view.state"),
        (FORM, "view.state.values"),
        (FORM, "view.state.values.to"),
        (FORM, "view.state.values.to.to"),
        (FORM, "view.blocks"),
        (FORM, "view.private_metadata"),
    ):
        for value in (0, "text", [1], ["a"], True):
            with pytest.raises(Malformed):
                read(put(body, path, value))


def test_a_form_names_no_impossible_channel() -> None:
    for channel in ("x", 7, ["C0INCIDENTS"], "<!channel>"):
        about = json.dumps({"procedure": "mend-it", "another": False, "channel": channel})
        with pytest.raises(Malformed, match="channel"):
            read(put(FORM, "view.private_metadata", about))


def test_a_name_without_end_is_cut_and_a_text_without_end_refused() -> None:
    assert len(read(COMMAND | {"user_name": "a" * 5000}).sender.by.name) == 80
    with pytest.raises(Malformed):
        read(COMMAND | {"text": "a" * 60_000})
    with pytest.raises(Malformed):
        read(COMMAND | {"trigger_id": "1" * 300})


def test_what_is_for_another_app_is_refused_once_the_own_is_known() -> None:
    for body in (COMMAND, CLICK, FORM, MENTION):
        other = body | {"api_app_id": "A0OTHER"}
        with pytest.raises(NotOurs):
            read(other)
        door = Door(ME)
        door.app = None
        assert door.read(other) is not None


@dataclass(slots=True)
class Slack:
    """Answers `bots.info` with one of these after the other."""

    answers: list[Any]
    asked: list[str] = field(default_factory=list)

    async def bots_info(self, *, bot: str) -> Any:
        self.asked.append(bot)
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            raise SlackApiError("", {"ok": False, "error": answer})  # type: ignore[no-untyped-call]
        return SimpleNamespace(data=answer)


async def test_the_own_app_is_asked_for_until_slack_says_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(the_door, "LEARN", 0.001)
    odd: list[Any] = ["missing_scope", "internal_error", {"ok": True}, {"bot": []}, {"bot": {}}]
    slack = Slack([*odd, {"bot": {"app_id": 7}}, {"bot": {"app_id": "A0OWN"}}])
    door = Door(replace(ME, app_id=None))
    assert door.read(COMMAND) is not None
    await door.learn(cast("AsyncWebClient", slack))
    assert door.app == "A0OWN"
    assert set(slack.asked) == {"B0BOT"}
    with pytest.raises(NotOurs):
        door.read(COMMAND)
    [said] = [record.getMessage() for record in caplog.records]
    assert said.startswith("the id of the bot's own app is not known yet (missing_scope)")


def test_who_is_from_outside_is_told_by_their_own_team() -> None:
    theirs = {"id": "T0THEIRS", "domain": "y"}
    # In a shared channel the payload's team may be the other side's for one's own people.
    own = read(CLICK | {"team": theirs}).sender
    assert (own.team, own.outside) == ("T0HOME", False)
    strange = read(put(CLICK, "user.team_id", "T0THEIRS")).sender
    assert (strange.team, strange.outside) == ("T0THEIRS", True)
    assert read(COMMAND | {"team_id": "T0THEIRS"}).sender.outside
    assert read(put(MENTION, "event.user_team", "T0THEIRS")).sender.outside
    assert read(put(MENTION, "event.user_team", "E0ORG")).sender.outside is False
    assert not read(MENTION | {"team_id": "T0THEIRS"}).sender.outside
    # Another workspace of the same organization is none of the outside.
    sister = put(CLICK, "user.team_id", "T0SISTER")
    kin = {"id": "T0SISTER", "enterprise_id": "E0ORG"}
    assert not read(sister | {"team": kin}).sender.outside
    assert read(sister | {"team": kin | {"enterprise_id": "E0THEIRS"}}).sender.outside
    assert read(sister | {"team": {"id": "T0HOME", "enterprise_id": "E0ORG"}}).sender.outside


def test_where_slack_says_no_team_nobody_is_called_outside() -> None:
    quiet = put(put(CLICK, "user.team_id", None), "team", None)
    sender = read(quiet).sender
    assert (sender.team, sender.outside) == (None, False)


def test_a_direct_conversation_is_known_by_its_id_or_its_name() -> None:
    assert read(COMMAND | {"channel_id": "D024BE91L"}).direct
    assert read(COMMAND | {"channel_name": "directmessage"}).direct
    assert read(COMMAND | {"channel_name": "mpdm-ana--ben-1"}).direct
    assert read(put(CLICK, "channel.name", "mpdm-ana--ben-1")).direct
    assert read(put(MENTION, "event.channel_type", "mpim")).direct


def test_an_edited_message_is_known_as_one() -> None:
    assert read(put(MENTION, "event.edited", {"user": "U0ANA", "ts": "2.1"})).edited
