"""From words to a run: what is typed, what is asked back, and what is answered to whom."""

import asyncio

import pytest

from bot.core.run import events as e
from bot.demo.workspace.client import PersonClient
from tests.facts import event
from tests.story.conftest import Bot
from tests.story.driver import INCIDENTS, ONCALL, RANDOM, Someone, has, words


@pytest.mark.parametrize(
    "line",
    [
        "/runbook mend-it thing=lamp",
        '/runbook mend-it thing="lamp"',
        "/runbook mend-it thing=“lamp”",
        "/runbook MEND-IT thing=‘lamp’ how=glue",
        "/runbook   mend-it   how='nails'\u00a0thing=lamp",
    ],
)
async def test_a_run_starts_however_the_quotes_were_typed(
    bot: Bot, ana: Someone, line: str
) -> None:
    assert await ana.types(line) == ""
    board = await ana.board("MI-1")
    assert "thing `lamp`" in words(board)
    (started,) = await bot.facts("MI-1")
    assert event(started, e.RunStarted).inputs["thing"] == "lamp"
    assert event(started, e.RunStarted).by.name == "ana"


async def test_words_with_spaces_go_into_quotes(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook mend-it thing=“desk lamp 2”")
    (started,) = await bot.facts("MI-1")
    assert event(started, e.RunStarted).inputs["thing"] == "desk lamp 2"


async def test_what_slack_escapes_is_read_as_it_was_typed(bot: Bot, ana: Someone) -> None:
    said = await ana.types("/runbook mend-it thing=<!channel>&co")
    assert "`thing`" in said
    assert "<!channel>" not in said
    assert await ana.boards() == []


async def test_missing_inputs_are_asked_for_in_a_form(bot: Bot, ana: Someone) -> None:
    assert await ana.types("/runbook mend-it how=nails") == ""
    form = await ana.form()
    assert form["title"]["text"] == "Mend it"
    assert (await ana.fills({"What is broken": "lamp"}))["ok"]
    await ana.board("MI-1")
    (started,) = await bot.facts("MI-1")
    assert event(started, e.RunStarted).inputs == {"thing": "lamp", "how": "nails"}


async def test_a_bad_value_is_refused_beside_its_field_and_the_form_stays(
    bot: Bot, ana: Someone
) -> None:
    await ana.types("/runbook mend-it")
    refused = await ana.fills({"What is broken": "LAMP!"})
    assert not refused["ok"]
    assert list(refused["errors"]) == ["thing"]
    assert await ana.boards() == []
    assert (await ana.fills({"What is broken": "lamp"}))["ok"]
    await ana.board("MI-1")


async def test_a_bad_value_on_the_line_is_refused_in_words(bot: Bot, ana: Someone) -> None:
    assert "`thing`" in await ana.types("/runbook mend-it thing=LAMP!")
    assert "`how`" in await ana.types("/runbook mend-it thing=lamp how=rope")
    assert await ana.boards() == []


async def test_an_unknown_name_answers_with_a_button_that_starts_the_nearest(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    said = await ana.types("/runbook mend-itt thing=lamp")
    assert "Did you mean" in said
    hint = await ana.told("Did you mean")
    assert await ben.whispers() == []
    await ana.does("Start mend-it", hint)
    assert "thing `lamp`" in words(await ana.board("MI-1"))


async def test_an_unknown_input_is_named_with_those_there_are(bot: Bot, ana: Someone) -> None:
    said = await ana.types("/runbook mend-it thin=lamp")
    assert "no input `thin`" in said
    assert "Did you mean `thing`" in said


async def test_each_question_is_answered_to_the_one_who_asked_alone(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    assert "`/runbook list`" in await ana.types("/runbook")
    assert "PROCEDURE" in await ana.types("/runbook help")
    listed = await ana.types("/runbook list")
    assert "mend-it" in listed
    assert "long-haul" in listed
    assert "mend-it" in await ana.types("/runbook search mned")
    assert "Search for what" in await ana.types("/runbook search")
    assert "MI-1" in await ana.types("/runbook status")
    assert "0 of 5 steps" in await ana.types("/runbook status mi-1")
    assert "in its thread" in await ana.types("/runbook export MI-1")
    assert await ana.types("/runbook close") == ""
    assert "Why close anyway" in words(await ana.form())
    assert await ben.whispers() == []


async def test_a_run_that_is_not_there_is_said_to_be_so(bot: Bot, ana: Someone) -> None:
    for line in ("status MI-9", "export MI-9", "close MI-9"):
        assert "no run `MI-9`" in await ana.types(f"/runbook {line}")
    assert "is not a run" in await ana.types("/runbook status nonsense here")
    assert "No run is open in" in await ana.types("/runbook close")


async def test_many_who_ask_for_a_run_that_is_not_there_are_all_told(
    bot: Bot, ana: Someone
) -> None:
    said = await asyncio.gather(*(ana.types("/runbook status ZZ-1") for _ in range(10)))
    assert all("no run `ZZ-1`" in one for one in said)


async def test_starting_again_links_to_the_open_run_and_offers_another(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    first = await ana.board("MI-1")
    said = await ben.types("/runbook mend-it thing=desk")
    assert "is open for `lamp`. You asked for `desk`.\nMI-1: Mend it: step 1 is next" in said
    assert f"/archives/{INCIDENTS}/p{first['ts'].replace('.', '')}|MI-1>" in said
    await ben.does("Start another", await ben.told("You asked for"))
    assert "thing `desk`" in words(await ben.board("MI-2"))


async def test_two_who_start_at_once_in_one_channel_start_one_run(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    said = await asyncio.gather(
        ana.types("/runbook mend-it thing=lamp"), ben.types("/runbook mend-it thing=lamp")
    )
    assert sorted("already open in this channel" in one for one in said) == [False, True]
    await ana.board("MI-1")
    assert len(await ana.boards()) == 1


async def test_runs_that_start_at_once_in_two_channels_have_ids_of_their_own(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    there = ben.in_(ONCALL)
    await asyncio.gather(
        ana.types("/runbook mend-it thing=lamp"), there.types("/runbook mend-it thing=desk")
    )
    shown = words(await ana.board()) + words(await there.board())
    assert "*MI-1*" in shown
    assert "*MI-2*" in shown


async def test_a_mention_in_a_thread_is_answered_in_that_thread_to_the_asker_alone(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    board = await ana.board("MI-1")
    await ana.says("@runbook status", board["ts"])
    told = await ana.told("Mend it")
    assert told["thread_ts"] == board["ts"]
    assert "started" in words(told)
    assert await ben.whispers() == []


async def test_a_mention_that_lacks_inputs_offers_a_button_to_the_form(
    bot: Bot, ana: Someone
) -> None:
    await ana.says("@runbook mend-it")
    await ana.does("Fill in…", await ana.told("needs `thing`"))
    assert (await ana.fills({"What is broken": "lamp"}))["ok"]
    await ana.board("MI-1")


async def test_close_without_a_run_asks_which_of_two(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.types("/runbook wait-in-vain")
    said = await ana.types("/runbook close")
    assert "Which run?" in said
    await ana.does("Close…", await ana.told("Which run?"), row="WIV-1")
    assert (await ana.form())["title"]["text"] == "Close WIV-1"


@pytest.mark.parametrize("with_a_form", [False, True])
async def test_a_bot_that_is_not_in_the_channel_says_how_to_invite_it_and_then_posts_once(
    bot: Bot, ana: Someone, people: PersonClient, *, with_a_form: bool
) -> None:
    there = ana.in_(RANDOM)
    await there.types("/runbook mend-it" + ("" if with_a_form else " thing=lamp"))
    if with_a_form:
        assert (await there.fills({"What is broken": "lamp"}))["ok"]
    told = await there.told("/invite @runbook")
    assert "MI-1 has started" in words(told)
    assert await there.boards() == []
    await there.types("/invite @runbook")
    board = await there.board("MI-1")
    await there.does("Take", board, row="step 1")
    await there.board("MI-1", "since")
    assert len(await there.boards()) == 1


async def test_an_uninvited_bot_that_was_restarted_waits_quietly_for_its_invitation(
    bot: Bot, ana: Someone, people: PersonClient, caplog: pytest.LogCaptureFixture
) -> None:
    there = ana.in_(RANDOM)
    await there.types("/runbook mend-it thing=lamp")
    await there.told("/invite @runbook")
    await bot.stop()
    refused = len([c for c in await people.calls("chat.postMessage") if not c["ok"]])
    await bot.start()

    async def tried() -> bool:
        calls = await people.calls("chat.postMessage")
        return len([c for c in calls if not c["ok"]]) > refused

    await people.until(tried)
    assert not [r for r in caplog.records if r.levelname == "ERROR"]
    # The process that knew an address to tell it at is gone; whoever asks reads it.
    await there.types("/runbook status")
    await there.told("MI-1 has started, but I am not in this channel")
    await there.types("/invite @runbook")
    await there.board("MI-1")
    assert len(await there.boards()) == 1


async def test_a_board_that_someone_deleted_is_posted_again(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    first = await ana.board("MI-1")
    await ana.deletes(first)

    async def another() -> bool | None:
        return any(m["ts"] != first["ts"] for m in await ana.boards()) or None

    await ana.eventually(another, "another board")
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")
    assert len(await ana.boards()) == 1


async def test_a_board_that_vanished_while_the_bot_was_away_is_posted_again(
    bot: Bot, ana: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    first = await ana.board("MI-1")
    await ana.does("Take", first, row="step 1")
    await ana.board("MI-1", "since")
    await bot.stop()
    await ana.deletes(first)
    await bot.start()
    await ana.types("/runbook close MI-1")
    await ana.fills({"told": "n"})
    await ana.does("Close without proof…", (await ana.thread("it stays open"))[-1])
    await ana.fills({"works": "n", "agree": "n", "told": "n"})
    board = await ana.board("MI-1", "closed, not verified")
    assert board["ts"] != first["ts"]
    assert has(board, "Reopen…")
    assert "not verified" in words(await ana.thread("closed MI-1"))


async def test_a_board_that_had_answers_and_was_deleted_is_posted_again(
    bot: Bot, ana: Someone
) -> None:
    """Such a message leaves a tombstone, which Slack tells of as a change."""
    await ana.types("/runbook mend-it thing=lamp")
    first = await ana.board("MI-1")
    await ana.says("I am looking", first["ts"])
    await ana.deletes(first)

    async def another() -> bool | None:
        return any(m["ts"] != first["ts"] for m in await ana.boards()) or None

    await ana.eventually(another, "another board")


async def test_status_in_the_thread_of_a_run_is_about_that_run_closed_or_not(
    bot: Bot, ana: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.types("/runbook wait-in-vain")
    board = await ana.board("MI-1")
    await ana.says("@runbook status", board["ts"])
    assert "MI-1" in words(await ana.told("Mend it"))


async def test_a_run_is_spoken_of_in_its_own_channel_only(bot: Bot, ana: Someone) -> None:
    await ana.in_(ONCALL).types("/runbook mend-it thing=lamp")
    await ana.in_(ONCALL).board("MI-1")
    nothing = await ana.types("/runbook status MI-9")
    for asked in ("status", "export", "close"):
        said = await ana.types(f"/runbook {asked} MI-1")
        assert said == nothing.replace("MI-9", "MI-1")
    assert "MI-1" not in await ana.types("/runbook status")
    assert await bot.kinds("MI-1") == ["run_started"]
