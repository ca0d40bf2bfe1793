"""How people ask for a procedure: loosely, in small letters, in passing; and what they are told."""

import re

import pytest

from tests.story.conftest import PROCEDURES, Bot
from tests.story.driver import INCIDENTS, RANDOM, Someone, words


async def test_start_in_the_list_shows_the_values_before_it_takes_them(
    bot: Bot, ana: Someone
) -> None:
    await ana.types("/runbook list")
    listed = await ana.told("mend-it")
    await ana.does("Start…", listed, row="mend-it")
    form = words(await ana.form())
    assert "glue" in form
    assert await ana.boards() == []
    assert (await ana.fills({"What is broken": "lamp"}))["ok"]
    assert "thing `lamp`" in words(await ana.board("MI-1"))


async def test_what_is_asked_for_loosely_is_understood(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook mend-it thing = lamp how = nails")
    board = await ana.board("MI-1")
    assert "how `nails` · thing `lamp`" in words(board)
    assert "MI-1" in await ana.types("/runbook mi-1")
    assert "no run `MI-9`" in await ana.types("/runbook mi-9")


async def test_a_word_without_its_name_is_answered_with_the_line_to_type(
    bot: Bot, ana: Someone
) -> None:
    said = await ana.types("/runbook mend-it lamp with nails")
    assert "I do not understand `lamp`." in said
    assert "`/runbook mend-it thing=lamp`" in said
    assert await ana.boards() == []


async def test_words_that_name_no_procedure_are_answered_with_what_was_meant(
    bot: Bot, ana: Someone
) -> None:
    for typed, meant in (
        ("serch broken lamp", "Did you mean `/runbook search broken lamp`?"),
        ("stauts MI-1", "Did you mean `/runbook status MI-1`?"),
        ("mend-itt lamp", "Did you mean `mend-it`?"),
        ("disk is <full>", "Nothing fits “disk is &lt;full&gt;”. `/runbook list`"),
        ("something is broken", "These fit your words."),
        ("start", "Start what? `/runbook list`"),
    ):
        assert meant in await ana.types(f"/runbook {typed}"), typed
    assert await ana.boards() == []


async def test_the_help_shows_a_procedure_that_there_is(bot: Bot, ana: Someone) -> None:
    said = await ana.types("/runbook help")
    (example,) = re.findall("\n`/runbook ([a-z-]+) [a-z_]+=", said)
    assert (PROCEDURES / f"{example}.yaml").exists()
    assert "key-compromise" not in said


async def test_wrong_values_are_told_before_what_is_open(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    assert "Did you mean `thing`?" in await ana.types("/runbook mend-it thin=desk")
    assert "must be one of" in await ana.types("/runbook mend-it thing=desk how=tape")


@pytest.mark.parametrize(
    "text",
    [
        "<@U0RUNBOOK>: status",
        "hey <@U0RUNBOOK> status",
        "<@U0RUNBOOK> status please",
        "<@U0RUNBOOK>, please status!",
    ],
)
async def test_the_bot_is_named_as_people_name_each_other(
    bot: Bot, ana: Someone, text: str
) -> None:
    await ana.says(text)
    assert "No run is open here" in words(await ana.told("No run is open"))


async def test_the_bot_that_was_only_spoken_of_says_nothing(bot: Bot, ana: Someone) -> None:
    for text in ("thanks <@U0RUNBOOK>!", "I asked <@U0RUNBOOK> about it yesterday"):
        await ana.says(text)
    await ana.says("<@U0RUNBOOK> what do I do now")
    assert "No run is open here" in words(await ana.told("No run is open"))
    assert len(await ana.whispers()) == 1


async def test_a_channel_without_a_run_is_named(bot: Bot, ana: Someone) -> None:
    there = ana.in_(RANDOM)
    assert f"No run is open in <#{INCIDENTS}>." in await ana.types("/runbook close")
    assert f"There is no run in <#{RANDOM}>." in await there.types("/runbook export")
