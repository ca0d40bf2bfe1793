"""What is erased beside the running bot goes from the board and the thread, which say so."""

import hashlib

from bot.app.erasing import Asked
from bot.core.run.events import FileUploaded
from bot.demo.workspace.client import PersonClient
from bot.edges.hatch import ask, beside
from tests.story.conftest import Bot
from tests.story.driver import Json, Someone, words
from tests.story.test_again import opened
from tests.story.test_exporting import _text as read

SECRET = "hunter-two"


async def test_words_go_from_the_board_and_the_thread_of_an_open_run(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    await ana.does("Failed…")
    await ana.fills({"What happened?": f"I used {SECRET}"})
    await ana.thread(SECRET)
    answer = await ask(beside(bot.database), Asked(run="MI-1", entry=3).to_json())
    assert answer == {"lines": ["MI-1: the words of 1 entry"]}
    await ana.board("MI-1", "by an operator")
    await ben.thread("(erased on ")
    board = await ana.board("MI-1")
    shown = [*await ana.messages(), *await ana.messages(board["ts"])]
    assert not [one for one in shown if SECRET in words(one)]
    assert (await bot.facts("MI-1"))[-1].event.kind == "erased"


async def test_a_closed_run_can_lose_everybody(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    await ana.does("Failed…")
    await ana.fills({"What happened?": f"<@U0BEN> used {SECRET}"})
    await ana.thread(SECRET)
    await ana.does("More…")
    await ana.does("Started by mistake…", await ana.form())
    await opened(ana, "as started by mistake")
    await ana.fills({"What was the mistake?": f"{SECRET} again"})
    await ana.board("MI-1", "started by mistake")
    answer = await ask(beside(bot.database), Asked(run="MI-1").to_json())
    assert answer is not None
    (line,) = answer["lines"]
    assert line.startswith("MI-1: the words of ")
    assert line.endswith(" entries and 2 people")
    board = await ana.board("MI-1", "person 1 (erased on ")
    assert "U0ANA" not in words(board)

    async def gone() -> bool | None:
        shown = [*await ana.messages(), *await ana.messages(board["ts"])]
        said = " ".join(words(one) for one in shown)
        return not [word for word in (SECRET, "lamp", "U0ANA", "U0BEN") if word in said] or None

    # One after the other, six seconds apart.
    assert await ana.eventually(gone, "everything is drawn again")
    await ben.types("/runbook export MI-1")
    await ben.told("post-mortem of MI-1")


async def test_a_file_that_tells_what_was_erased_is_deleted_and_a_new_one_does_not_tell_it(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    await ana.does("Failed…")
    await ana.fills({"What happened?": f"I used {SECRET}"})
    await ana.thread(SECRET)
    await ana.types("/runbook export MI-1")
    comment = (await ana.thread("Post-mortem of MI-1"))[-1]
    assert "lamp" not in words(comment), "the comment stays where it is"
    (file,) = comment["files"]
    text = await read(file)
    assert SECRET in text

    async def recorded() -> FileUploaded | None:
        event = (await bot.facts("MI-1"))[-1].event
        return event if isinstance(event, FileUploaded) else None

    uploaded = await ana.eventually(recorded, "the entry of the file")
    assert uploaded.file == file["id"]
    assert uploaded.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert f"SHA-256 `{uploaded.sha256}`" in words(comment)
    answer = await ask(beside(bot.database), Asked(run="MI-1", entry=3).to_json())
    assert answer is not None
    assert answer["lines"] == [
        "MI-1: the words of 1 entry; 1 file in Slack to be deleted by the bot"
    ]

    async def gone() -> bool | None:
        return (
            await bot.kinds("MI-1")
            == [
                *("run_started", "step_taken", "step_failed", "export_requested", "file_uploaded"),
                *("erased", "file_deleted"),
            ]
            or None
        )

    assert await ana.eventually(gone, "the file is deleted")
    (left,) = (await ana.thread("Post-mortem of MI-1"))[-1]["files"]
    assert left == {"id": file["id"], "mode": "tombstone"}
    await ana.types("/runbook export MI-1")

    async def again() -> Json | None:
        board = await ana.board("MI-1")
        files = [f for m in await ana.messages(board["ts"]) for f in m.get("files", [])]
        return next((one for one in files if one["id"] != file["id"]), None)

    new = await read(await ana.eventually(again, "a new file"))
    assert SECRET not in new
    assert "was deleted in Slack, since part of what it tells was erased" in new
