"""What one request keeps for the next, and what ends a look that asks several in turn."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.checks.asking import Answer, Before, plan
from bot.core.checks.in_turn import broken_off, kept_of, with_kept
from bot.core.checks.judging import judge
from bot.core.procedure import Check
from bot.core.procedure.using import used_by_check

CHECK = Check.model_validate(
    {
        "title": "The copy can be read",
        "target": "store",
        "requests": [
            {"get": "/copies?of={{ node }}", "keep": {"copy": "/0/id", "part": "/0/part"}},
            {"get": "/copies/{{ copy }}/{{ part }}/{{ node }}"},
        ],
        "expect": [{"pointer": "/ok", "equals": True}],
    }
)


def kept(body: Any, pointer: str = "/id") -> Any:
    """What is kept as `it` of an answer that says this."""
    answer = Answer(None, 200, {}, json.dumps(body).encode())
    return kept_of(Before("/copies", {"it": pointer}), answer)


def test_inputs_are_in_each_path_and_what_is_kept_waits() -> None:
    (question,) = plan(CHECK, {"node": "a/b"}, None, datetime.now(UTC)).questions
    (before,) = question.before
    assert before.path == "/copies?of=a%2Fb"
    assert question.path == "/copies/{{ copy }}/{{ part }}/a%2Fb"
    assert used_by_check(CHECK) == {"node"}


def test_what_was_kept_stays_in_its_place() -> None:
    path = with_kept("/copies/{{ copy }}?x={{ part }}", {"copy": "../a b", "part": "1&y=2#"})
    assert path == "/copies/..%2Fa%20b?x=1%26y%3D2%23"


@pytest.mark.parametrize(
    ("value", "text"),
    [("c-7", "c-7"), (7, "7"), (10**40, "1" + "0" * 40), (True, "true"), (False, "false")],
)
def test_texts_whole_numbers_and_true_and_false_are_kept(value: Any, text: str) -> None:
    assert kept({"id": value}) == {"it": text}
    assert kept(value, "") == {"it": text}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "/id is not there, and cannot be kept as it"),
        ({"id": None}, "/id is no text, whole number, true or false, and cannot be kept as it"),
        ({"id": ["a"]}, "/id is no text, whole number, true or false, and cannot be kept as it"),
        ({"id": 1.5}, "/id is no text, whole number, true or false, and cannot be kept as it"),
        ({"id": ""}, "/id is empty, and cannot be kept as it"),
        ({"id": "x" * 201}, "/id is longer than 200 characters, and cannot be kept as it"),
    ],
)
def test_what_cannot_be_kept_ends_the_look_in_words(body: Any, said: str) -> None:
    assert kept(body) == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(None, error="no answer: connection refused"), "no answer: connection refused"),
        (
            Answer(None, 404, {}, b"{}"),
            "HTTP 404: there is nothing at /copies (is node right?)",
        ),
        (Answer(None, 418, {}, b"{}"), "HTTP 418"),
        (Answer(None, 200, {}, b"<html>"), "HTTP 200, and the body is not JSON"),
    ],
)
def test_an_earlier_request_must_be_answered_well(answer: Answer, said: str) -> None:
    assert kept_of(Before("/copies", {"it": "/id"}, ("node",)), answer) == said


def test_a_request_that_keeps_nothing_needs_no_json() -> None:
    assert kept_of(Before("/copies"), Answer(None, 204, {}, b"")) == {}


def test_the_last_answer_is_judged_and_a_look_that_was_broken_off_is_red() -> None:
    assert judge(CHECK, {"node": "n"}, [Answer(None, 200, {}, b'{"ok": true}')]).green
    assert not judge(CHECK, {"node": "n"}, [Answer(None, 200, {}, b'{"ok": false}')]).green
    (question,) = plan(CHECK, {"node": "n"}, None, datetime.now(UTC)).questions
    verdict = judge(CHECK, {"node": "n"}, [broken_off(question, 1, "HTTP 503", 0.1)])
    assert not verdict.green
    (seen,) = verdict.seen
    assert (seen.member, seen.expectation, seen.seen) == (
        "request 1 of 2",
        "an answer",
        "HTTP 503",
    )


def test_a_status_that_is_expected_of_the_last_excuses_no_earlier_one() -> None:
    gone = CHECK.model_copy(update={"expect": ()}).model_dump(by_alias=True, exclude_none=True)
    check = Check.model_validate({**gone, "expect": [{"status": 404}]})
    (question,) = plan(check, {"node": "n"}, None, datetime.now(UTC)).questions
    assert judge(check, {"node": "n"}, [Answer(None, 404, {}, b"")]).green
    assert not judge(check, {"node": "n"}, [broken_off(question, 1, "HTTP 404", 0.1)]).green
