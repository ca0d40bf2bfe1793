"""A wrong run: closed with one reason, or started again with other values; both are linked."""

from bot.core import events as e
from tests.facts import event
from tests.story.conftest import Bot
from tests.story.driver import Someone, has, words


async def opened(one: Someone, having: str) -> str:
    """The form on top, once it is the one that says this."""

    async def there() -> str | None:
        said = words(await one.form())
        return said if having in said else None

    return await one.eventually(there, having)


async def test_a_run_that_was_started_by_mistake_is_closed_with_one_reason(
    bot: Bot, ana: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.does("More…", await ana.board("MI-1"))
    await ana.does("Started by mistake…", await ana.form())
    await opened(ana, "as started by mistake")
    assert (await ana.fills({"What was the mistake?": "wrong lamp"}))["ok"]
    board = words(await ana.board("MI-1", "started by mistake"))
    assert "closed: started by mistake: wrong lamp" in board
    assert "thing `lamp`" in board


async def test_what_can_be_done_is_done_in_the_form_that_lists_it_and_seen_there(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ben.does("Take", await ana.board("MI-1"), row="step 1")
    await ana.does("More…", await ana.board("MI-1", "since"))
    await opened(ana, "More for MI-1")
    await ana.does("Take over", await ana.form(), row="step 1")
    said = await opened(ana, "Done. The board and its thread")
    assert f"<@{ana.id}> since" in said
    assert not has(await ana.form(), "Take over"), "nobody takes a step over from themselves"
    await ana.does("Hand over…", await ana.form(), row="step 1")
    await opened(ana, "Who takes over?")
    refused = await ana.fills({"Who takes over?": ana.id})
    assert "You are on step 1 already" in str(refused["errors"])
    assert (await ana.fills({"Who takes over?": ben.id}))["ok"]
    await ana.board("MI-1", f"<@{ben.id}> since")
    assert (await bot.kinds("MI-1")).count("step_handed_over") == 2


async def test_a_run_is_started_again_with_other_values_and_both_are_linked(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp how=nails")
    first = await ana.board("MI-1")
    await ben.does("More…", first)
    await ben.does("Start again with other values…", await ben.form())
    await opened(ben, "starts a new run")
    assert (await ben.fills({"What is broken": "desk"}))["ok"]
    second = await ana.board("MI-2")
    said = words(second)
    assert "how `nails` · thing `desk`" in said
    assert f"p{first['ts'].replace('.', '')}|MI-1>" in said
    old = words(await ana.board("MI-1", "started by mistake"))
    assert "In its place: <" in old
    assert f"p{second['ts'].replace('.', '')}|MI-2>" in old
    started = event((await bot.facts("MI-2"))[0], e.RunStarted)
    assert started.instead_of == "MI-1"
    closed = event((await bot.facts("MI-1"))[-1], e.RunClosed)
    assert (closed.again, closed.by.id) == ("MI-2", ben.id)
