"""Who may act where: what people open and click is held against what they can see."""

import asyncio
import json
from typing import Any

import pytest

from bot.core.acting import admission
from bot.core.run import events as e
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.store import upgrade
from tests.facts import event
from tests.story.conftest import Bot
from tests.story.driver import Someone, words

KEY_ROOM = "C0KEYROOM"
REFUSED = "Open it again from the board"


@pytest.fixture
async def room(people: PersonClient, ana: Someone) -> Someone:
    """Ana in a private channel, where the bot has been invited; Dee is in there too."""
    await people.command("ana", "key-room", "/invite", "@runbook")
    return ana.in_(KEY_ROOM)


@pytest.fixture
def dee(people: PersonClient) -> Someone:
    return Someone(people, "dee", KEY_ROOM)


async def said_on_top(who: Someone, having: str) -> None:
    """Wait for words in the form on top."""

    async def told() -> bool | None:
        views = await who.people.views(who.id)
        return (bool(views) and having in words(views[-1])) or None

    await who.eventually(told, f"{having!r} on top")


async def known(bot: Bot, who: Someone, person: str, channel: str, *, inside: bool) -> None:
    """Wait until the bot's database says so."""

    async def told() -> bool | None:
        async with bot.log() as log:
            found = await log.acquaintances.known(person, channel, "U0RUNBOOK")
        if found.private is not True:
            return None
        return ((found.inside is True) if inside else found.absent_since() is not None) or None

    await who.eventually(told, f"{person} to be known")


def about(view: dict[str, Any]) -> dict[str, Any]:
    carried: dict[str, Any] = json.loads(view["private_metadata"])
    return carried


async def test_who_was_removed_from_the_channel_acts_no_more_in_what_they_have_open(
    bot: Bot, room: Someone, dee: Someone
) -> None:
    await room.types("/runbook mend-it thing=lamp")
    await room.board("MI-1")
    await dee.does("Show all steps")
    page = await dee.form()
    await room.types("/kick @dee")
    await known(bot, room, dee.id, KEY_ROOM, inside=False)
    await dee.clicks("Take", page, row="step 1")
    await said_on_top(dee, REFUSED)
    assert await bot.kinds("MI-1") == ["run_started"]


async def test_a_form_that_was_open_is_refused_in_words_after_a_removal(
    bot: Bot, room: Someone, dee: Someone
) -> None:
    await room.types("/runbook mend-it thing=lamp")
    await dee.does("Add a note…", await room.board("MI-1"))
    await dee.form()
    await room.types("/kick @dee")
    await known(bot, room, dee.id, KEY_ROOM, inside=False)
    answer = await dee.fills({"Note": "I was here"})
    assert REFUSED in str(answer["errors"])
    await room.types("/invite @dee")
    await known(bot, room, dee.id, KEY_ROOM, inside=True)
    assert (await dee.fills({"Note": "I am back"}))["ok"]
    assert event((await bot.facts("MI-1"))[-1], e.NoteAdded).text == "I am back"


