"""What is known of roles, and the worker that keeps it, never on a click's way."""

from collections.abc import Mapping, Sequence

import pytest

from bot.app.groups import GroupAsking, Told, Untold
from bot.app.roles import HANDS, LONGEST_PAUSE, NO_SUCH, ROUND, WANTED, Roles, Rollkeeper
from bot.core.procedure import Held, Procedure, Who
from bot.core.run.holding import Knows, Members
from bot.ports.messages import Throttled, Unsure
from tests.core.engine.test_ways import do, procedure
from tests.fake_clock import FakeClock


class FakeGroups:
    """`bot.app.groups.Groups` in memory; who claims gets all that is wanted, each time."""

    def __init__(self, **known: Members) -> None:
        self.known = known
        self.wants: list[list[str]] = []
        self.settled: list[tuple[str, str, float]] = []
        self.asked = 0

    async def wanted(self, names: Sequence[str]) -> None:
        self.wants.append(list(names))

    async def told(self, names: Sequence[str]) -> Mapping[str, Members]:
        self.asked += 1
        return {name: self.known[name] for name in names if name in self.known}

    async def claim(self, limit: int) -> tuple[Sequence[GroupAsking], float]:
        names = self.wants[-1][:limit] if self.wants else []
        return [GroupAsking(name, 1, 0.0) for name in names], 5.0

    async def learned(self, asking: GroupAsking, told: Told) -> None:
        self.settled.append((asking.name, ",".join(sorted(told.people)), 0.0))

    async def again(self, asking: GroupAsking, seconds: float, trouble: str) -> None:
        self.settled.append((asking.name, trouble, seconds))

    async def forget(self) -> None:
        pass


class FakeDirectory:
    """Slack: groups by handle, or trouble."""

    def __init__(self, trouble: Exception | None = None, **groups: str) -> None:
        self.trouble, self.groups = trouble, groups

    async def ids(self) -> Mapping[str, str]:
        return {name: f"S{name}" for name in self.groups}

    async def people(self, group: str) -> frozenset[str]:
        if self.trouble is not None:
            raise self.trouble
        return frozenset({self.groups[group[1:]]})


def named(*groups: str) -> Procedure:
    roles = {f"r{n}": {"description": "x", "slack_group": g} for n, g in enumerate(groups)}
    return procedure(do("look"), roles=roles)


def keeper(
    groups: FakeGroups, directory: FakeDirectory, *procedures: Procedure
) -> tuple[Rollkeeper, FakeClock]:
    clock = FakeClock()
    return Rollkeeper(Roles(groups), directory, clock, lambda: procedures), clock


async def test_nothing_is_read_where_no_role_has_a_group() -> None:
    groups = FakeGroups()
    configured = Knows({"lead": Held(people=("U0ANA",))}, Who(work=("lead",)))
    assert await Roles(groups, configured).knows(procedure(do("look"))) == configured
    assert groups.asked == 0


async def test_what_is_known_of_the_groups_of_a_procedure_and_of_the_rule_for_all() -> None:
    groups = FakeGroups(keepers=Members(age=3), leads=Members(age=4), others=Members(age=5))
    configured = Knows({"lead": Held(slack_group="leads")}, Who(work=("lead",)))
    knows = await Roles(groups, configured).knows(named("@keepers"))
    assert {name: one.age for name, one in knows.groups.items()} == {"keepers": 3, "leads": 4}
    assert (knows.held, knows.who) == (configured.held, configured.who)


async def test_a_group_that_is_not_known_wakes_the_worker_once() -> None:
    woken: list[str] = []
    roles = Roles(FakeGroups(), wake=lambda: woken.append("x"))
    for _ in range(3):
        await roles.knows(named("old-keepers"))
    assert woken == ["x"]
    assert roles.wanted([]) == {"old-keepers"}


async def test_the_groups_that_procedures_name_are_asked_about() -> None:
    groups = FakeGroups()
    one, clock = keeper(groups, FakeDirectory(a="U0ANA"), named("a", "b"), named("a"))
    assert await one.poller.visit() == 5.0
    assert groups.wants == [["a", "b"]]
    assert groups.settled == [("a", "U0ANA", 0.0), ("b", NO_SUCH, LONGEST_PAUSE)]
    await one.poller.visit()
    assert len(groups.wants) == 1, "it was said a moment ago"
    await clock.advance(WANTED + 1)
    await one.poller.visit()
    assert len(groups.wants) == 2


async def test_slacks_allowance_is_kept() -> None:
    many = named(*(f"g{n}" for n in range(HANDS + 5)))
    one, _ = keeper(FakeGroups(), FakeDirectory(), many)
    assert await one.poller.visit() == ROUND
    assert 60 / ROUND * (HANDS + 1) <= 22, "twenty a minute, or a little more"


@pytest.mark.parametrize(
    ("trouble", "why", "pause"),
    [
        (Throttled(17.0), "Slack asks to wait", 17.0),
        (Untold("this Slack plan has no user groups"), "this Slack plan has no user groups", 300.0),
        (Unsure("Slack did not answer"), "Slack did not answer", 2.0),
        (KeyError("odd"), "a fault of the bot's own", 300.0),
    ],
)
async def test_what_is_not_learned_is_asked_again(
    trouble: Exception, why: str, pause: float
) -> None:
    groups = FakeGroups()
    one, _ = keeper(groups, FakeDirectory(trouble, a="U0ANA", b="U0BEN"), named("a", "b"))
    await one.poller.visit()
    assert groups.settled == [("a", why, pause), ("b", why, pause)]


async def test_a_rule_that_nobody_can_meet_is_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    roles = {"lead": {"description": "x"}, "hand": {"description": "x"}}
    roles["judge"] = {"description": "x"}
    asks = do("burn", approval={"role": "judge"})
    empty = procedure(do("look", role="hand"), asks, roles=roles, who={"close": "lead"})
    one, _ = keeper(FakeGroups(), FakeDirectory(), empty, named("a"))
    for _ in range(2):
        await one.poller.visit()
    judge, told, *others = [r.getMessage() for r in caplog.records]
    assert judge.startswith("trouble: nobody is named for the role judge")
    assert others[0] == f"a role, or an owner, names the user group a: {NO_SUCH}"
    assert not any("nobody" in one for one in others)
    assert told.startswith(
        "trouble: nobody is named for the role lead: name people or a user group"
    )
