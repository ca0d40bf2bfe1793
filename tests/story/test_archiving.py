"""A run's own channel goes into the archive after it: told, kept or done once, written up first."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import archiving
from bot.core.run.archiving import (
    ANNOUNCE,
    ARCHIVE,
    NO_POST_MORTEM,
    ChannelArchived,
    ChannelNotArchived,
)
from bot.core.run.events import FileUploaded
from bot.demo.workspace.client import PersonClient
from bot.edges.store.database import Database
from tests.story.conftest import PROCEDURES, Bot, Child
from tests.story.driver import INCIDENTS, Json, NotThere, Someone, find, words
from tests.story.passing import comes, hours_pass, waiting
from tests.story.test_again import opened
from tests.story.test_exporting import _text
from tests.story.test_home import presses, shown
from tests.story.test_new_channel import VALVE, channels, made


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes is looked for soon, and whether all is written and shown."""
    monkeypatch.setattr(archiving, "PAUSE", 0.1)
    monkeypatch.setattr(Database, "poll", 0.3)


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "procedures"
    shutil.copytree(PROCEDURES, folder, dirs_exist_ok=True)
    (folder / "valve.yaml").write_text(VALVE, "utf-8")
    return environ | {"RUNBOOK_PROCEDURES": str(folder), "RUNBOOK_ARCHIVE_AFTER": "7d"}


async def over(ana: Someone, people: PersonClient, line: str = "valve new which=7") -> Someone:
    """A run that got a channel of its own and is closed, with what was said in it: ana, there."""
    await ana.types(f"/runbook {line}")
    there = ana.in_((await made(people))["id"])
    board = await there.board("VA-1", "Turn valve 7")

    async def inside() -> bool:
        return ana.id in (await made(people))["members"]

    await people.until(inside)
    await there.says("It was the gasket", board["ts"])
    await closes(there, "VA-1")
    return there


async def closes(there: Someone, run: str) -> None:
    await there.types(f"/runbook mistake {run}")
    await opened(there, "as started by mistake")
    assert (await there.fills({"What was the mistake?": "another valve"}))["ok"]
    await there.board(run, "started by mistake")


async def is_archived(people: PersonClient) -> bool:
    return bool((await channels(people))[0]["is_archived"])


async def recorded(bot: Bot, who: Someone, kind: str, run: str = "VA-1") -> None:
    async def there() -> bool | None:
        return kind in await bot.kinds(run) or None

    await who.eventually(there, f"{kind} of {run}")


async def announced(bot: Bot, there: Someone) -> Json:
    """What is said before it goes, once the time has come to say it."""
    await comes(bot.environ["RUNBOOK_DATABASE_URL"], there, "VA-1", ANNOUNCE)
    (said,) = await there.thread("this channel is archived", run="VA-1")
    return said


async def goes(bot: Bot, there: Someone) -> None:
    """The time comes of which people were told."""
    await comes(bot.environ["RUNBOOK_DATABASE_URL"], there, "VA-1", ARCHIVE)


