"""From a check to its questions, and from the answers to a verdict."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.checks.asking import Answer, plan
from bot.core.checks.comparing import SEEN_LIMIT, describe
from bot.core.checks.judging import judge
from bot.core.procedure import Expectation
from bot.core.run.expected import amiss, on_board
from tests.core.looking import check, look, nodes, said

NOW = datetime(2026, 11, 28, 5, 30, tzinfo=UTC)

HOLDS: list[tuple[str, Any, Any]] = [
    ("equals", "revoked", "revoked"),
    ("equals", False, False),
    ("equals", None, None),
    ("equals", 1, 1.0),
    ("equals", 0.1, 0.1),
    ("not_equals", "active", "revoked"),
    ("not_equals", True, 1),
    ("not_equals", "1", 1),
    ("in", "b", ["a", "b"]),
    ("in", None, [1, None]),
    ("contains", "a leak, here", "leak"),
    ("contains", ["a", 2], 2),
    ("matches", "node-17", "^node-[0-9]+$"),
    ("matches", "xaby", "ab"),
    ("gt", 2, 1),
    ("gt", "2.5", 2),
    ("gte", 2, 2),
    ("gte", 10**20 + 1, 10**20 + 1),
    ("lt", -1, 0),
    ("lt", 0.1, 0.2),
    ("lte", 1.0, 1),
    ("lte", 1e-300, 0.5),
    ("exists", None, True),
    ("exists", 0, True),
]

FAILS: list[tuple[str, Any, Any]] = [
    ("equals", "Revoked", "revoked"),
    ("equals", 1, True),
    ("equals", 0, False),
    ("equals", "1", 1),
    ("equals", None, "null"),
    ("equals", "null", None),
    ("equals", [], False),
    ("not_equals", "active", "active"),
    ("in", 1, [True, "1"]),
    ("in", "c", ["a", "b"]),
    ("contains", "leak", "Leak"),
    ("contains", ["12"], "1"),
    ("contains", [1], True),
    ("contains", {"leak": 1}, "leak"),
    ("contains", 12, 1),
    ("matches", 17, "[0-9]+"),
    ("matches", "node-17", "^node$"),
    ("gt", 1, 1),
    ("gt", True, 0),
    ("gt", "many", 0),
    ("gt", "1_000", 0),
    ("gt", " 7 ", 0),
    ("gt", None, 0),
    ("gt", "9e999999", 0),
    ("gte", 10**20, 10**20 + 1),
    ("lt", "NaN", 5),
    ("lt", [1], 5),
    ("lte", "-Infinity", 5),
    ("exists", "there", False),
]


@pytest.mark.parametrize(("name", "value", "operand"), HOLDS)
def test_a_comparison_that_holds_is_green(name: str, value: Any, operand: Any) -> None:
    assert look({"x": value}, pointer="/x", **{name: operand}).green


@pytest.mark.parametrize(("name", "value", "operand"), FAILS)
def test_a_comparison_that_does_not_hold_is_red(name: str, value: Any, operand: Any) -> None:
    verdict = look({"x": value}, pointer="/x", **{name: operand})
    assert not verdict.green
    assert not verdict.seen[-1].held


@pytest.mark.parametrize(
    ("name", "operand"),
    [
        ("equals", None),
        ("not_equals", "x"),
        ("in", [None]),
        ("contains", "x"),
        ("matches", ".*"),
        ("gt", 0),
        ("gte", 0),
        ("lt", 0),
        ("lte", 0),
        ("exists", True),
    ],
)
def test_a_value_that_is_missing_holds_nothing(name: str, operand: Any) -> None:
    for selector in ({"pointer": "/y"}, {"jmespath": "y"}, {"header": "y"}):
        verdict = look({"x": 1}, **selector, **{name: operand})
        assert not verdict.green
        assert verdict.seen[-1].seen == "missing"


@pytest.mark.parametrize("selector", [{"pointer": "/y"}, {"jmespath": "y"}, {"header": "y"}])
def test_a_value_that_is_missing_can_be_what_is_expected(selector: dict[str, str]) -> None:
    assert look({"x": 1}, **selector, exists=False).green


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", {"a": [{"b": 7}], "": 1, "a/b": 2, "m~n": 3, "0": 4}),
        ("/a/0/b", 7),
        ("/", 1),
        ("/a~1b", 2),
        ("/m~0n", 3),
        ("/0", 4),
    ],
)
def test_a_pointer_finds_what_rfc_6901_says(pointer: str, value: Any) -> None:
    document = {"a": [{"b": 7}], "": 1, "a/b": 2, "m~n": 3, "0": 4}
    verdict = look(document, pointer=pointer, exists=True)
    assert verdict.green
    assert verdict.seen[-1].seen == json.dumps(value)


@pytest.mark.parametrize(
    "pointer", ["/a/-", "/a/1", "/a/00", "/a/-1", "/a/x", "/s/0", "/n/0", "/z"]
)
def test_a_pointer_past_the_end_or_into_a_text_finds_nothing(pointer: str) -> None:
    document = {"a": [1], "s": "text", "n": None}
    assert look(document, pointer=pointer, exists=False).green


def test_what_jmespath_cannot_compute_is_red_whatever_is_expected() -> None:
    for expected in (True, False):
        verdict = look({"x": 1}, jmespath="length(orphans)", exists=expected)
        assert not verdict.green
        assert verdict.seen[-1].seen == "cannot be computed"
    assert look({"orphans": []}, jmespath="length(orphans)", equals=0).green


def test_true_is_not_one_inside_a_list_either() -> None:
    verdict = judge(
        check({"pointer": "/x", "all_equal": True}, each=True),
        {},
        nodes({"x": [True, {"a": 1}]}, {"x": [1, {"a": 1}]}),
    )
    assert not verdict.green


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_without_a_word_on_status_any_2xx_is_green(status: int) -> None:
    assert judge(check(), {}, [Answer(None, status, body=b"")]).green


@pytest.mark.parametrize("status", [100, 199, 300, 302, 404, 500, 503])
def test_without_a_word_on_status_any_other_is_red_even_if_the_body_is_right(status: int) -> None:
    verdict = judge(check({"pointer": "/x", "equals": 1}), {}, [said({"x": 1}, status=status)])
    assert not verdict.green
    (seen,) = verdict.seen
    assert seen.expectation == "status 2xx"
    assert seen.seen.partition(":")[0] == f"HTTP {status}"


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        (404, ": there is nothing at /keys/a%2Fb/on/node-1 (is key right?)"),
        (410, ": there is nothing at /keys/a%2Fb/on/node-1 (is key right?)"),
        (401, ": the target does not let the bot read /keys/a%2Fb/on/node-1"),
        (302, ": /keys/a%2Fb/on/node-1 is somewhere else, and a check follows no redirect"),
        (429, ": the target asks for fewer requests"),
        (500, ": the target failed"),
        (502, ": the system behind the target did not answer properly"),
        (503, ": the target cannot answer this now"),
        (504, ": the system behind the target did not answer in time"),
        (418, ""),
    ],
)
def test_a_status_says_what_it_means_and_which_value_to_doubt(status: int, meant: str) -> None:
    asked = check().model_copy(
        update={"get": "/keys/{{ key }}/on/{{ node }}", "each": {"node": "nodes"}}
    )
    [seen] = judge(asked, {"key": "a/b"}, [Answer("node-1", status, body=b"")]).seen
    assert seen.seen == f"HTTP {status}{meant}"


def test_a_path_without_a_value_leaves_nothing_to_doubt() -> None:
    [seen] = judge(check(), {"key": "k"}, [Answer(None, 404, body=b"")]).seen
    assert seen.seen == f"HTTP 404: there is nothing at {check().path}"


def test_an_expected_status_that_did_not_come_is_named() -> None:
    gone = check({"status": [404, 410]})
    [seen] = judge(gone, {}, [Answer(None, 200, body=b"")]).seen
    assert on_board(amiss(seen, None)) == "expected HTTP 404 or 410, found HTTP 200"


def test_an_expected_status_replaces_2xx() -> None:
    gone = check({"status": 404})
    assert judge(gone, {}, [Answer(None, 404, body=b"")]).green
    assert not judge(gone, {}, [Answer(None, 200, body=b"")]).green
    either = check({"status": [200, 503]}, {"pointer": "/x", "equals": 1})
    assert judge(either, {}, [said({"x": 1}, status=503)]).green
    verdict = judge(either, {}, [said({"x": 1}, status=500)])
    assert [s.expectation for s in verdict.seen] == ["status 200, 503"]


def test_an_answer_that_did_not_come_is_red_with_its_reason() -> None:
    verdict = judge(check({"status": 404}), {}, [Answer(None, error="no answer within 5 s")])
    assert not verdict.green
    assert verdict.seen[0].seen == "no answer within 5 s"


def test_an_answer_that_cannot_be_used_is_red_whatever_its_status() -> None:
    answer = Answer(None, 200, error="larger than 64 KiB")
    verdict = judge(check(), {}, [answer])
    assert not verdict.green
    assert verdict.seen[0].seen == "larger than 64 KiB"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe\x00",
        b"NaN",
        b'{"x": Infinity}',
        b"[" * 60_000,
        b"[" * 200 + b"]" * 200,
        b"1" * 5_000,
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b'{"x": 1} trailing',
    ],
)
def test_a_body_that_is_not_json_is_red_when_json_is_looked_at(body: bytes) -> None:
    for expectation in ({"pointer": "/x", "exists": False}, {"jmespath": "x", "exists": False}):
        verdict = judge(check(expectation), {}, [Answer(None, 200, body=body)])
        assert not verdict.green
        assert verdict.seen[0].seen == "HTTP 200, and the body is not JSON"


def test_a_body_is_not_read_when_nobody_looks_at_it() -> None:
    answer = Answer(None, 200, {"x-state": "ready"}, b"<html>")
    assert judge(check({"header": "X-State", "equals": "ready"}), {}, [answer]).green


def test_without_a_body_a_pointer_is_red_even_if_absence_is_expected() -> None:
    asked = check({"pointer": "/x", "exists": False}, get=None, head="/state")
    verdict = judge(asked, {}, [Answer(None, 200)])
    assert not verdict.green
    assert verdict.seen[0].seen == "HTTP 200, and no body to read"


def test_a_header_that_is_a_number_can_be_compared_as_one() -> None:
    answer = Answer(None, 200, {"x-lag": "12"}, b"")
    assert judge(check({"header": "X-Lag", "lte": 12}), {}, [answer]).green
    assert not judge(check({"header": "X-Lag", "lt": 12}), {}, [answer]).green


def test_all_expectations_have_to_hold() -> None:
    both = check({"pointer": "/a", "equals": 1}, {"pointer": "/b", "equals": 2})
    assert judge(both, {}, [said({"a": 1, "b": 2})]).green
    verdict = judge(both, {}, [said({"a": 1, "b": 3})])
    assert not verdict.green
    assert [s.held for s in verdict.seen if s.expectation != "status 2xx"] == [True, False]


def test_inputs_stand_in_what_is_expected_and_in_a_pattern_for_themselves_alone() -> None:
    inputs = {"key": "a.b("}
    for name, operand in (
        ("equals", "{{ key }}"),
        ("in", ["x", "{{ key }}"]),
        ("contains", "{{ key }}"),
        ("matches", "^{{ key }}$"),
    ):
        asked = check({"pointer": "/x", name: operand})
        assert judge(asked, inputs, [said({"x": "a.b("})]).green
        assert not judge(asked, inputs, [said({"x": "aXb("})]).green


def test_what_is_seen_is_one_short_visible_line() -> None:
    for value in ("x" * 500, ["y" * 500], "a\nb\x00\u202e" * 100, {"k": "z" * 500}):
        (*_, seen) = look({"v": value}, pointer="/v", equals="other").seen
        assert len(seen.seen) <= SEEN_LIMIT
        assert seen.seen.isprintable()
        assert seen.seen.endswith("…")


def test_a_text_that_looks_like_another_kind_of_value_is_shown_in_quotes() -> None:
    shown = [
        look({"v": value}, pointer="/v", equals="other").seen[-1].seen
        for value in ("5", 5, "null", None, "true", True, "", "ok", 'say "ok"')
    ]
    assert shown == ['"5"', "5", '"null"', "null", '"true"', "true", '""', "ok", 'say "ok"']


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        ({"status": 200}, "status 200"),
        ({"status": [200, 204]}, "status 200, 204"),
        ({"pointer": "/status", "equals": "revoked"}, "/status equals revoked"),
        ({"pointer": "", "exists": True}, "the answer exists"),
        ({"pointer": "/a", "exists": False}, "/a exists false"),
        ({"pointer": "/a", "in": ["x", 1]}, "/a in x, 1"),
        ({"pointer": "/a", "not_equals": "{{ k }}"}, "/a not equals key-1"),
        ({"pointer": "/h", "all_equal": True}, "/h all equal"),
        ({"pointer": "/n", "max_spread": 2}, "/n max spread 2"),
        ({"min_ok": 2}, "members min ok 2"),
        ({"jmespath": "length(x)", "lte": 2.5}, "length(x) lte 2.5"),
    ],
)
def test_an_expectation_is_told_in_words(expectation: dict[str, Any], words: str) -> None:
    assert describe(Expectation.model_validate(expectation), {"k": "key-1"}) == words


def test_one_question_is_asked_without_each_and_one_a_member_with_it() -> None:
    plain = plan(check(get="/keys/{{ key }}"), {"key": "a b/../c?d"}, None, NOW)
    assert (plain.target, plain.method) == ("t", "GET")
    assert [(q.member, q.path) for q in plain.questions] == [(None, "/keys/a%20b%2F..%2Fc%3Fd")]
    many = plan(check(each=True), {"node": "an input of the same name"}, ["n/1", "n2"], NOW)
    assert [(q.member, q.path) for q in many.questions] == [
        ("n/1", "/nodes/n%2F1"),
        ("n2", "/nodes/n2"),
    ]
    assert plan(check(each=True), {}, None, NOW).questions == ()
    assert plan(check(get=None, head="/x"), {}, None, NOW).method == "HEAD"
