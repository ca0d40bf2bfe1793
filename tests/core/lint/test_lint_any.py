"""Lint holds against anything: any text, and any procedure with anything put in anywhere."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.core.documents.printing import as_json, printed
from bot.core.lint import Document, examine
from bot.core.markup.faces import FACES
from bot.core.procedure import Procedure
from bot.core.procedure.schema import schema
from bot.edges.library import examine_file, read
from tests.profiles import examples

BASE = Path(__file__).parents[1] / "lint_base.yaml"
Way = tuple[str | int, ...]

TODAY = date(2026, 11, 22)
VALIDATOR = Draft202012Validator(schema())


DOCUMENT = read(BASE.read_bytes(), "base.yaml").document
assert DOCUMENT is not None
DATA = DOCUMENT.data


def base() -> dict[str, Any]:
    return dict(copy.deepcopy(DATA))


def ways(value: Any, path: Way = ()) -> list[Way]:
    found = [path] if path else []
    if isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        found += [way for key, inner in entries for way in ways(inner, (*path, key))]
    return found


WAYS = ways(base())
KEYS = ("goto", "x", "steps", "wait", "post", "in")
NAMES = {("inputs",), ("checks",)}
"""Mappings from names, where any name is a key."""
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.sampled_from(
        ("", "x", "node", "{{ node }}", "{{ x", "/", "//x", "5s", "99999d", "a\nb", "(", "base")
    )
    | st.sampled_from(("one_of", "restart", "in-step", "é" * 200, "2026-02-30", "9999-12-31")),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["steps", "wait", "until", "check", "confirm", "id", "run", "x", "é é"]
            ),
            inner,
            max_size=2,
        )
    ),
    max_leaves=4,
)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    data = base()
    for _ in range(draw(st.integers(1, 3))):
        *around, last = draw(st.sampled_from(WAYS))
        here: Any = data
        try:
            for part in around:
                here = here[part]
            if draw(st.booleans()):
                here[last] = draw(JUNK)
            elif draw(st.booleans()):
                del here[last]
            else:
                here[draw(st.sampled_from(["goto", "x", "steps", "wait", "post", "in"]))] = draw(
                    JUNK
                )
        except (LookupError, TypeError):
            continue  # an earlier change took this place away
    return data


@given(mutated())
@settings(max_examples=examples(300), deadline=None)
def test_lint_raises_on_no_procedure(data: dict[str, Any]) -> None:
    """What passes can be printed in every format; what does not has a problem that says so."""
    seen = examine(Document(data), "base.yaml", today=TODAY)
    assert all("\n" not in str(problem) for problem in seen.problems)
    if seen.procedure is None:
        assert any(problem.severity == "error" for problem in seen.problems)
        return
    assert all(printed(face, seen.procedure) for face in FACES)
    Procedure.model_validate(json.loads(as_json(seen.procedure)))


@given(mutated())
@settings(max_examples=examples(300), deadline=None)
def test_what_lint_accepts_the_schema_accepts(data: dict[str, Any]) -> None:
    if examine(Document(data), "base.yaml", today=TODAY).procedure is not None:
        assert list(VALIDATOR.iter_errors(data)) == []


@given(JUNK)
@settings(deadline=None)
def test_lint_raises_on_no_data(data: Any) -> None:
    assert examine(Document(data), "base.yaml", today=TODAY).procedure is None


@example("", 647, 8)
@example("", 302, 13)
@given(st.text(max_size=20), st.integers(0, 2000), st.integers(0, 40))
@settings(max_examples=examples(300), deadline=None)
def test_lint_raises_on_no_damaged_file(put: str, at: int, cut: int) -> None:
    source = BASE.read_text()
    damaged = source[:at] + put + source[at + cut :]
    seen = examine_file(damaged.encode("utf-8", "surrogatepass"), "base.yaml", TODAY)
    assert (seen.procedure is None) == any(p.severity == "error" for p in seen.problems)
    lines = damaged.count("\n") + damaged.count("\r") + damaged.count("\x85") + 3
    assert all(1 <= problem.line <= lines + 2 * len(put) for problem in seen.problems)


def at(data: Any, way: Way) -> Any:
    for part in way:
        data = data[part]
    return data


KEYED = [
    way
    for way in WAYS
    if isinstance(at(base(), way), dict) and way not in NAMES and way[-1] != "each"
]


@pytest.mark.parametrize("way", [(), *KEYED], ids=lambda way: "/".join(map(str, way)))
def test_an_unknown_key_is_refused_wherever_it_stands(way: Way) -> None:
    data = base()
    at(data, way)["qqqq"] = "x"
    seen = examine(Document(data), "base.yaml", today=TODAY)
    assert any("no key `qqqq`" in problem.message for problem in seen.problems)
    assert list(VALIDATOR.iter_errors(data))


FILLED = [way for way in WAYS if way[-1] != "equals"]  # a null can be expected of an answer


@pytest.mark.parametrize("way", FILLED, ids=lambda way: "/".join(map(str, way)))
def test_emptiness_is_refused_wherever_it_stands(way: Way) -> None:
    data = base()
    at(data, way[:-1])[way[-1]] = None
    assert examine(Document(data), "base.yaml", today=TODAY).procedure is None
    assert list(VALIDATOR.iter_errors(data))
