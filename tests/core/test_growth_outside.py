"""What targets answer and authors write may be a hundred times as much, as in `test_growth`."""

import json
from collections.abc import Callable

import pytest

from bot.core.checks import judging as looking
from bot.core.checks import values
from bot.core.checks.asking import Answer
from bot.core.procedure import Procedure
from bot.core.procedure.search import search
from bot.edges.library import examine_file
from tests.core.growing import Work, cost, grows_in_step
from tests.core.strategies import START

EXPRESSIONS = (
    "length(@)",
    "[?a > `3`].b | [0]",
    "sort_by(@, &a)[-1].a",
    "[*].[a, b][] | length(@)",
    "[@,@]|[@,@]|[@,@]|[@,@] | length(@)",
    "max_by(@, &a).a",
    "join(',', [*].b)",
)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_answer(expression: str) -> None:
    def make(size: int) -> Work:
        body = json.dumps([{"a": n, "b": f"x{n}"} for n in range(25 * size)]).encode()
        return lambda: values.show(values.search(expression, values.parse(body)), 200)

    grows_in_step(make)


@pytest.mark.parametrize(
    "body",
    [
        lambda n: b"[" * n,
        lambda n: b"9" * n,
        lambda n: b'{"a":' * n,
        lambda n: b"[" + b"1," * n + b"1]",
        lambda n: json.dumps({f"k{k}": k for k in range(n)}).encode(),
        lambda n: json.dumps({"a": "x" * n}).encode(),
    ],
)
def test_a_body(body: Callable[[int], bytes]) -> None:
    check = Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "p",
            "title": "P",
            "symptoms": ["It hurts"],
            "checks": {
                "c": {
                    "title": "C",
                    "target": "t",
                    "get": "/",
                    "expect": [{"pointer": "/a", "equals": "x"}, {"jmespath": "a", "exists": True}],
                }
            },
            "steps": [{"id": "a", "title": "A", "do": "It."}],
            "verification": [{"check": "c"}],
        }
    ).checks["c"]

    def make(size: int) -> Work:
        answer = Answer(None, 200, {}, body(500 * size))
        return lambda: looking.judge(check, {}, [answer])

    grows_in_step(make)


def test_members_of_a_set() -> None:
    made = Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "p",
            "title": "P",
            "symptoms": ["It hurts"],
            "checks": {
                "c": {
                    "title": "C",
                    "target": "t",
                    "get": "/{{ node }}",
                    "each": {"node": "nodes"},
                    "expect": [{"pointer": "/a", "all_equal": True}, {"min_ok": 1}],
                }
            },
            "steps": [{"id": "a", "title": "A", "do": "It."}],
            "verification": [{"check": "c"}],
        }
    ).checks["c"]

    def make(size: int) -> Work:
        answers = [Answer(f"n{n}", 200, {}, b'{"a": 1}') for n in range(5 * size)]
        return lambda: looking.judge(made, {}, answers)

    grows_in_step(make)


DOUBLING = ("[@,@]" + "|[@,@]" * 23, "[@,@][]" + "|[@,@][]" * 17)


@pytest.mark.parametrize("expression", DOUBLING)
def test_an_expression_that_doubles_its_answer_is_given_up(expression: str) -> None:
    assert len(expression) <= 150
    body = json.dumps(list(range(1_000))).encode()
    found: list[object] = []
    took = cost(lambda: found.append(values.search(expression, values.parse(body))))
    assert found[0] is values.UNREADABLE
    assert took < 2


# What is read from files. -----------------------------------------------------------------------

FILES: dict[str, Callable[[int], str]] = {
    "steps": lambda n: (
        "steps:\n" + "".join(f"  - {{id: s{k}, title: T, do: D}}\n" for k in range(n))
    ),
    "keys": lambda n: "".join(f"key{k}: 1\n" for k in range(n)),
    "the same key": lambda n: "key: 1\n" * n,
    "checks": lambda n: (
        "checks:\n" + "".join(f"  c{k}: {{title: T, target: t, get: /a}}\n" for k in range(n))
    ),
    "comments": lambda n: "run: [" + "a   # b\n ," * n,
    "symptoms": lambda n: "symptoms:\n" + "  - It hurts {{ nobody }}\n" * n,
}


@pytest.mark.parametrize("shape", FILES)
def test_a_file(shape: str) -> None:
    def make(size: int) -> Work:
        content = FILES[shape](40 * size).encode()
        return lambda: examine_file(content, "a.yaml", START.date())

    grows_in_step(make)


@pytest.mark.parametrize("typed", ["recover key", "recvoer kye " * 300])
def test_procedures_to_search(typed: str) -> None:
    def make(size: int) -> Work:
        shelf = [_small(f"p-{n}", f"Recover thing{n} of {n % 7}") for n in range(15 * size)]
        return lambda: search(shelf, typed)

    grows_in_step(make)


def _small(name: str, title: str) -> Procedure:
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": name,
            "title": title,
            "symptoms": ["Keys leak"],
            "steps": [{"id": "a", "title": "A", "do": "It."}],
        }
    )