async def test_an_old_form_is_taken_from_who_is_known_to_be_there(
    bot: Bot, room: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.types("/runbook mend-it thing=lamp")
    await room.does("Add a note…", await room.board("MI-1"))
    await room.form()
    await known(bot, room, room.id, KEY_ROOM, inside=True)
    monkeypatch.setattr(admission, "GOOD_FOR", -1.0)
    assert (await room.fills({"Note": "half an hour later"}))["ok"]
    monkeypatch.setattr(admission, "FRESH", -1.0)
    await room.does("Add a note…")
    answer = await room.fills({"Note": "and nothing is known of me"})
    assert REFUSED in str(answer["errors"])


async def test_a_value_that_was_swapped_leads_nowhere(
    bot: Bot, room: Someone, ben: Someone, workspace: Workspace
) -> None:
    await room.types("/runbook mend-it thing=lamp")
    await room.board("MI-1")
    await ben.types("/runbook mend-it thing=lamp")
    board = await ben.board("MI-2")
    before = await bot.kinds("MI-1")
    state = workspace.world.state
    shown = state.channels[ben.channel].messages[board["ts"]]
    shown.blocks = json.loads(json.dumps(shown.blocks).replace("MI-2", "MI-1"))
    for label in ("Take", "Skip…", "Add a note…", "Verify now", "Post-mortem", "Show all steps"):
        await ben.clicks(label, await ben.message(board["ts"]))
        await ben.told("There is no run `MI-1` here")
    assert not await ben.people.views(ben.id)
    assert await bot.kinds("MI-1") == before


async def test_a_form_with_another_channel_put_into_it_starts_nothing_there(
    bot: Bot, room: Someone, ben: Someone, workspace: Workspace
) -> None:
    await room.types("/runbook mend-it thing=lamp")
    await known(bot, room, room.id, KEY_ROOM, inside=True)
    await ben.types("/runbook mend-it")
    view = await ben.form()
    (open_one,) = workspace.world.state.stack(ben.id)
    for change in ({"channel": KEY_ROOM}, {"channel": KEY_ROOM, "seen": KEY_ROOM}):
        open_one.payload["private_metadata"] = json.dumps({**about(view), **change})
        answer = await ben.fills({"What is broken": "lamp"})
        assert REFUSED in str(answer["errors"])
    open_one.payload["private_metadata"] = view["private_metadata"]
    assert (await ben.fills({"What is broken": "lamp"}))["ok"]
    await ben.board("MI-2")


async def test_what_one_replica_knows_the_other_goes_by(
    environ: dict[str, str], postgres_url: str, room: Someone, dee: Someone
) -> None:
    await asyncio.to_thread(upgrade, postgres_url)
    one, other = (Bot({**environ, "RUNBOOK_DATABASE_URL": postgres_url}) for _ in range(2))
    await one.start()
    await room.types("/runbook mend-it thing=lamp")
    await dee.does("Add a note…", await room.board("MI-1"))
    await dee.form()
    await known(one, room, dee.id, KEY_ROOM, inside=True)
    await room.types("/kick @dee")
    await known(one, room, dee.id, KEY_ROOM, inside=False)
    await one.stop()
    await other.start()
    answer = await dee.fills({"Note": "I was here"})
    assert REFUSED in str(answer["errors"])
    await other.stop()


# People of other organizations. -----------------------------------------------------------------


@pytest.fixture
async def olga(people: PersonClient) -> Someone:
    """Someone of another workspace, in a channel that is shared with hers."""
    await people.stand("olga", real_name="Olga Outside", team="T0OTHER")
    await people.command("ana", "incidents", "/invite", "@olga")
    return Someone(people, "olga")


async def test_people_of_another_organization_are_refused_in_words(
    bot: Bot, ana: Someone, olga: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await olga.does("Take", row="step 1")
    await olga.told("you belong to another organization")
    before = len(await olga.whispers())
    await olga.says("<@U0RUNBOOK> export")

    async def answered() -> bool:
        return len(await olga.whispers()) > before

    await olga.eventually(answered, "an answer")
    await olga.told("you belong to another organization")
    assert await bot.kinds("MI-1") == ["run_started"]


async def test_people_of_another_organization_act_where_a_setting_says_so_and_are_marked(
    environ: dict[str, str], ana: Someone, olga: Someone
) -> None:
    bot = Bot({**environ, "RUNBOOK_EXTERNAL_PEOPLE": "allow"})
    await bot.start()
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await olga.does("Take", row="step 1")
    await ana.board("MI-1", "(external)")
    taken = event((await bot.facts("MI-1"))[-1], e.StepTaken)
    assert (taken.by.id, taken.by.team) == (olga.id, "T0OTHER")
    await bot.stop()


async def test_a_guest_acts_as_everyone_does(bot: Bot, ana: Someone, people: PersonClient) -> None:
    await people.stand("gil", guest="multi")
    await people.command("ana", "incidents", "/invite", "@gil")
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await Someone(people, "gil").does("Take", row="step 1")
    assert (await bot.kinds("MI-1"))[-1] == "step_taken"


# Hand-over. -------------------------------------------------------------------------------------


async def hands(who: Someone, to: str) -> dict[str, Any]:
    await who.does("Hand over…")
    return await who.fills({"Who takes over?": to})


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("U0ELI", "has no active account"),
        ("U0OLGA", "belongs to another organization"),
        ("U0NOBODY", "is not known"),
    ],
)
async def test_a_step_comes_back_from_someone_who_cannot_have_it_with_a_word(
    bot: Bot, ana: Someone, people: PersonClient, to: str, why: str
) -> None:
    await people.stand("eli", deleted=True)
    await people.stand("olga", team="T0OTHER")
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    assert (await hands(ana, to))["ok"]
    (*_, told) = await ana.thread("is back with", run="MI-1")
    assert f"<@{to}> {why}" in words(told)
    assert f"<@{ana.id}>" in words(told)
    assert await bot.kinds("MI-1") == [
        *("run_started", "step_taken", "step_handed_over", "step_returned"),
    ]
    # By now it is known.
    answer = await hands(ana, to)
    assert why in str(answer)
    assert (await bot.kinds("MI-1"))[-1] == "step_returned"


