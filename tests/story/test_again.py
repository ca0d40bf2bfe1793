"""A wrong run: closed with one reason, or started again with other values; both are linked."""

import asyncio

import pytest

from bot.core.run import events as e
from bot.demo.workspace.client import PersonClient
from bot.edges.store import upgrade
from tests.facts import event
from tests.story.conftest import Bot, Child
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
    assert "you are on step 1 already" in str(refused["errors"])
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


@pytest.mark.parametrize("late", [False, True])
async def test_of_two_who_start_a_run_again_one_does_and_the_other_hears_of_that_run(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient, *, late: bool
) -> None:
    """Both have the form open; whether the first one's board is there by then, or not yet."""
    await ana.types("/runbook mend-it thing=lamp")
    board = await ana.board("MI-1")
    for one in (ana, ben):
        await one.does("More…", board)
        await one.does("Start again with other values…", await one.form())
        await opened(one, "starts a new run")
    if late:
        # The old run stays open meanwhile: it waits for the address of the new one.
        await people.faults(rules=[{"method": "chat.postMessage", "fault": "5xx"}])
    values = {ana: "desk", ben: "chair"}
    ended = await asyncio.gather(*(one.fills({"What is broken": v}) for one, v in values.items()))
    assert all(one["ok"] for one in ended), ended
    await people.faults()
    started = event((await bot.facts("MI-2"))[0], e.RunStarted)
    first, second = (ana, ben) if started.by.id == ana.id else (ben, ana)
    told = await second.told("MI-1 was started again already")
    assert f"for `{values[first]}`. You asked for `{values[second]}`." in words(told)
    assert has(told, "Start another")
    assert "In its place: <" in words(await ana.board("MI-1", "started by mistake"))
    assert await bot.kinds("MI-3") == []
    # They may still mean it, and then say so once more.
    await second.does("Start another", told)
    assert f"thing `{values[second]}`" in words(await second.board("MI-3"))
    assert event((await bot.facts("MI-3"))[0], e.RunStarted).instead_of is None


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.timeout(600)  # it starts the bot twice
async def test_a_kill_between_the_new_run_and_the_end_of_the_old_one_leaves_one_of_each(
    child: Child, ana: Someone, people: PersonClient, database: str, request: pytest.FixtureRequest
) -> None:
    if database == "postgres":
        url = request.getfixturevalue("postgres_url")
        await asyncio.to_thread(upgrade, url)
        child.environ["RUNBOOK_DATABASE_URL"] = url
    await child.start()
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    # The board of the new run does not come, and the old one waits for its address.
    await people.faults(rules=[{"method": "chat.postMessage", "fault": "5xx"}])
    await ana.does("More…")
    await ana.does("Start again with other values…", await ana.form())
    await opened(ana, "starts a new run")
    assert (await ana.fills({"What is broken": "desk"}))["ok"]
    log = Bot(child.environ)

    async def begun() -> bool | None:
        return "run_started" in await log.kinds("MI-2") or None

    await ana.eventually(begun, "the new run")
    await child.end("kill")
    assert await log.kinds("MI-1") == ["run_started"], "killed in between"
    await people.faults()
    await child.start()
    assert "In its place: <" in words(await ana.board("MI-1", "started by mistake"))

    async def settled() -> bool | None:
        return "timer_fired" in await log.kinds("MI-2") or None

    await ana.eventually(settled, "the end of it")
    assert await log.kinds("MI-1") == ["run_started", "run_closed"]
    assert await log.kinds("MI-2") == ["run_started", "timer_fired"]
    assert len(await ana.boards()) == 2


async def test_of_two_who_start_another_run_at_once_one_does_and_the_other_hears_of_that_run(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    values, offers = {ana: "desk", ben: "chair"}, {}
    for one, thing in values.items():
        await one.types(f"/runbook mend-it thing={thing}")
        offers[one] = await one.told(f"You asked for `{thing}`")
    await asyncio.gather(*(one.does("Start another", offer) for one, offer in offers.items()))
    await ana.board("MI-2")
    started = event((await bot.facts("MI-2"))[0], e.RunStarted)
    first, second = (ana, ben) if started.by.id == ana.id else (ben, ana)
    told = await second.told(f"is open for `{values[first]}`")
    assert await bot.kinds("MI-3") == []
    # They know of that one now, and may still mean it.
    await second.does("Start another", told)
    await second.board("MI-3")
    assert event((await bot.facts("MI-3"))[0], e.RunStarted).by.id == second.id
