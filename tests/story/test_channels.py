"""Channels that are archived, renamed, closed to the bot: each ends well, or is told."""

from bot.core.run.events import PostingRefused
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import INCIDENTS, ONCALL, RANDOM, Someone, words
from tests.story.test_again import opened
from tests.story.test_home import presses, shown
from tests.story.test_new_channel import direct

START = "/runbook mend-it thing=lamp"


async def test_an_archived_channel_goes_on_after_the_next_invitation(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ana.board("MI-1")
    await people.use("ana", "incidents", archived=True)
    await ana.told("Slack does not let me show MI-1 in this channel (`is_archived`)")
    await people.use("ana", "incidents", archived=False)
    await ana.types("/invite @runbook")
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")
    assert len(await ana.boards()) == 1


async def test_who_works_is_told_how_to_bring_back_a_bot_that_was_removed(
    bot: Bot, ana: Someone
) -> None:
    await ana.types(START)
    await ana.board("MI-1")
    await ana.types("/kick @runbook")
    await ana.told("I am not in this channel any more, and cannot show MI-1")
    await ana.types("/invite @runbook")
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")


async def test_who_unarchives_a_channel_is_told_that_the_bot_is_not_back(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ana.board("MI-1")
    await people.use("ana", "incidents", archived=True)
    await ana.told("Slack does not let me show MI-1 in this channel (`is_archived`)")
    await people.use("ana", "incidents", archived=False)
    # It tries at once, and says how it comes back.
    await ana.told("I am not in this channel any more, and cannot show MI-1")


async def test_a_run_in_an_archived_channel_goes_on_in_another_one(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    old = await ana.board("MI-1")
    await people.say("ben", INCIDENTS, "It was the fuse.", old["ts"])
    await people.use("ana", "incidents", archived=True)
    await ana.told("Slack does not let me show MI-1 in this channel (`is_archived`)")
    await people.open_home("ana")
    home = await shown(ana, "its board can be shown nowhere")
    await presses(ana, home, "Choose a channel…", "MI-1")
    await ana.fills({"In which channel?": ONCALL})
    there = ana.in_(ONCALL)
    board = await there.board("MI-1")
    (told,) = await there.thread("MI-1 goes on here, says ana", run="MI-1")
    assert f"it was in <#{INCIDENTS}>" in words(told)
    await ben.in_(ONCALL).does("Take", board, row="step 1")
    await there.board("MI-1", "since")
    kinds = await bot.kinds("MI-1")
    assert [one for one in kinds if one.startswith(("board", "channel"))] == [
        "board_replaced",
        "channel_chosen",
    ]
    async with bot.log() as log:
        row = await log.row("MI-1")
    assert row is not None
    assert row.channel == ONCALL
    # What was said there cannot be read in an archived channel, and the rest is.
    await people.say("ben", ONCALL, "It was the switch.", board["ts"])
    await there.types("/runbook export")
    await there.told("The post-mortem of MI-1 is <")
    # Where it is no more, there is no such run; one that can be shown stays where it is.
    assert "There is no run `MI-1` here" in await ana.in_(RANDOM).types("/runbook status MI-1")
    assert "MI-1 stays where it is" in await there.types("/runbook choose channel")


async def test_a_new_bot_posts_a_new_board_once_it_is_in_the_channel(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    old = await ana.board("MI-1")
    # What another bot posted, Slack lets no other edit.
    await people.faults(rules=[{"method": "chat.update", "error": "cant_update_message"}])
    await ana.does("Take", row="step 1")

    async def two() -> bool | None:
        return len(await ana.boards()) == 2 or None

    await ana.eventually(two, "a new board")
    await people.faults()
    assert (await ana.board("MI-1", "since"))["ts"] != old["ts"]
    assert "board_replaced" in await bot.kinds("MI-1")


async def test_in_a_direct_conversation_a_form_asks_for_the_channel(
    bot: Bot, ana: Someone, workspace: Workspace
) -> None:
    app = workspace.world.app.bot_user
    alone = ana.in_(workspace.world.state.direct(ana.id, app).id)

    async def begun() -> bool | None:
        # Until Slack has told where they are, they are asked to try again.
        await alone.types(START)
        assert "In which channel?" in words(await ana.form())
        await ana.fills({"In which channel?": INCIDENTS})
        said = words(await ana.form())
        await ana.dismisses()
        return "*MI-1* is started" in said or None

    await ana.eventually(begun, "a run in the channel that was chosen")
    await ana.board("MI-1")


async def test_a_renamed_channel_is_the_same_channel(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ana.board("MI-1")
    await people.use("ana", "incidents", name="incidents-2026")
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")


async def test_a_channel_that_takes_no_posts_is_told_to_who_starts_and_who_asks(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    error = "restricted_action_read_only_channel"
    await people.faults(rules=[{"method": "chat.postMessage", "error": error}])
    await ana.types(START)
    await ana.told(f"Slack does not let me show MI-1 in this channel (`{error}`)")
    await ben.types("/runbook status")
    await ben.told("Ask its admin to let the app post")


async def test_who_works_in_a_channel_that_is_shared_hears_who_reads_it_now(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ben.does("Take", await ana.board("MI-1"), row="step 1")
    await people.use("ana", "incidents", shared="T0OTHER")
    for who in (ana, ben):
        said = words(await who.told("shared with another organization now"))
        assert "Its people read the board of MI-1" in said
        assert "may not act on it" in said
    await ben.does("Done", row="step 1")
    await ana.board("MI-1", "3 entries")


async def test_a_channel_with_another_id_is_the_same_channel(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    old = await ana.board("MI-1")
    await people.say("ben", INCIDENTS, "It was the fuse.", old["ts"])
    await people.use("ana", "incidents", shared="T0OTHER", renumbered=True)
    found = [one for one in (await people.state())["channels"] if one["name"] == "incidents"]
    there = ana.in_(found[0]["id"])
    assert there.channel != INCIDENTS

    async def known() -> bool | None:
        return "channel_id_changed" in await bot.kinds("MI-1") or None

    await ana.eventually(known, "the new id in the record")
    await ben.in_(there.channel).does("Take", await there.board("MI-1"), row="step 1")
    board = await there.board("MI-1", "since")
    assert board["ts"] == old["ts"]
    assert len(await there.boards()) == 1
    assert "MI-1" in await there.types("/runbook status")
    await there.types("/runbook export")
    await there.told("The post-mortem of MI-1 is <")


async def test_a_deleted_channel_is_told_once_and_the_run_goes_on_in_another_one(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ana.board("MI-1")
    await people.use("ana", "incidents", deleted=True)
    alone = await direct(ana, "The channel was deleted")
    assert "Choose a channel…" in words(alone)
    await people.open_home("ana")
    home = await shown(ana, "its board can be shown nowhere")
    await presses(ana, home, "Choose a channel…", "MI-1")
    await ana.fills({"In which channel?": ONCALL})
    there = ana.in_(ONCALL)
    await there.does("Take", await there.board("MI-1"), row="step 1")
    await there.board("MI-1", "since")
    refused = [f.event for f in await bot.facts("MI-1") if isinstance(f.event, PostingRefused)]
    # A call that was under way is refused before Slack tells why, and nothing is recorded after.
    errors = [one.error for one in refused]
    assert errors in (["channel_deleted"], ["channel_not_found", "channel_deleted"])
    assert sum("was deleted" in said for said in await alone_with(ana)) == 1


async def test_a_closed_run_in_an_archived_channel_is_reopened_in_another_one(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient, workspace: Workspace
) -> None:
    await ana.types(START)
    await ana.does("More…")
    await ana.does("Started by mistake…", await ana.form())
    await opened(ana, "as started by mistake")
    assert (await ana.fills({"What was the mistake?": "wrong lamp"}))["ok"]
    old = await ana.board("MI-1", "started by mistake")
    await people.use("ana", "incidents", archived=True)

    async def recorded(kind: str) -> None:
        async def there() -> bool | None:
            return kind in await bot.kinds("MI-1") or None

        await ana.eventually(there, kind)

    await recorded("posting_refused")
    assert not await alone_with(ana), "nobody waits for a run that is over"
    await people.open_home("ana")
    home = await shown(ana, "Closed, in a channel that is shut")
    await presses(ana, home, "Reopen…", "MI-1")
    assert "In which channel?" in words(await ana.form())
    await ana.dismisses()
    await people.open_home("ben")
    assert "MI-1" not in words(await shown(ben, "Procedures"))
    # The channel is in use again, and it can be reopened where it was.
    await people.use("ana", "incidents", archived=False)
    await ana.types("/invite @runbook")
    await recorded("posting_resumed")
    await people.use("ana", "incidents", archived=True)
    # In words as well, once Slack has told who is where.
    alone = ana.in_(workspace.world.state.direct(ana.id, workspace.world.app.bot_user).id)

    async def asks() -> bool | None:
        said = await alone.types("/runbook reopen MI-1")
        if "There is no run" in said:
            return None
        return "In which channel?" in words(await alone.form()) or None

    await ana.eventually(asks, "a form that asks for a channel")
    await alone.fills({"In which channel?": ONCALL, "Why are you reopening this run?": "the lamp"})
    there = ana.in_(ONCALL)
    board = await there.board("MI-1", "Reopened by")
    (told,) = await there.thread("MI-1 goes on here, says ana", run="MI-1")
    assert f"it was in <#{INCIDENTS}>" in words(told)
    await ben.in_(ONCALL).does("Take", board, row="step 1")
    await there.board("MI-1", "since")
    assert (await bot.facts("MI-1"))[0].event.kind == "run_started"
    assert old["ts"] != board["ts"]


async def alone_with(who: Someone) -> list[str]:
    """What the bot wrote to someone alone."""
    state = await who.people.state()
    direct = [one["id"] for one in state["channels"] if one["is_im"] and who.id in one["members"]]
    return [words(m) for one in direct for m in await who.people.messages(one, who.id)]


async def test_who_names_the_bot_by_an_edit_is_told_that_nothing_was_done(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    ts = await ana.says("mend-it thing=lamp")
    await people.edit("ana", INCIDENTS, ts, "<@U0RUNBOOK> mend-it thing=lamp")
    await ana.told("You edited a message that names me")
    async with bot.log() as log:
        assert await log.runs() == []


async def test_edits_and_files_of_people_are_in_the_post_mortem(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    board = await ana.board("MI-1")
    ts = await people.say("ana", INCIDENTS, "it was db-2", board["ts"])
    await people.edit("ana", INCIDENTS, ts, "it was db-3")
    await people.share("ana", INCIDENTS, "latency.txt", thread_ts=board["ts"])
    await people.say("ana", INCIDENTS, "<@U0RUNBOOK> status", board["ts"])
    await ana.types("/runbook export")
    said = await ana.told("The post-mortem of MI-1 is <")
    link = said["text"].split("<", 1)[1].split("|", 1)[0]
    answer = await people.request("GET", f"channels/{INCIDENTS}/messages?thread_ts={board['ts']}")
    (file,) = [f for m in answer["messages"] for f in m.get("files", ()) if "post" in f["name"]]
    assert file["permalink"] == link
