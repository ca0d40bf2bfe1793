"""What a check expected and what was found, in words that people read."""

import pytest

from bot.core.checks.comparing import describe
from bot.core.procedure import Check, Expectation
from bot.core.run import events as e
from bot.core.run.expected import amiss, is_so, on_board
from bot.core.text import BACKTICK

SAID = [
    ({"pointer": "/a/b", "equals": "x"}, "`a/b` is `x`", "to be `x`"),
    ({"pointer": "/a", "not_equals": "x"}, "`a` is not `x`", "not to be `x`"),
    ({"pointer": "/a", "in": ["x", 1]}, "`a` is one of `x, 1`", "to be one of `x, 1`"),
    ({"pointer": "/a", "contains": "x in y"}, "`a` contains `x in y`", "to contain `x in y`"),
    ({"header": "Age", "matches": "^1"}, "`Age` matches `^1`", "to match `^1`"),
    ({"pointer": "/a", "gt": 1}, "`a` is more than `1`", "to be more than `1`"),
    ({"pointer": "/a", "gte": 1}, "`a` is at least `1`", "to be at least `1`"),
    ({"pointer": "/a", "lt": 1}, "`a` is less than `1`", "to be less than `1`"),
    ({"pointer": "/a", "lte": 1}, "`a` is at most `1`", "to be at most `1`"),
    ({"pointer": "/a", "exists": True}, "`a` is there", "to be there"),
    ({"pointer": "/a", "exists": False}, "`a` is not there", "not to be there"),
    ({"jmespath": "length(a)", "equals": 0}, "`length(a)` is `0`", "to be `0`"),
    ({"jmespath": "status", "equals": "x"}, "`status` is `x`", "to be `x`"),
    ({"header": "status", "in": [200, 204]}, "`status` is one of `200, 204`", "one of `200, 204`"),
    ({"pointer": "", "equals": 0}, "the answer is `0`", "to be `0`"),
    (
        {"pointer": "/a", "all_equal": True},
        "`a` is the same on every member",
        "to be the same on every member",
    ),
    (
        {"pointer": "/a", "max_spread": 2},
        "`a` differs by at most `2` from member to member",
        "to differ by at most `2` from member to member",
    ),
]


@pytest.mark.parametrize(("written", "so", "wanted"), SAID)
def test_an_expectation_reads_as_a_sentence(
    written: dict[str, object], so: str, wanted: str
) -> None:
    stored = describe(Expectation.model_validate(written), {})
    assert on_board(is_so(stored, None)) == so
    seen = e.Seen(expectation=stored, held=False, seen="7")
    assert on_board(amiss(seen, None)).endswith(f" {wanted}, found `7`")


STRANGE = [
    ({"jmespath": "length(a[?b == 'x equals y'])", "equals": 0}, "is `0`"),
    ({"jmespath": "a[?b == ' contains ']", "contains": "is in z"}, "contains `is in z`"),
    ({"jmespath": "a[?b == ' gt ']", "exists": True}, "is there"),
    ({"jmespath": "a[?b == ' not equals ']", "exists": False}, "is not there"),
    ({"pointer": "/a exists", "equals": "all equal"}, "is `all equal`"),
    ({"pointer": "/a equals b", "not_equals": "x exists"}, "is not `x exists`"),
    ({"pointer": "/a", "equals": "b exists"}, "is `b exists`"),
    ({"pointer": "/a", "matches": "b in c equals d"}, "matches `b in c equals d`"),
    (
        {"pointer": "/a", "in": ["b contains c", "d all equal"]},
        "one of `b contains c, d all equal`",
    ),
    ({"pointer": "/a in", "all_equal": True}, "is the same on every member"),
]


@pytest.mark.parametrize("others", [False, True])
@pytest.mark.parametrize(("written", "so"), STRANGE)
def test_names_and_values_that_hold_the_words_of_a_comparison_are_read_as_written(
    written: dict[str, object], so: str, *, others: bool
) -> None:
    more = [other for other, _ in STRANGE if others and other != written]
    check = Check.model_validate(
        {
            "title": "C",
            "target": "t",
            "get": "/{{ n }}",
            "each": {"n": "nodes"},
            "expect": [*more, written],
        }
    )
    stored = describe(check.expect[-1], {})
    where = str(written.get("jmespath", written.get("pointer"))).removeprefix("/")
    said = on_board(is_so(stored, check))
    assert said.startswith(f"`{where}` ")
    assert said.endswith(so)
    seen = e.Seen(expectation=stored, held=False, seen="7")
    assert on_board(amiss(seen, check)).startswith(f"expected `{where}` ")


def test_an_expectation_of_a_run_is_read_with_the_values_that_were_put_in() -> None:
    check = Check.model_validate(
        {
            "title": "C",
            "target": "t",
            "get": "/",
            "expect": [{"pointer": "/a equals b", "equals": "{{ key }}"}],
        }
    )
    stored = describe(check.expect[0], {"key": "k contains l"})
    assert on_board(is_so(stored, check)) == "`a equals b` is `k contains l`"


@pytest.mark.parametrize(
    ("expectation", "found", "said"),
    [
        ("status 2xx", "no answer within 3 s", "no answer within 3 s"),
        ("an answer", "there is no member to ask", "there is no member to ask"),
        ("members min ok 2", "1 of 3 as expected", "1 of 3 as expected, at least 2 needed"),
        ("/a exists", "missing", "expected `a` to be there, found nothing"),
        ("/a equals missing", '"missing"', 'expected `a` to be `missing`, found `"missing"`'),
        (
            "length(a) equals 0",
            "cannot be computed",
            "expected `length(a)` to be `0`, found nothing to compute it from",
        ),
        (
            "/a all equal",
            "only 1 of 3 can be compared",
            "expected `a` to be the same on every member, but only 1 of 3 can be compared",
        ),
        ("something else", "7", "expected something else, found `7`"),
    ],
)
def test_what_was_found_instead_is_said_beside_it(expectation: str, found: str, said: str) -> None:
    seen = e.Seen(expectation=expectation, held=False, seen=found)
    assert on_board(amiss(seen, None)) == said


def test_a_backtick_in_a_value_does_not_end_the_code_that_shows_it() -> None:
    seen = e.Seen(expectation="/a equals `x`", held=False, seen="`y")
    told = on_board(amiss(seen, None))
    assert told == f"expected `a` to be `{BACKTICK}x{BACKTICK}`, found `{BACKTICK}y`"
