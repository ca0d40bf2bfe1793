"""What a check says of several members at once, and how far they are."""

from typing import Any

import pytest

from bot.core.checks.asking import Answer
from bot.core.checks.judging import judge
from bot.core.procedure import Check
from tests.core.looking import check, nodes


def test_each_member_is_judged_and_named() -> None:
    asked = check({"pointer": "/ok", "equals": True}, each=True)
    verdict = judge(asked, {}, nodes({"ok": True}, {"ok": False}, None))
    assert not verdict.green
    assert {s.member: s.held for s in verdict.seen if "ok" in s.expectation} == {
        "n1": True,
        "n2": False,
    }
    (silent,) = [s for s in verdict.seen if s.member == "n3"]
    assert silent.seen == "no answer: connection refused"
    assert judge(asked, {}, nodes({"ok": True}, {"ok": True})).green


def test_no_member_at_all_is_red() -> None:
    for expect in ([], [{"min_ok": 1}], [{"pointer": "/x", "all_equal": True}]):
        verdict = judge(check(*expect, each=True), {}, [])
        assert not verdict.green
        assert verdict.seen[0].seen == "there is no member to ask"


def test_all_equal_compares_the_members() -> None:
    asked = check({"pointer": "/h", "all_equal": True}, each=True)
    same = judge(asked, {}, nodes({"h": "ab"}, {"h": "ab"}, {"h": "ab"}))
    assert same.green
    assert same.seen[-1].seen == "all ab"
    other = judge(asked, {}, nodes({"h": "ab"}, {"h": "ab"}, {"h": "cd"}))
    assert not other.green
    assert other.seen[-1].seen == "n1 ab; n2 ab; n3 cd"


@pytest.mark.parametrize("third", [None, {}, {"h": None}])
def test_all_equal_needs_every_member(third: Any) -> None:
    asked = check({"pointer": "/h", "all_equal": True}, each=True)
    assert not judge(asked, {}, nodes({"h": "ab"}, {"h": "ab"}, third)).green


def test_all_missing_alike_are_not_equal() -> None:
    asked = check({"pointer": "/h", "all_equal": True}, each=True)
    assert not judge(asked, {}, nodes({}, {}, {})).green


@pytest.mark.parametrize(
    ("values", "green"),
    [
        ([10, 12, 11], True),
        ([10, 13, 11], False),
        ([5], True),
        ([0.1, 2.1], True),
        ([10**30, 10**30 + 2], True),
        ([10**30, 10**30 + 3], False),
        ([1, "2"], True),
        ([1, "two"], False),
        ([1, True], False),
        ([1, None], False),
        ([-1e300, 1e299], False),
    ],
)
def test_max_spread_is_exact(values: list[Any], green: bool) -> None:  # noqa: FBT001 - a table's column
    asked = check({"pointer": "/n", "max_spread": 2}, each=True)
    assert judge(asked, {}, nodes(*({"n": value} for value in values))).green is green


def test_max_spread_needs_every_member() -> None:
    asked = check({"pointer": "/n", "max_spread": 2}, each=True)
    assert not judge(asked, {}, nodes({"n": 1}, None)).green


def test_min_ok_tolerates_as_many_as_it_says_and_shows_them() -> None:
    asked = check({"pointer": "/ok", "equals": True}, {"min_ok": 2}, each=True)
    verdict = judge(asked, {}, nodes({"ok": True}, None, {"ok": True}))
    assert verdict.green
    assert verdict.seen[-1].seen == "2 of 3 as expected"
    assert [s.member for s in verdict.seen if not s.held] == ["n2"]
    assert not judge(asked, {}, nodes({"ok": True}, None, {"ok": False})).green
    assert not judge(asked, {}, nodes({"ok": True})).green


def test_min_ok_alone_counts_answers() -> None:
    asked = check({"min_ok": 1}, each=True)
    assert judge(asked, {}, nodes({}, None)).green
    assert not judge(asked, {}, nodes(None, None)).green


def test_min_ok_does_not_excuse_members_from_being_equal() -> None:
    asked = check({"min_ok": 2}, {"pointer": "/h", "all_equal": True}, each=True)
    assert not judge(asked, {}, nodes({"h": 1}, {"h": 1}, None)).green


def test_members_that_answered_are_compared_whatever_else_is_wrong_with_them() -> None:
    behind, at = {"pointer": "/behind", "lte": 0}, {"pointer": "/at", "max_spread": 10}
    late = nodes({"behind": 4, "at": 7}, {"behind": 0, "at": 9}, {"behind": 0, "at": 9})
    verdict = judge(check(behind, at, each=True), {}, late)
    assert [s.expectation for s in verdict.seen if not s.held] == ["/behind lte 0"]
    assert judge(check(behind, at, {"min_ok": 2}, each=True), {}, late).green
    apart = nodes({"behind": 4, "at": 70}, {"behind": 0, "at": 9}, {"behind": 0, "at": 9})
    assert not judge(check(behind, at, {"min_ok": 2}, each=True), {}, apart).green


def polled() -> Check:
    progress = {"pointer": "/lsn", "of": "max"}
    poll = {"every": "5s", "deadline": "10m", "progress": progress}
    return check(each=True, poll=poll)


def test_a_body_that_only_the_progress_needs_does_not_make_a_check_red() -> None:
    verdict = judge(polled(), {}, [Answer("n1", 200, body=b"ok")])
    assert verdict.green
    assert verdict.advance is None


@pytest.mark.parametrize(
    ("answers", "advance"),
    [
        (nodes({"lsn": 5}, {"lsn": 9}), (5, 9)),
        (nodes({"lsn": 5}, None), None),
        (nodes({"lsn": "7"}, {"lsn": 9}), (7, 9)),
        (nodes(None, {}), None),
        (nodes({"lsn": 10**400}, {"lsn": True}), None),
    ],
)
def test_the_advance_is_the_slowest_member_against_the_furthest(
    answers: list[Answer], advance: tuple[float, float] | None
) -> None:
    found = judge(polled(), {}, answers).advance
    assert (found and (found.now, found.goal)) == advance


@pytest.mark.parametrize(
    ("progress", "advance"),
    [
        ({"of": "min"}, (9, 2)),
        ({"of": "min", "goal": 1}, (9, 1)),
        ({"goal": 100}, (2, 100)),
    ],
)
def test_numbers_that_fall_and_goals_of_their_own(
    progress: dict[str, Any], advance: tuple[float, float]
) -> None:
    poll = {"every": "5s", "deadline": "10m", "progress": {"pointer": "/lsn", **progress}}
    answers = nodes({"lsn": 5}, {"lsn": 2}, {"lsn": 9})
    found = judge(check(each=True, poll=poll), {}, answers).advance
    assert found is not None
    assert (found.now, found.goal, found.begun) == (*advance, None)