async def test_it_is_told_then_written_up_then_archived_once_and_reopened_from_home(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    there = await over(ana, people)
    said = await announced(bot, there)
    assert "<@U0ANA>" in words(said)
    assert find(said, "Keep the channel")
    assert "unless someone keeps it" in words(await there.board("VA-1", "is archived"))
    assert not await is_archived(people)
    assert "channel_archived" not in await bot.kinds("VA-1")
    await there.in_(there.channel).says("Nobody needs this any more", said["thread_ts"])
    await goes(bot, there)
    await recorded(bot, there, "channel_archived")
    assert await is_archived(people)
    facts = await bot.facts("VA-1")
    kinds = [one.event.kind for one in facts]
    assert kinds.count("channel_archived") == 1
    assert kinds.index("archive_announced") < kinds.index("archive_begun")
    assert kinds.index("archive_begun") < kinds.index("file_uploaded")
    assert kinds.index("file_uploaded") < kinds.index("channel_archived")
    assert len(await people.calls("conversations.archive")) == 1
    # What stands there can be read for good: the board says what it is, and the file is beside it.
    board = await there.board("VA-1")
    assert "This channel goes into the archive" in words(board)
    files = [f for m in await there.messages(board["ts"]) for f in m.get("files", [])]
    text = await _text(files[-1])
    assert "It was the gasket" in text
    assert "Nobody needs this any more" in text
    told = [one.event for one in facts if isinstance(one.event, FileUploaded)]
    assert [one.file for one in told] == [files[-1]["id"]]
    (notice,) = await there.thread("this channel is archived", run="VA-1")
    with pytest.raises(NotThere):
        find(notice, "Keep the channel")
    # In Home it says so, and goes on elsewhere.
    await people.open_home("ana")
    home = await shown(ana, "Closed, in a channel that is shut")
    assert "archived" in words(home)
    await presses(ana, home, "Reopen…", "VA-1")
    assert (
        await ana.fills(
            {"In which channel?": INCIDENTS, "Why are you reopening this run?": "it drips"}
        )
    )["ok"]
    await ana.does("Take", await ana.board("VA-1", "Reopened by"), row="step 1")
    await ana.board("VA-1", "since")
    await people.open_home("ben")
    assert "in a channel that is shut" not in words(await shown(ben, "Procedures"))
    await ana.types("/runbook export")
    await ana.told("The post-mortem of VA-1 is <")
    board = await ana.board("VA-1")
    files = [f for m in await ana.messages(board["ts"]) for f in m.get("files", [])]
    assert "was archived" in await _text(files[-1])


async def test_whoever_is_there_keeps_it_and_nothing_comes_of_it_later(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    there = await over(ana, people)
    said = await announced(bot, there)
    await ben.in_(there.channel).does("Keep the channel", said)
    (kept,) = await there.thread("this channel stays, says ben", run="VA-1")
    assert kept["ts"] == said["ts"]
    assert "The channel stays" in await there.types("/runbook VA-1 keep the channel")
    due = await waiting(bot.environ["RUNBOOK_DATABASE_URL"], "VA-1")
    assert not {ANNOUNCE, ARCHIVE} & due.keys()
    assert "channel_archived" not in await bot.kinds("VA-1")
    assert not await people.calls("conversations.archive")


async def test_it_waits_while_another_run_is_open_there_and_for_what_that_left(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    there = await over(ana, people)
    await there.types("/runbook mend-it thing=lamp")
    other = await there.board("MI-1")
    await there.says("The lamp is fine", other["ts"])
    await announced(bot, there)
    await goes(bot, there)

    async def put_off() -> bool | None:
        due = await waiting(bot.environ["RUNBOOK_DATABASE_URL"], "VA-1")
        return due[ARCHIVE] > 1 or None

    await there.eventually(put_off, "that it is put off")
    assert "archive_begun" not in await bot.kinds("VA-1")
    await closes(there, "MI-1")
    await goes(bot, there)
    await recorded(bot, there, "channel_archived")
    # The other one is written up as well, before.
    kinds = await bot.kinds("MI-1")
    assert kinds.index("file_uploaded") < kinds.index("channel_archived")
    files = [f for m in await there.messages(other["ts"]) for f in m.get("files", [])]
    assert "The lamp is fine" in await _text(files[-1])


async def test_without_its_thread_in_the_post_mortem_the_channel_stays_and_says_why(
    bot: Bot, ana: Someone, people: PersonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await over(ana, people)
    await announced(bot, there)
    monkeypatch.setattr("bot.app.courier.PASSING", timedelta(0))
    rule = {"method": "conversations.replies", "error": "missing_scope"}
    await people.faults(rules=[rule])
    await goes(bot, there)
    await recorded(bot, there, "channel_not_archived")
    await people.faults()
    (told,) = await there.thread("this channel is not archived", run="VA-1")
    assert "<@U0ANA>" in words(told)
    assert "with what was said in its thread, is not here" in words(told)
    events = [one.event for one in await bot.facts("VA-1")]
    assert [one.error for one in events if isinstance(one, ChannelNotArchived)] == [NO_POST_MORTEM]
    assert not [one for one in events if isinstance(one, FileUploaded | ChannelArchived)]
    assert not await people.calls("conversations.archive")


async def test_what_slack_refuses_is_told_once_to_who_closed_the_run(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    there = await over(ana, people)
    await announced(bot, there)
    await people.faults(rules=[{"method": "conversations.archive", "error": "restricted_action"}])
    await goes(bot, there)
    (told,) = await there.thread("this channel is not archived", run="VA-1")
    assert "<@U0ANA>" in words(told)
    assert "`restricted_action`" in words(told)
    assert len(await people.calls("conversations.archive")) == 1
    assert not await is_archived(people)


async def test_a_run_that_is_reopened_keeps_its_channel(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    there = await over(ana, people)
    said = await announced(bot, there)
    await there.does("Reopen…", await there.board("VA-1"))
    await opened(there, "Why are you reopening this run?")
    await there.fills({"Why are you reopening this run?": "it drips"})
    await there.board("VA-1", "Reopened by")

    async def without() -> bool | None:
        (now,) = await there.thread("this channel is archived", run="VA-1")
        assert now["ts"] == said["ts"]
        try:
            find(now, "Keep the channel")
        except NotThere:
            return True
        return None

    await there.eventually(without, "the notice without its button")
    due = await waiting(bot.environ["RUNBOOK_DATABASE_URL"], "VA-1")
    assert not {ANNOUNCE, ARCHIVE} & due.keys()


async def test_by_default_and_in_other_channels_nothing_is_archived(
    environ: dict[str, str], ana: Someone, people: PersonClient
) -> None:
    for settings, line in (
        ({**environ, "RUNBOOK_ARCHIVE_AFTER": ""}, "valve new which=7"),
        (environ, "valve which=8"),
    ):
        bot = Bot(settings)
        await bot.start()
        try:
            await ana.types(f"/runbook {line}")
            run = "VA-1" if "new" in line else "VA-2"
            there = ana.in_((await made(people))["id"] if "new" in line else INCIDENTS)
            await there.board(run)
            await closes(there, run)
            due = await waiting(bot.environ["RUNBOOK_DATABASE_URL"], run)
            assert not {ANNOUNCE, ARCHIVE} & due.keys()
            assert "archive_announced" not in await bot.kinds(run)
        finally:
            await bot.stop()


@pytest.mark.timeout(300)  # it starts the bot twice
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("drop_after", "private "),
        pytest.param("drop_after", "", marks=pytest.mark.chaos(counted=40.0)),
        pytest.param("drop_before", "", marks=pytest.mark.chaos(counted=40.0)),
        pytest.param("drop_before", "private ", marks=pytest.mark.chaos(counted=40.0)),
    ],
)
async def test_a_bot_that_is_killed_while_it_archives_has_archived_once(
    child: Child, ana: Someone, people: PersonClient, kind: str, fault: str
) -> None:
    bot = Bot(child.environ)
    await child.start()
    there = await over(ana, people, f"valve new {kind}which=7")
    await announced(bot, there)
    lost = {"method": "conversations.archive", "fault": fault, "seconds": 5}
    await people.faults(limits=False, rules=[lost])
    await goes(bot, there)

    async def called() -> bool:
        return bool(await people.calls("conversations.archive"))

    await people.until(called)
    await child.end("kill")
    await people.faults(limits=False)
    await child.start()
    await recorded(bot, there, "channel_archived")
    assert (await bot.kinds("VA-1")).count("channel_archived") == 1
    assert await is_archived(people)
    text = "archived the channel"
    shown_there = await people.messages(there.channel)
    assert len([one for one in shown_there if text in words(one)]) == 1


async def test_who_was_in_a_private_one_still_finds_their_run_hours_later_and_nobody_else_does(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    there = await over(ana, people, "valve new private which=7")
    await announced(bot, there)
    await goes(bot, there)
    await recorded(bot, there, "channel_archived")
    await hours_pass(bot.environ["RUNBOOK_DATABASE_URL"], 3)
    await people.open_home("ana")
    home = await shown(ana, "Closed, in a channel that is shut")
    for other in ("ben", "eli"):
        # Who was only invited took part in nothing, and nobody else knows of it.
        await people.open_home(other)
        assert "VA-1" not in words(await shown(Someone(people, other), "Procedures"))
    await presses(ana, home, "Reopen…", "VA-1")
    told = {"In which channel?": INCIDENTS, "Why are you reopening this run?": "it drips"}

    async def chosen() -> bool | None:
        # Until Slack has told again who they are, they are asked to try again.
        return (await ana.fills(told))["ok"] or None

    await ana.eventually(chosen, "the run in the channel that was chosen")
    await ana.board("VA-1", "Reopened by")
