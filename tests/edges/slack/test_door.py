"""The door: what Slack delivers comes in as what it is, with who sent it and where."""

import pytest

from bot.core.run.events import Person
from bot.edges.slack.inbound.deliveries import (
    Action,
    Command,
    Deleted,
    Heard,
    Joined,
    Left,
    Mention,
    Opened,
    Renumbered,
    Sender,
    SentView,
    Shared,
    Shut,
    Submission,
)
from bot.edges.slack.inbound.door import OPENS, SHUTS
from bot.edges.slack.inbound.fields import Malformed
from tests.edges.slack.delivered import ANA, CLICK, COMMAND, FORM, MENTION, event, put, read


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


HOME = Sender(ANA, "T0HOME", outside=False)


def test_all_that_is_used_of_a_delivery_comes_in_as_it_was_sent() -> None:
    assert read(COMMAND) == Command(
        sender=HOME,
        name="/runbook",
        text="status",
        channel="C0INCIDENTS",
        direct=False,
        trigger="1.2.3",
        response_url="https://hooks.slack.com/commands/1",
    )
    assert read(CLICK) == Action(
        sender=HOME,
        channel="C0INCIDENTS",
        message="1.5",
        thread=None,
        direct=False,
        view=None,
        trigger="1.2.3",
        response_url="https://hooks.slack.com/actions/1",
        payload=CLICK,
    )
    about = {"run": "KC-1", "step": "look", "channel": "C0INCIDENTS"}
    assert read(FORM) == Submission(HOME, SentView("V1", about, stacked=False), "1.2.3", FORM)
    assert read(MENTION) == Mention(
        sender=Sender(Person(id="U0ANA"), "T0HOME", outside=False),
        id="Ev1",
        text="<@U0BOT> status",
        channel="C0INCIDENTS",
        direct=False,
        thread="1.1",
        edited=False,
    )


def test_a_click_says_in_which_thread_it_was_made() -> None:
    assert read(put(CLICK, "container.thread_ts", "1.1")).thread == "1.1"
    # The message over a thread is read in the channel.
    assert read(put(CLICK, "container.thread_ts", "1.5")).thread is None


def test_a_click_in_a_form_comes_in_with_what_the_form_carries() -> None:
    view = FORM["view"] | {"previous_view_id": "V0"}
    click = read(CLICK | {"view": view, "container": {"type": "view"}, "channel": None})
    assert (click.channel, click.message) == (None, None)
    assert (click.view.id, click.view.about["run"], click.view.stacked) == ("V1", "KC-1", True)
    bare = read(CLICK | {"view": {"id": "V1"}})
    assert bare.view == SentView("V1", {}, stacked=False)


def test_what_is_left_out_is_nothing() -> None:
    lean = read({k: v for k, v in COMMAND.items() if k not in ("text", "response_url")})
    assert (lean.text, lean.response_url) == ("", None)
    assert read(put(MENTION, "event.text", None)).text == ""


@pytest.mark.parametrize("shut", SHUTS)
def test_a_channel_that_is_shut_is_told_as_slack_will_refuse_it(shut: str) -> None:
    ends = {"archive": "is_archived", "deleted": "channel_deleted", "left": "not_in_channel"}
    error = ends[shut.partition("_")[2]]
    assert read(event(type=shut, channel="C0INCIDENTS")) == Shut("C0INCIDENTS", error)
    with pytest.raises(Malformed, match="channel"):
        read(event(type=shut, channel="x"))


def test_who_comes_and_goes_and_what_opens_is_known() -> None:
    moved = {"user": "U0ANA", "channel": "C0INCIDENTS"}
    assert read(event(type="member_left_channel", **moved)) == Left("U0ANA", "C0INCIDENTS")
    for name in OPENS:
        assert read(event(type=name, channel="C0INCIDENTS")) == Opened("C0INCIDENTS")
    shared = event(type="channel_shared", channel="C0INCIDENTS", connected_team_id="T0OTHER")
    assert read(shared) == Shared("C0INCIDENTS")
    ids = {"old_channel_id": "G0INCIDENTS", "new_channel_id": "C0INCIDENTS"}
    renumbered = event(type="channel_id_changed", **ids)
    assert read(renumbered) == Renumbered("C0INCIDENTS", "G0INCIDENTS")


def test_people_have_the_name_that_slack_gives_whichever_it_is() -> None:
    for given, name in (
        ({"name": "ana", "username": "ana.f"}, "ana"),
        ({"name": "ana"}, "ana"),
        ({"username": "ana.f"}, "ana.f"),
    ):
        user = {"id": "U0ANA", "team_id": "T0HOME", **given}
        assert read(CLICK | {"user": user}).sender.by == Person(id="U0ANA", name=name)


def test_what_is_not_listened_to_is_left_alone() -> None:
    for body in ({}, {"type": "view_closed"}, event(type="emoji_changed"), {"event": None}):
        assert read(body) is None


def test_a_word_of_a_bot_is_heard_and_no_more() -> None:
    for who in ({"user": "U0BOT"}, {"user": None}, {"bot_id": "B0OTHER"}):
        assert read(MENTION | {"event": MENTION["event"] | who}) == Heard()


def test_who_is_from_outside_is_told_by_their_own_team() -> None:
    theirs = {"id": "T0THEIRS", "domain": "y"}
    # In a shared channel the payload's team may be the other side's for one's own people.
    own = read(CLICK | {"team": theirs}).sender
    assert (own.team, own.outside) == ("T0HOME", False)
    strange = read(put(CLICK, "user.team_id", "T0THEIRS")).sender
    assert (strange.team, strange.outside) == ("T0THEIRS", True)
    assert read(COMMAND | {"team_id": "T0THEIRS"}).sender.outside
    kin_of_home = COMMAND | {"team_id": "T0SISTER", "enterprise_id": "E0ORG"}
    assert not read(kin_of_home).sender.outside
    assert read(kin_of_home | {"enterprise_id": "E0THEIRS"}).sender.outside
    for name in ("user_team", "source_team", "team"):
        lone = {k: v for k, v in MENTION["event"].items() if k != "team"} | {name: "T0THEIRS"}
        assert read(MENTION | {"event": lone}).sender == Sender(
            Person(id="U0ANA"), "T0THEIRS", outside=True
        )
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
    assert read(put(put(CLICK, "channel", None), "container.channel_id", "D024BE91L")).direct
    assert read(put(MENTION, "event.channel", "D024BE91L")).direct
    for kind in ("im", "mpim"):
        assert read(put(MENTION, "event.channel_type", kind)).direct


def test_an_edited_message_is_known_as_one() -> None:
    assert read(put(MENTION, "event.edited", {"user": "U0ANA", "ts": "2.1"})).edited
