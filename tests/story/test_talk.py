"""The thread in the post-mortem: as it is at the end, and what people took back is nowhere."""

import hashlib

import pytest

from bot import config
from bot.cli import log as log_commands
from bot.core.run.events import MessageTakenBack
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import Json, Someone, words
from tests.story.test_exporting import _files, _text

START = "/runbook mend-it thing=lamp"
PASSWORD = "swordfish-is-the-word"
PICTURE = "it hangs by one wire"


def row(text: str, having: str) -> str:
    """The row of the timeline in which these words stand."""
    timeline = text[text.index("## Timeline") : text.index("## Steps")]
    (found,) = [line for line in timeline.splitlines() if having in line and "| 💬 |" in line]
    return found.replace("\\", "")


async def exported(bot: Bot) -> str:
    content, wrong = await log_commands.export(config.read(bot.environ), "MI-1")
    assert wrong == ""
    return content.decode()


async def taken_back(bot: Bot, ana: Someone, many: int) -> list[MessageTakenBack]:
    async def there() -> list[MessageTakenBack] | None:
        events = [fact.event for fact in await bot.facts("MI-1")]
        found = [one for one in events if isinstance(one, MessageTakenBack)]
        return found if len(found) == many else None

    return await ana.eventually(there, f"{many} messages were taken back")


async def test_the_thread_is_told_as_it_is_at_the_end(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    group = await people.group("dbas", ben.id)
    await ana.types(START)
    board = (await ana.board("MI-1"))["ts"]
    edited = await ana.says("it is db-2", board)
    await people.edit(ana.id, ana.channel, edited, "it is db-3, ask @dbas in #key-room")
    await ana.says("@runbook status", board)
    await ana.says("hey @runbook: status", board)
    await people.share(
        ben.id, ben.channel, "lamp.txt", content=PICTURE, text="look", thread_ts=board
    )
    secret = await ben.says(f"the password is {PASSWORD}", board)
    kept = await ben.says("that was the wrong window", board)
    await people.delete(ben.id, ben.channel, secret)
    (gone,) = await taken_back(bot, ana, 1)
    assert (gone.message, gone.thread, gone.app) == (secret, board, None)
    assert gone.author is not None
    assert gone.author.id == ben.id
    text = await exported(bot)
    told = row(text, "it is db-3")
    assert "“it is db-3, ask @dbas in a private channel” (edited at " in told
    assert "Ana Ferreira" in told
    assert "Ben Okafor" in row(text, "a message, deleted at ")
    assert "📎 `lamp.txt`" in row(text, "look")
    digest = hashlib.sha256(PICTURE.encode()).hexdigest()
    assert f"`lamp.txt`, 20 bytes: SHA-256 `{digest}`" in text
    assert row(text, "that was the wrong window")
    assert "Left out: 2 messages to the bot" in text
    for unsaid in (PASSWORD, "db-2", "key-room", group, *(f"U0{one}" for one in ("ANA", "BEN"))):
        assert unsaid not in text, unsaid
    assert secret < kept


async def test_apps_are_named_as_slack_names_them_and_people_are_people(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    board = (await ana.board("MI-1"))["ts"]
    for by, text in (("bot", "rolled back"), ("person", "on my way"), ("webhook", "red")):
        await people.through("Deploybot", ben.id, ben.channel, text, by=by, thread_ts=board)
    taken = await people.through(
        "Deploybot", ben.id, ben.channel, PASSWORD, by="person", thread_ts=board
    )
    await people.delete(ben.id, ben.channel, taken)
    await taken_back(bot, ana, 1)
    text = await exported(bot)
    assert "| Deploybot |" in row(text, "rolled back")
    assert "| Ben Okafor, through Deploybot |" in row(text, "on my way")
    assert "| Deploybot |" in row(text, "red")
    assert "| Ben Okafor, through Deploybot |" in row(text, "a message, deleted at ")
    assert PASSWORD not in text


async def test_a_post_mortem_that_tells_what_was_taken_back_is_deleted_and_said_to_be(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    board = (await ana.board("MI-1"))["ts"]
    secret = await ben.says(f"the password is {PASSWORD}", board)
    await ana.types("/runbook export MI-1")
    await ana.thread("Post-mortem of MI-1")
    (file,) = await _files(ana)
    assert PASSWORD in await _text(file)
    await people.delete(ben.id, ben.channel, secret)
    await ana.thread("I delete that file")

    async def gone() -> bool | None:
        return (await bot.kinds("MI-1"))[-1] == "file_deleted" or None

    await ana.eventually(gone, "the file is deleted")
    await ana.types("/runbook export MI-1")

    async def again() -> Json | None:
        return next((one for one in await _files(ana) if one["id"] != file["id"]), None)

    text = await _text(await ana.eventually(again, "another file"))
    assert PASSWORD not in text
    assert "Ben Okafor" in row(text, "a message, deleted at ")


async def test_what_is_deleted_elsewhere_or_was_said_to_the_bot_is_no_entry(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    board = (await ana.board("MI-1"))["ts"]
    root = await ben.says("lunch?")
    for place, text in ((root, "yes"), (board, "@runbook note it fell"), ("", "wrong channel")):
        ts = await ben.says(text, place)
        await people.delete(ben.id, ben.channel, ts)
    last = await ben.says("in the thread", board)
    await people.delete(ben.id, ben.channel, last)
    (one,) = await taken_back(bot, ana, 1)
    assert one.message == last


async def test_a_deletion_under_an_earlier_board_is_told_too(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    first = await ana.board("MI-1")
    here = await ben.says("under the first board", first["ts"])
    taken = await ben.says(PASSWORD, first["ts"])
    await people.delete(ana.id, ana.channel, first["ts"])

    async def second() -> Json | None:
        found = [m for m in await ana.messages() if "MI-1" in words(m) and m["ts"] > here]
        return found[-1] if found else None

    board = await ana.eventually(second, "another board")
    await ben.says("under the second board", board["ts"])
    await people.delete(ben.id, ben.channel, taken)
    (one,) = await taken_back(bot, ana, 1)
    assert one.thread == first["ts"]
    text = await exported(bot)
    assert "(under an earlier board)" in row(text, "under the first board")
    assert "(under an earlier board)" in row(text, "a message, deleted at ")
    assert "earlier board" not in row(text, "under the second board")


@pytest.mark.parametrize("error", ["missing_scope", "file_not_found"])
async def test_a_file_that_slack_does_not_give_has_a_word_in_place_of_its_hash(
    bot: Bot, ana: Someone, people: PersonClient, error: str
) -> None:
    await ana.types(START)
    board = (await ana.board("MI-1"))["ts"]
    await people.share(ana.id, ana.channel, "lamp.txt", content=PICTURE, thread_ts=board)
    await people.faults(rules=[{"method": "files.info", "error": error, "times": 9}])
    await ana.types("/runbook export MI-1")
    await ana.thread("Post-mortem of MI-1")
    file = next(one for one in await _files(ana) if one["name"] != "lamp.txt")
    text = await _text(file)
    (line,) = [one for one in text.splitlines() if "`lamp.txt`, 20 bytes: " in one]
    assert "SHA-256" not in line
    assert ("scope files:read" in line) == (error == "missing_scope")
    assert ("not in Slack any more" in line) == (error == "file_not_found")
