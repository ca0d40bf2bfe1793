"""Whatever comes back from outside, a check is judged; and green only when everything held."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.core.checks.asking import Answer
from bot.core.checks.judging import judge
from bot.core.procedure import Check
from bot.core.run import events as e

NASTY = st.sampled_from(
    ["\ud800", "\x00", "1e999999", "9" * 400, "-0", "NaN", "{{ k }}", "true", " 1", "١"]
)
# What a header may be, half characters included.
TEXT = st.one_of(st.text(st.characters(), max_size=8), NASTY)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.sampled_from([10**400, -(10**400), 1e308, 5e-324]),
        TEXT,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(["a", "b", "0"]), TEXT), inner, max_size=4),
    ),
    max_leaves=12,
)
BODY = st.one_of(
    st.none(),
    st.binary(max_size=40),
    JSON.map(lambda value: json.dumps(value).encode()),
)
ANSWER = st.builds(
    Answer,
    member=st.sampled_from(["n1", "n2", None]),
    status=st.one_of(st.none(), st.integers(100, 599), st.just(200), st.just(200)),
    headers=st.dictionaries(st.sampled_from(["a", "b"]), TEXT),
    body=BODY,
    error=st.one_of(st.none(), st.none(), TEXT),
    took=st.floats(0, 5),
)
SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(-3, 3), st.text("ab{} k", max_size=6)
)
NUMBER = st.one_of(st.integers(-3, 3), st.floats(-1e300, 1e300))
SELECTOR = st.one_of(
    st.sampled_from(["", "/a", "/a/0", "/b/-", "/a~1b", "/0/a/b"]).map(lambda p: {"pointer": p}),
    st.sampled_from(
        [
            "a",
            "length(a)",
            "*",
            "[]",
            "@",
            "a[0].b",
            "keys(@)",
            "sort(a)",
            "ceil(a)",
            "sum(a)",
            "&a",
            "a[::0]",
            "to_number(a)",
            "avg(a)",
            "join(',', a)",
            "max_by(a, &b)",
            "not_a(a)",
            "a[",
        ]
    ).map(lambda j: {"jmespath": j}),
    st.sampled_from(["A", "b", "c"]).map(lambda h: {"header": h}),
)
SINGLE = st.one_of(
    *(
        st.builds(lambda v, n=name: {n: v}, values)
        for name, values in [
            ("equals", SCALAR),
            ("not_equals", SCALAR),
            ("in", st.lists(SCALAR, max_size=3)),
            ("contains", SCALAR),
            ("matches", st.sampled_from(["a+", "^$", "{{ k }}", "(a|b)*c", "."])),
            ("gt", NUMBER),
            ("gte", NUMBER),
            ("lt", NUMBER),
            ("lte", NUMBER),
            ("exists", st.booleans()),
        ]
    )
)
ACROSS = st.one_of(st.just({"all_equal": True}), NUMBER.map(lambda n: {"max_spread": n}))


def joined(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {k: v for part in found for k, v in part.items()})


STATUS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{"status": 200}, {"status": [200, 404]}]
)
MIN_OK = st.integers(1, 3).map(lambda n: {"min_ok": n})
POLL = {
    "every": "1s",
    "deadline": "1m",
    "progress": {"pointer": "/a", "of": "max"},
}


def checks(*expectations: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Check]:
    fixed = {"title": "t", "target": "t", "get": "/{{ node }}", "each": {"node": "nodes"}}
    return st.lists(st.one_of(*expectations), max_size=4).map(
        lambda expect: Check.model_validate({**fixed, "poll": POLL, "expect": expect})
    )


EVERY = (STATUS, joined(SELECTOR, SINGLE), joined(SELECTOR, ACROSS))
INPUTS = st.fixed_dictionaries({"k": st.text("a.(*\\[", max_size=5)})


@given(checks(*EVERY, MIN_OK), INPUTS, st.lists(ANSWER, max_size=4))
def test_judging_never_raises_and_its_outcome_can_be_stored(
    check: Check, inputs: dict[str, str], answers: list[Answer]
) -> None:
    verdict = judge(check, inputs, answers)
    observed = e.CheckObserved(
        request="c1",
        check="x",
        green=verdict.green,
        final=True,
        seen=verdict.seen,
        advance=verdict.advance,
    )
    stored = e.dump(observed)
    stored.encode()
    assert e.load(stored) == observed


@given(checks(*EVERY), INPUTS, st.lists(ANSWER, max_size=4))
def test_a_verdict_is_green_exactly_when_there_is_something_and_all_of_it_held(
    check: Check, inputs: dict[str, str], answers: list[Answer]
) -> None:
    verdict = judge(check, inputs, answers)
    assert verdict.seen
    assert verdict.green == all(seen.held for seen in verdict.seen)
    if verdict.green:
        assert answers
        assert all(a.error is None and a.status is not None for a in answers)


@given(checks(*EVERY), INPUTS, st.lists(ANSWER, min_size=1, max_size=3), st.data())
def test_one_more_member_that_does_not_answer_always_makes_it_red(
    check: Check, inputs: dict[str, str], answers: list[Answer], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(answers)))
    silent = Answer("n9", error="no answer within 5 s")
    assert not judge(check, inputs, [*answers[:at], silent, *answers[at:]]).green


@given(checks(joined(SELECTOR, SINGLE), MIN_OK), st.lists(ANSWER, max_size=4))
def test_under_min_ok_green_means_that_enough_members_are_well(
    check: Check, answers: list[Answer]
) -> None:
    needed = max((x.min_ok or 0 for x in check.expect), default=0)
    if needed == 0:
        return
    alone = [x for x in check.expect if x.min_ok is None]
    each = check.model_copy(update={"expect": tuple(alone)})
    well = sum(judge(each, {"k": "a"}, [answer]).green for answer in answers)
    assert judge(check, {"k": "a"}, answers).green == (well >= needed)
