"""How far a poll is: from where it began, and whether it still moves."""

from datetime import timedelta

import pytest

from bot.core.procedure import Progress
from bot.core.run import events as e
from bot.core.run.proof import Request
from bot.core.run.waits import progress_bar
from tests.core.strategies import ANA, START

SECOND = timedelta(seconds=1)
FALLS = Progress.model_validate({"pointer": "/lag", "of": "min", "goal": 0})
RISES = Progress.model_validate({"pointer": "/lsn"})


def seen(advance: e.Advance | None) -> e.CheckObserved:
    return e.CheckObserved(
        request="r1", check="c", green=False, final=False, seen=(), advance=advance
    )


def asked() -> Request:
    return Request("r1", "c", START, "s", None, wait=True, by=ANA, moved=START)


def after(numbers: list[float | None], progress: Progress, goal: float) -> Request:
    """A wait that saw these numbers, a second after each other."""
    request = asked()
    for n, number in enumerate(numbers, start=1):
        far = None if number is None else e.Advance(now=number, goal=goal)
        request = request.seen(seen(request.told(far, progress)), START + n * SECOND)
    return request


@pytest.mark.parametrize(
    ("numbers", "moved"),
    [
        ([100], 1),
        ([100, 90], 2),
        ([100, 90, 95, 90, 95], 2),
        ([100, 90, 95, 89], 4),
        ([100, None, 90, None], 3),
        ([None, None], 1),
        ([100, 110, 105], 1),
    ],
)
def test_a_number_that_falls_moves_only_nearer_to_its_goal(
    numbers: list[float | None], moved: int
) -> None:
    assert after(numbers, FALLS, 0).moved == START + moved * SECOND


def test_a_number_that_rises_to_other_members_moves_whenever_it_changes() -> None:
    assert after([1, 2, 1, 2], RISES, 9).moved == START + 4 * SECOND
    assert after([1, 2, 2, 2], RISES, 9).moved == START + 2 * SECOND


def test_it_is_told_from_where_it_began_and_only_where_that_is_meant() -> None:
    request = after([100, None, 40], FALLS, 0)
    assert request.told(e.Advance(now=20, goal=0), FALLS) == e.Advance(now=20, goal=0, begun=100)
    far = e.Advance(now=20, goal=30)
    assert after([10], RISES, 30).told(far, RISES) is far
    assert request.told(None, FALLS) is None


@pytest.mark.parametrize(
    ("far", "bar"),
    [
        ((100, 0, 100), "░░░░░░░░░░ 0%: 100, from 100 to 0"),
        ((25, 0, 100), "▓▓▓▓▓▓▓░░░ 75%: 25, from 100 to 0"),
        ((0, 0, 100), "▓▓▓▓▓▓▓▓▓▓ 100%: 0, from 100 to 0"),
        ((-5, 0, 100), "▓▓▓▓▓▓▓▓▓▓ 100%: -5, from 100 to 0"),
        ((140, 0, 100), "░░░░░░░░░░ 0%: 140, from 100 to 0"),
        ((5_500_000, 6_000_000, 5_000_000), "▓▓▓▓▓░░░░░ 50%: 5500000, from 5000000 to 6000000"),
        ((0, 0, 0), "▓▓▓▓▓▓▓▓▓▓ 100%: 0, from 0 to 0"),
        ((3, 0, 0), "░░░░░░░░░░ 0%: 3, from 0 to 0"),
        ((0.5, 1.5, None), "▓▓▓░░░░░░░ 0.5 of 1.5"),
        ((1_234_567, 2_469_134, None), "▓▓▓▓▓░░░░░ 1234567 of 2469134"),
        ((7, 0, None), "▓▓▓▓▓▓▓▓▓▓ 7 of 0"),
    ],
)
def test_the_bar_is_of_the_whole_way(far: tuple[float, float, float | None], bar: str) -> None:
    now, goal, begun = far
    assert progress_bar(e.Advance(now=now, goal=goal, begun=begun)) == bar