async def test_a_step_comes_back_from_someone_outside_a_private_channel(
    bot: Bot, room: Someone
) -> None:
    await room.types("/runbook mend-it thing=lamp")
    await room.board("MI-1")
    await room.does("Take", row="step 1")
    assert (await hands(room, "U0BEN"))["ok"]
    await room.thread("<@U0BEN> is not in this channel", run="MI-1")
    await room.board("MI-1", "<@U0ANA>")
    assert (await hands(room, "U0DEE"))["ok"]
    await known(bot, room, "U0DEE", KEY_ROOM, inside=True)
    assert (await bot.kinds("MI-1"))[-2:] == ["step_returned", "step_handed_over"]


async def test_a_step_is_not_handed_to_the_bot(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    assert "is an app" in str(await hands(ana, "U0RUNBOOK"))
    assert (await bot.kinds("MI-1"))[-1] == "step_taken"


# What Slack does not let the bot do. ------------------------------------------------------------


async def test_without_a_scope_the_bot_does_the_rest_and_says_once_what_is_lost(
    environ: dict[str, str],
    manifest: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    older = json.loads(json.dumps(manifest))
    scopes = older["oauth_config"]["scopes"]["bot"]
    older["oauth_config"]["scopes"]["bot"] = [
        scope for scope in scopes if not scope.startswith(("groups:", "users:read"))
    ]
    events = older["settings"]["event_subscriptions"]["bot_events"]
    older["settings"]["event_subscriptions"]["bot_events"] = [
        event for event in events if event not in ("member_left_channel", "message.groups")
    ]
    async with Workspace.serve(manifest=older) as workspace, PersonClient(workspace.url) as people:
        bot = Bot({**environ, "SLACK_API_URL": workspace.api_url})
        bot.environ |= {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
        }
        await bot.start()
        ana, ben = Someone(people, "ana"), Someone(people, "ben")
        await ana.types("/runbook mend-it thing=lamp")
        await ana.board("MI-1")
        for who in (ana, ben):
            await who.does("Add a note…")
            assert (await who.fills({"Note": "it works"}))["ok"]
        await bot.stop()
    for scope in ("users:read", "groups:read"):
        told = [line for line in caplog.messages if f"the scope {scope}" in line]
        assert len(told) == 1, told


async def test_a_step_comes_back_also_where_nobodys_channels_can_be_asked_for(
    environ: dict[str, str], manifest: dict[str, Any]
) -> None:
    older = json.loads(json.dumps(manifest))
    scopes = older["oauth_config"]["scopes"]["bot"]
    older["oauth_config"]["scopes"]["bot"] = [s for s in scopes if not s.startswith("groups:")]
    older["settings"]["event_subscriptions"]["bot_events"].remove("message.groups")
    async with Workspace.serve(manifest=older) as workspace, PersonClient(workspace.url) as people:
        tokens = {"SLACK_BOT_TOKEN": workspace.bot_token, "SLACK_APP_TOKEN": workspace.app_token}
        bot = Bot({**environ, **tokens, "SLACK_API_URL": workspace.api_url})
        await bot.start()
        ana = Someone(people, "ana")
        await people.stand("eli", deleted=True)
        await ana.types("/runbook mend-it thing=lamp")
        await ana.board("MI-1")
        await ana.does("Take", row="step 1")
        assert (await hands(ana, "U0ELI"))["ok"]
        await ana.thread("<@U0ELI> has no active account", run="MI-1")
        await bot.stop()
