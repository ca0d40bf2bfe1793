"""What a Prometheus answers to a query, held to what is expected of its series."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.checks.asking import Answer, plan
from bot.core.checks.judging import judge, judged, read_verdict
from bot.core.checks.promql import POINTS, window
from bot.core.checks.verdict import Verdict
from bot.core.procedure import Check
from bot.core.procedure.promql import put_in, put_sources
from bot.core.run import events as e
from bot.core.run.expected import missed, on_board, tolerated
from tests.core.test_every_key import WHOLE

AT = datetime(2026, 11, 28, 5, 30, 0, 250_000, tzinfo=UTC)
ONE = {"series": "every", "equals": 1}
A, B = {"__name__": "up", "job": "a"}, {"__name__": "up", "job": "b"}


def check(*expect: dict[str, Any], **more: Any) -> Check:
    told = {"title": "It is well", "target": "t", "promql": "up", "expect": expect}
    return Check.model_validate(told | more)


def body(kind: str, result: Any, **more: Any) -> Answer:
    said = {"status": "success", "data": {"resultType": kind, "result": result}, **more}
    return Answer(None, 200, body=json.dumps(said).encode())


def vector(*values: str, **more: Any) -> Answer:
    made = [{"metric": m, "value": [1, v]} for m, v in zip((A, B, {}), values, strict=False)]
    return body("vector", made, **more)


def over(*values: str) -> Answer:
    points = [[AT.timestamp() - 20 * (len(values) - n - 1), v] for n, v in enumerate(values)]
    return body("matrix", [{"metric": A, "values": points}])


def look(answer: Answer, *expect: dict[str, Any], **more: Any) -> Verdict:
    verdict = judge(asked := check(*expect, **more), {}, [answer])
    assert read_verdict(judged(asked, {}, [answer])) == verdict
    return verdict


@pytest.mark.parametrize(
    ("value", "put"),
    [
        ("a,b", '"(?:a|b)"'),
        ("a.b", '"(?:a\\\\.b)"'),
        ('x"} or up{y="', '"(?:x\\\\\\"\\\\}'),
        ("", '"[^\\\\s\\\\S]"'),
    ],
)
def test_a_list_in_a_pattern_is_any_of_its_entries(value: str, put: str) -> None:
    query = 'up{instance=~"{{ nodes }}"}'
    assert put_in(query, {"nodes": value}, ("nodes",)).startswith(f"up{{instance=~{put}")


def off(verdict: Verdict) -> list[tuple[str | None, str]]:
    return [(one.member, one.seen) for one in verdict.seen if not one.held]


GREEN: list[tuple[Answer, tuple[dict[str, Any], ...]]] = [
    (vector("1", "1"), (ONE,)),
    (vector("1", "0"), ({"series": "any", "equals": 1},)),
    (vector("1", "0"), (ONE, {"min_ok": 1})),
    (vector("1", "0"), ({"series": "count", "equals": 2},)),
    (vector("0.25"), ({"series": "every", "in": [0.25, 1]},)),
    (vector("NaN"), ({"series": "every", "equals": "NaN"},)),
    (vector("3", "3"), ({"series": "every", "all_equal": True},)),
    (vector("3", "5"), ({"series": "every", "max_spread": 2},)),
    (vector("3", "5"), ({"label": "job", "in": ["a", "b"]},)),
    (vector("3"), ({"label": "job", "all_equal": True}, {"label": "zone", "exists": False})),
    (body("vector", []), ({"series": "absent"},)),
    (body("scalar", [1, "2"]), ({"series": "every", "equals": 2},)),
]
RED: list[tuple[Answer, tuple[dict[str, Any], ...], str]] = [
    (vector("1", "0"), (ONE,), "0"),
    (vector("0", "0"), ({"series": "any", "equals": 1},), 'up{job="a"} 0; up{job="b"} 0'),
    (vector("NaN"), ({"series": "every", "lte": 1},), "NaN"),
    (vector("+Inf"), ({"series": "every", "lt": 1},), "+Inf"),
    (vector("1"), ({"series": "count", "gte": 2},), "1"),
    (vector("1"), ({"series": "absent"},), 'up{job="a"} 1'),
    (vector("1"), ({"label": "zone", "equals": "x"},), "missing"),
    (body("vector", []), (ONE,), "the query finds no series (an empty vector)"),
    (body("vector", []), ({"series": "any", "gte": 0}, {"min_ok": 1}), "the query finds no series"),
    (body("vector", []), ({"series": "count", "lte": 5},), "the query finds no series"),
    (body("matrix", []), (ONE,), "say for how long, with `range`"),
    (body("string", [1, "x"]), (ONE,), "the query answers with a string"),
    (body("vector", [{"metric": A}]), (ONE,), "the answer is not a Prometheus's"),
    (body("vector", [{"metric": A, "value": [1, "x"]}]), (ONE,), "not a Prometheus's"),
    (body("vector", [{"metric": A, "histogram": [1, {}]}]), (ONE,), "a histogram"),
    (Answer(None, 200, body=b"<html>"), (ONE,), "the answer is not a Prometheus's"),
    (Answer(None, 404, body=b"no"), (ONE,), "is the target a Prometheus, with its path?"),
    (Answer(None, 401, body=b""), (ONE,), "does not let the bot read /api/v1/query"),
    (Answer(None, error="no answer within 5 s"), (ONE,), "no answer within 5 s"),
]
REFUSED = [
    (400, "bad_data", "the target cannot read the query: why"),
    (422, "execution", "the query failed: why"),
    (503, "timeout", "the query took too long: why"),
    (503, "canceled", "the query was broken off: why"),
    (500, "internal", "the target failed: why"),
    (418, "new kind", "the target refuses: why"),
]


@pytest.mark.parametrize(("answer", "expect"), GREEN)
def test_series_that_are_as_expected(answer: Answer, expect: tuple[dict[str, Any], ...]) -> None:
    verdict = look(answer, *expect)
    assert verdict.green, verdict.seen


@pytest.mark.parametrize(("answer", "expect", "seen"), RED)
def test_series_that_are_not(answer: Answer, expect: tuple[dict[str, Any], ...], seen: str) -> None:
    verdict = look(answer, *expect)
    assert not verdict.green
    assert seen in off(verdict)[-1][1]


@pytest.mark.parametrize(("status", "kind", "words"), REFUSED)
def test_what_the_api_refuses_is_told_in_words(status: int, kind: str, words: str) -> None:
    said = {"status": "error", "errorType": kind, "error": "why"}
    verdict = look(Answer(None, status, body=json.dumps(said).encode()), ONE)
    assert (verdict.green, off(verdict)) == (False, [(None, words)])


def test_a_series_is_told_by_its_labels() -> None:
    assert off(look(vector("0", "0", "0"), ONE)) == [
        ('up{job="a"}', "0"),
        ('up{job="b"}', "0"),
        (None, "0"),
    ]


def test_what_stands_in_the_record_names_the_series_that_was_looked_at() -> None:
    def told(verdict: Verdict) -> list[tuple[str, str | None, bool, str]]:
        return [(one.expectation, one.member, one.held, one.seen) for one in verdict.seen]

    both = (ONE, {"label": "job", "equals": "a"})
    assert told(look(vector("1", "0"), *both)) == [
        ("every value equals 1", 'up{job="a"}', True, "1"),
        ("label job equals a", 'up{job="a"}', True, "a"),
        ("every value equals 1", 'up{job="b"}', False, "0"),
        ("label job equals a", 'up{job="b"}', False, "b"),
    ]
    for expectation in ({"series": "every", "gt": 4}, FLAT):
        for values in (["5"] * 31, ["5"] * 30 + ["1"], ["5"]):
            verdict = look(over(*values), expectation, range="10m")
            assert [one.member for one in verdict.seen] == ['up{job="a"}']
    histograms = body("matrix", [{"metric": A, "histograms": [[1, {}]]}])
    (seen,) = look(histograms, ONE, range="10m").seen
    assert (seen.member, seen.held) == ('up{job="a"}', False)
    assert seen.seen == "a histogram, which is no number: ask for a quantile or a count of it"
    named = body("vector", [{"metric": {"job": "ä", "zone": "z"}, "value": [1, "0"]}])
    assert off(look(named, ONE)) == [('{job="ä", zone="z"}', "0")]


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        (["5"] * 29 + ["1", "3"], "1 to 5"),
        (["9"] * 30 + ["10"], "9 to 10"),
        (["NaN"] * 31, "NaN"),
        (["1"] * 29 + ["NaN", "3"], "3"),
    ],
)
def test_the_values_of_a_range_are_told_in_short(values: list[str], seen: str) -> None:
    assert [one for _, one in off(look(over(*values), FLAT, range="10m"))] == [seen]


def test_no_more_notes_are_told_of_than_there_are() -> None:
    verdict = look(vector("1", warnings=[f"w{n}" for n in range(5)]), ONE)
    assert [one.seen for one in verdict.seen[1:]] == ["w0", "w1", "w2", "w3", "w4"]


def test_a_target_that_does_not_let_the_bot_in_is_there() -> None:
    ((_, seen),) = off(look(Answer(None, 401, body=b""), ONE))
    assert "is the target a Prometheus" not in seen


FLAT = {"series": "every", "max_change": 0}


@pytest.mark.parametrize(
    ("values", "expectation", "seen"),
    [
        (["5"] * 31, FLAT, None),
        (["5"] * 31, {"series": "every", "gt": 4}, None),
        (["5"] * 30 + ["6"], FLAT, "5 to 6"),
        (["5"] * 30 + ["NaN"], FLAT, "NaN"),
        (["5"] * 30, FLAT, "only 30 of 31 points are there"),
        (["5"] * 30 + ["3"], {"series": "any", "equals": 3}, None),
        (
            ["5"] * 29 + ["1", "6"],
            {"series": "every", "gt": 4},
            "1 (last at 05:29:40 UTC, at 1 of 31 points)",
        ),
    ],
)
def test_over_a_range_each_point_counts(
    values: list[str], expectation: dict[str, Any], seen: str | None
) -> None:
    verdict = look(over(*values), expectation, range="10m")
    assert verdict.green == (seen is None)
    assert [one for _, one in off(verdict)] == ([] if seen is None else [seen])


def test_a_query_is_encoded_and_its_points_are_bounded() -> None:
    (question,) = plan(check(ONE), {}, None, AT).questions
    assert question.path == "/api/v1/query?query=up&timeout=4s"
    made = check(ONE, promql='a{b="{{ v }}"} + 1', range="10m")
    (question,) = plan(made, {"v": 'x"&query=1'}, None, AT).questions
    assert question.path.startswith(
        "/api/v1/query_range?query=a%7Bb%3D%22x%5C%22%26query%3D1%22%7D%20%2B%201&timeout=4s&start="
    )
    ends = AT.timestamp()
    assert question.path.endswith(f"&start={ends - 600:.3f}&end={ends:.3f}&step=20")
    made = check(ONE, promql='a{b="/x"}')
    (question,) = plan(made, {}, None, AT).questions
    assert question.path == "/api/v1/query?query=a%7Bb%3D%22%2Fx%22%7D&timeout=4s"
    assert window(timedelta(seconds=10)) == (1, 11)
    for seconds in (1, 29, 30, 31, 600, 86_400 * 99_999):
        step, points = window(timedelta(seconds=seconds))
        assert points <= POINTS
        assert step * (points - 1) <= seconds < step * points


def test_a_value_stays_where_it_is_put() -> None:
    hostile = "a.b\"} or x{y='`\\"
    query = '{{ v }} + u{a="{{ v }}", b=~\'{{ v }}\', c=`{{ v }}`, d="\\"{{ v }}"} # \'{{ v }}'
    made = put_in(query, {"v": hostile})
    assert made.count("a.b\\\"} or x{y='`\\\\") == 2
    assert "b=~'a\\\\.b" in made
    assert put_in(r'{a="\{{ x }}{{ unknown }}"}', {}) == '{a="{{ x }}{{ unknown }}"}'
    # A member comes as it is, and braces in it are braces; a name gives way to another name.
    sources = {"one": "{{ one@node }}"}
    scoped = put_sources('{a="{{ m }}", b="{{ one }}"}', sources, {"m": '{{ "x'})
    assert scoped == r'{a="\{{ \"x", b="{{ one@node }}"}'


def test_warnings_of_the_target_are_shown_and_decide_nothing() -> None:
    notes = {"warnings": ["partial: one store is away"], "infos": [f"n{n}" for n in range(9)]}
    verdict = look(vector("1", **notes), ONE)
    assert verdict.green
    asked = WHOLE.model_copy(update={"checks": {"c": check(ONE)}})
    observed = e.CheckObserved(request="r", check="c", green=True, final=True, seen=verdict.seen)
    told = on_board(tolerated(observed, asked))
    assert told == ("the target notes: partial: one store is away; n0; n1; n2; n3; … 5 more")
    red = look(vector("0", **notes), ONE)
    seen = observed.model_copy(update={"green": False, "seen": red.seen})
    assert on_board(missed(seen, asked)) == 'up{job="a"}: expected every value to be `1`, found `0`'


def test_a_wait_is_followed_by_the_value_of_the_slowest_series() -> None:
    poll = {"every": "5s", "deadline": "10m"}
    progress = {"pointer": "/value", "of": "min", "goal": 0}
    verdict = look(vector("4", "9"), ONE, poll=poll | {"progress": progress})
    assert verdict.advance == e.Advance(now=9, goal=0)
