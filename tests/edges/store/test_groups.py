"""Who is in which user group: with its age, shared by all, asked for by one at a time."""

from bot.app.groups import Told
from bot.core.run.holding import FRESH, NEVER, UNTOLD, Members
from bot.edges.store import SqlLog
from bot.edges.store.groups import KEPT, REFRESH
from tests.edges.store.conftest import Advance, real

KEEPERS = Told("S1", frozenset({"U0ANA", "U0BEN"}))


async def due(log: SqlLog) -> list[str]:
    return [one.name for one in (await log.groups.claim(10))[0]]


@real
async def test_a_group_that_a_role_names_is_asked_about_and_then_known(
    log: SqlLog, advance: Advance
) -> None:
    await log.groups.wanted(["keepers", "leads", "keepers"])
    assert await log.groups.told(["keepers", "others"]) == {"keepers": UNTOLD}
    asked, _ = await log.groups.claim(10)
    assert [one.name for one in asked] == ["keepers", "leads"]
    assert await due(log) == [], "they are one process's"
    await advance(7)
    await log.groups.learned(asked[0], KEEPERS)
    await log.groups.again(asked[1], 60, "there is no such user group")
    told = await log.groups.told(["keepers", "leads"])
    assert told["keepers"] == Members(KEEPERS.people, 7, "S1"), "as of when Slack was asked"
    assert told["leads"] == Members(frozenset(), NEVER, None, "there is no such user group")


@real
async def test_it_is_asked_about_again_long_before_it_is_too_old(
    log: SqlLog, advance: Advance
) -> None:
    await log.groups.wanted(["keepers"])
    for one in (await log.groups.claim(10))[0]:
        await log.groups.learned(one, KEEPERS)
    await log.groups.wanted(["keepers"])
    assert await due(log) == []
    await advance(REFRESH + 1)
    assert REFRESH < FRESH / 4
    (again,) = (await log.groups.claim(10))[0]
    await log.groups.again(again, 60, "Slack asks to wait")
    assert (await log.groups.told(["keepers"]))["keepers"].people == KEEPERS.people, "it is kept"
    await advance(61)
    assert [one.failures for one in (await log.groups.claim(10))[0]] == [1]


@real
async def test_who_comes_late_changes_nothing(log: SqlLog, advance: Advance) -> None:
    await log.groups.wanted(["keepers"])
    (slow,) = (await log.groups.claim(10))[0]
    await advance(1_000)
    (fast,) = (await log.groups.claim(10))[0]
    await log.groups.learned(fast, Told("S1", frozenset({"U0BEN"})))
    await log.groups.learned(slow, KEEPERS)
    assert (await log.groups.told(["keepers"]))["keepers"].people == {"U0BEN"}


@real
async def test_a_group_that_no_role_names_any_more_is_left_in_peace_and_forgotten(
    log: SqlLog, advance: Advance
) -> None:
    await log.groups.wanted(["keepers"])
    await advance(KEPT + 1)
    assert await due(log) == []
    await log.groups.forget()
    assert await log.groups.told(["keepers"]) == {}
    await log.groups.wanted(["keepers"])
    assert await due(log) == ["keepers"]


@real
async def test_what_is_of_one_workspace_is_not_anothers(log: SqlLog) -> None:
    await log.serve("T0FIRST")
    first, other = log.grouped("T0FIRST"), log.grouped("T0OTHER")
    await first.wanted(["keepers"])
    await other.wanted(["keepers"])
    (asked,) = (await first.claim(10))[0]
    await first.learned(asked, KEEPERS)
    assert (await other.told(["keepers"]))["keepers"] == UNTOLD
    assert [one.name for one in (await other.claim(10))[0]] == ["keepers"]


@real
async def test_someone_who_is_erased_is_in_no_group_until_slack_says_so_again(log: SqlLog) -> None:
    await log.groups.wanted(["keepers", "others"])
    for one in (await log.groups.claim(10))[0]:
        await log.groups.learned(one, KEEPERS)
    assert await log.knows("U0ANA")
    assert not await log.knows("U0_NA")
    await log.forget("U0ANA")
    assert not await log.knows("U0ANA")
    told = await log.groups.told(["keepers", "others"])
    assert {one.people for one in told.values()} == {frozenset({"U0BEN"})}
