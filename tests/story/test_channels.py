"""Channels that are archived, renamed, closed to the bot: each ends well, or is told."""

from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import INCIDENTS, Someone

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
