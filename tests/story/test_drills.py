"""Drills, as a team lives them: the same as a run, marked, apart from incidents, and due again."""

from pathlib import Path

from tests.story.conftest import Bot
from tests.story.driver import Someone, words
from tests.story.test_exporting import _files, _text

ONCALL = "C0TRUSTONCALL"
DRILL = "/runbook drill mend-it thing=lamp"


async def test_a_drill_is_marked_and_stands_in_no_incidents_way(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types(DRILL)
    board = await ana.board("MI-1", "This is a drill")
    assert "Drill: " in words(board)
    # The real thing begins beside it, and is not marked.
    assert await ben.types("/runbook mend-it thing=lamp") == ""
    real = await ben.board("MI-2")
    assert "rill" not in words(real)
    assert "MI-1" in await ben.types(DRILL), "a second drill is one too many"
    both = await ana.types("/runbook status")
    assert "Drill: " in both
    assert both.count("Drill: ") == 1
    await ana.does("Take", board, row="step 1")
    await ana.does("Failed…", await ana.board("MI-1", "since"))
    await ana.fills({"What happened": "It broke."})
    (told,) = await ana.thread("It broke.", run="MI-1")
    assert told["text"].startswith("🎯 Drill: ")


async def test_the_lines_that_put_a_drill_right_start_drills(bot: Bot, ana: Someone) -> None:
    for line in ("/runbook drill mend-it lamp now", "/runbook drill mend-it thin=lamp"):
        assert "`/runbook drill mend-it thing=" in await ana.types(line)
    await ana.types("/runbook drill mend-it")
    form = await ana.form()
    assert "This starts a drill" in words(form)
    await ana.fills({"What is broken": "lamp"})
    await ana.board("MI-1", "This is a drill")


async def test_what_a_drill_leads_to_is_a_drill(bot: Bot, ana: Someone) -> None:
    await ana.types("/runbook drill leads-on")
    await ana.does("The belt", await ana.board("LO-1", "./look at-the-belt"), row="step 1")
    await ana.does("Take", await ana.board("LO-1", "1a.1 Find out"), row="step 1a.1")
    await ana.does("Start which-way", await ana.board("LO-1", "since"), row="step 1a.1")
    await ana.board("WW-1", "This is a drill")


async def test_what_was_learned_is_asked_at_the_end_and_the_next_drill_is_reminded_of_once(
    bot: Bot, ana: Someone, tmp_path: Path
) -> None:
    await ana.types("/runbook drill practice-it")
    await ana.does("Take", await ana.board("PI-1"), row="step 1")
    await ana.does("Done", await ana.board("PI-1", "since"))
    await ana.does("Confirm…", await ana.board("PI-1", "All is well"))
    await ana.fills({})
    await ana.does("Close…", await ana.board("PI-1", "confirmed"))
    await ana.fills({"What was learned": "Nobody had the key."})
    await ana.board("PI-1", "recovered")
    # It dies before the next is due, and is up again after that.
    await bot.stop()
    await bot.start()
    oncall = ana.in_(ONCALL)

    async def there() -> list[str] | None:
        return [w for m in await oncall.messages() if "PI-1" in (w := words(m))] or None

    (said,) = await ana.eventually(there, "the owner is reminded")
    assert "a drill of `practice-it` is due. The last, PI-1, ended" in said
    assert "one is wanted every 1s. Type `/runbook drill practice-it`" in said
    await ana.does("Post-mortem", await ana.board("PI-1"))
    await ana.thread("Post-mortem of PI-1", run="PI-1")
    (file,) = await _files(ana, "PI-1")
    text = await _text(file)
    assert "# Post-mortem: Drill: Practice it" in text
    assert "### What was learned\n\n> Nobody had the key." in text
    assert len(await there() or []) == 1
    assert (await bot.kinds("PI-1")).count("drill_due") == 1
