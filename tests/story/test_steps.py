"""What people do to steps: every button, who is told what, and what the log keeps of it."""

import asyncio

from bot.core.run import events as e
from bot.demo.workspace.client import PersonClient
from tests.facts import event
from tests.story.conftest import Bot, System
from tests.story.driver import Someone, has, words

START = "/runbook mend-it thing=lamp"


async def test_a_step_that_ana_took_and_ben_finished_keeps_both_names(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    await ana.does("Take", row="step 1")
    await ben.does("Done", await ben.board("MI-1", "since"))
    shown = words(await ben.board("MI-1", "finished it"))
    assert "<@U0ANA> took it, <@U0BEN> finished it" in shown
    facts = await bot.facts("MI-1")
    assert [f.event.kind for f in facts] == ["run_started", "step_taken", "step_done"]
    assert [getattr(f.event, "by").name for f in facts] == ["ana", "ana", "ben"]  # noqa: B009


async def test_a_step_is_skipped_with_its_reason(bot: Bot, ana: Someone) -> None:
    await ana.types(START)
    await ana.does("Skip…", row="step 1")
    assert not (await ana.fills({}))["ok"]
    assert (await ana.fills({"Why are you skipping this step?": "seen <before>"}))["ok"]
    assert "seen &lt;before&gt;" in words(await ana.board("MI-1", "skipped"))


async def test_a_failed_step_says_in_the_thread_what_happened_and_can_be_tried_again(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    await ana.does("Take", row="step 1")
    await ana.does("Failed…", await ana.board("MI-1", "since"))
    assert (await ana.fills({"What happened?": "it fell apart"}))["ok"]
    notice = await ben.thread("it fell apart")
    assert "failed · ana" in words(notice[-1])
    await ben.does("Try again", await ben.board("MI-1", "failed"), row="step 1")
    await ben.board("MI-1", "<@U0BEN> since")
    assert await bot.kinds("MI-1") == ["run_started", "step_taken", "step_failed", "step_taken"]


async def test_a_note_stands_on_the_board_and_on_the_run(bot: Bot, ana: Someone) -> None:
    await ana.types(START)
    await ana.does("Note…", row="step 1")
    assert (await ana.fills({"Note": "a crack on the left"}))["ok"]
    await ana.board("MI-1", "a crack on the left")
    await ana.does("Add a note…")
    assert (await ana.fills({"Note": "it rains"}))["ok"]
    await ana.board("MI-1", "3 entries")
    await ana.does("More…")
    await ana.does("Inputs and people", await ana.form())

    async def read() -> bool | None:
        return "it rains" in words(await ana.form()) or None

    assert await ana.eventually(read, "the note among what is known of the run")


async def test_a_step_is_handed_over_given_back_and_a_mark_undone(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    await ana.does("Take", row="step 1")
    await ana.does("Hand over…", await ana.board("MI-1", "since"))
    assert (await ana.fills({"Who takes over?": ben.id}))["ok"]
    assert "<@U0BEN>" in words((await ben.thread("handed step"))[-1])
    await ben.does("Give back", await ben.board("MI-1", "<@U0BEN> since"))
    await ben.does("Take", await ben.board("MI-1", "4 entries"), row="step 1")
    await ben.does("Done", await ben.board("MI-1", "5 entries"))
    await ana.does("Undo…", await ana.board("MI-1", "6 entries"))
    assert (await ana.fills({"Undo which one?": "1 Look at it"}))["ok"]
    await ana.board("MI-1", "7 entries")
    assert await bot.kinds("MI-1") == [
        "run_started",
        "step_taken",
        "step_handed_over",
        "step_given_back",
        "step_taken",
        "step_done",
        "step_undone",
    ]


async def test_a_step_whose_check_failed_stays_in_sight_until_it_passes_or_is_undone(
    bot: Bot, ana: Someone, ben: Someone, system: System
) -> None:
    system.works(well=False)
    await ana.types(START)
    await ana.does("Take", row="Mend it with glue")
    await ana.does("Done", await ana.board("MI-1", "since"))
    board = await ana.board("MI-1", "check failed")
    assert "⚠️ *2 Mend it with glue*" in words(board)
    assert "./mend --with glue" in words(board)
    told = (await ana.thread("the check failed"))[-1]
    assert f"done by <@{ana.id}>" in words(told)
    assert "expected `works` to be `true`, found `false`" in words(told)
    status = await ana.types("/runbook status MI-1")
    assert "0 of 5 steps are finished: 1 done, but the check failed." in status
    await ben.does("Check again", told)
    again = (await ben.thread("the check failed again"))[-1]
    assert f"<@{ben.id}>, step *2*" in words(again)
    await ana.board("MI-1", "7 entries")
    system.works()
    await ana.does("Check again", await ana.board("MI-1", "check failed"), row="step 2")
    board = await ana.board("MI-1", "✅ *2*")
    assert "✅ *2* Mend it with glue" in words(board)
    await ana.thread("the check passed now")
    # The notice of the failure asks for nothing any more.
    await ben.does("Undo…", board)
    assert (await ben.fills({"Undo which one?": "2 Mend it with glue"}))["ok"]
    await ana.board("MI-1", "0 of 5")


async def test_a_step_is_taken_over_from_whoever_is_on_it(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    await ben.does("Take", row="step 1")
    await ana.does("Take over", await ana.board("MI-1", f"<@{ben.id}> since"), row="step 1")
    await ana.board("MI-1", f"<@{ana.id}> since")
    told = words((await ana.thread("over from"))[-1])
    assert "ana took step" in told
    assert f"over from <@{ben.id}>" in told


async def test_a_destructive_step_shows_its_commands_only_to_who_typed_its_id(
    bot: Bot, ana: Someone
) -> None:
    await ana.types(START)
    await ana.does("Skip…", row="step 1")
    await ana.fills({"Why": "no need"})
    await ana.does("Skip…", await ana.board("MI-1", "no need"), row="step 2")
    await ana.fills({"Why": "nor here"})
    board = await ana.board("MI-1", "nor here")
    assert "./wipe" not in words(board)
    await ana.does("Show all steps", board)
    assert "./wipe" not in words(await ana.form())
    await ana.dismisses()
    await ana.does("Take…", board, row="step 3")
    form = await ana.form()
    assert "Not to be run yet" in words(form)
    assert "./wipe --all" in words(form)
    refused = await ana.fills({"Type wipe": "wip"})
    assert "type “wipe” to confirm" in refused["errors"]["typed"]
    assert len(await bot.facts("MI-1")) == 3
    assert (await ana.fills({"Type wipe": "wipe"}))["ok"]
    await ana.board("MI-1", "./wipe --all")
    assert event((await bot.facts("MI-1"))[-1], e.StepTaken).confirmed == "wipe"


async def test_who_was_faster_than_a_form_is_named_in_it(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    for who in (ana, ben):
        await who.does("Confirm…", await who.board("MI-1"), row="have been told")
        await who.form()
    assert (await ana.fills({"how do you know": "by phone"}))["ok"]
    refused = await ben.fills({"how do you know": "by mail"})
    [said] = refused["errors"].values()
    assert said.startswith("@ana confirmed that at "), said


async def test_of_two_who_click_at_once_one_wins_and_the_other_is_told_who_and_when(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    board = await ana.board("MI-1")
    both = await asyncio.gather(
        ana.clicks("Take", board, row="step 1"), ben.clicks("Take", board, row="step 1")
    )
    assert all(one["ok"] for one in both)
    _, taken = await bot.facts("MI-1")
    winner, loser = (ana, ben) if event(taken, e.StepTaken).by.name == "ana" else (ben, ana)
    told = words(await loser.told("took step 1"))
    assert f"<@{winner.id}>" in told
    assert "<!date^" in told
    assert await winner.whispers() == []
    assert len(await bot.facts("MI-1")) == 2


async def test_ones_own_double_click_is_silent(bot: Bot, ana: Someone) -> None:
    await ana.types(START)
    board = await ana.board("MI-1")
    for _ in range(2):
        await ana.clicks("Take", board, row="step 1")
    taken = await ana.board("MI-1", "since")
    for _ in range(2):
        await ana.clicks("Done", taken)
    await ana.board("MI-1", "1 of 5")
    assert await bot.kinds("MI-1") == ["run_started", "step_taken", "step_done"]
    assert await ana.whispers() == []


async def test_the_same_delivery_twice_changes_nothing_and_tells_nothing(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await people.faults(deliveries={"repeat": 1.0})
    await ana.types(START)
    board = await ana.board("MI-1")
    await people.faults(
        deliveries={"repeat": 1.0}, rules=[{"method": "chat.update", "fault": "5xx"}]
    )
    await ana.does("Take", board, row="step 1")
    await ben.does("Take", board, row="step 1")
    await ben.told("took step 1")
    await people.faults(deliveries={"repeat": 1.0})
    await ana.does("Note…", await ana.board("MI-1", "since"))
    assert (await ana.fills({"Note": "once"}))["ok"]
    await ana.board("MI-1", "once")
    await ana.says("@runbook status")
    await ana.told("Mend it")
    await people.faults()
    await ben.does("Done", await ben.board("MI-1"))
    await ben.board("MI-1", "1 of 5")
    assert await bot.kinds("MI-1") == ["run_started", "step_taken", "note_added", "step_done"]
    assert len(await ben.whispers()) == 1
    assert len(await ana.whispers()) == 1


async def test_a_delivery_that_comes_again_after_a_restart_changes_and_tells_nothing(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await people.faults(deliveries={"repeat": 1.0, "delay": 0.3, "reorder": True})
    await ana.types(START)
    board = await ana.board("MI-1")
    await ana.clicks("Take", board, row="step 1")
    await bot.stop()
    await bot.start()
    await ana.board("MI-1", "since")
    assert await bot.kinds("MI-1") == ["run_started", "step_taken"]
    assert await ana.whispers() == []


async def test_a_refusal_is_seen_by_nobody_else(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types(START)
    await ana.does("Take", await ana.board("MI-1"), row="step 1")
    taken = await ana.board("MI-1", "since")
    async with bot.painting_nothing(people):
        await ana.does("Done", taken)
        await ben.does("Done", taken)
        said = words(await ben.told("marked step 1 done"))
    assert "<@U0ANA>" in said
    assert "undo it from ⋯, or add a note" in said
    await ana.board("MI-1", "1 of 5")
    assert await ana.whispers() == []
    assert len([m for m in await ana.messages() if not m.get("is_ephemeral")]) == 1
    assert len(await bot.facts("MI-1")) == 3


async def test_a_refusal_in_the_whole_procedure_is_shown_on_top_of_it(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(START)
    await ana.does("Show all steps")
    page = await ana.form()
    await ben.does("Take", row="step 1")
    await ben.board("MI-1", "since")
    assert has(page, "Take", "step 1")
    await ana.does("Take", page, row="step 1")

    async def refused() -> bool | None:
        return "<@U0BEN> took step 1" in words((await ana.people.views(ana.id))[-1]) or None

    await ana.eventually(refused, "the refusal")


async def test_sixty_steps_with_ten_taken_and_notes_never_break_the_board(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook long-haul")
    await ana.does("Show all steps")
    page = await ana.form()
    for number in range(1, 6):
        await ana.does("Take", page, row=f"step 1.{number}")
        page = await ana.form()
    board = await ana.board("LH-1", "entries")
    assert has(board, "Show")
    assert len(board["blocks"]) <= 50
    assert not [c for c in await people.calls() if c["error"] not in (None, "ratelimited")]
