"""What a Prometheus answers to a query, read and weighed: each series as a member by its labels."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from bot.core.checks.arriving import Reading, arrived
from bot.core.checks.asking import Answer
from bot.core.checks.comparing import SEEN_LIMIT, describe, filled, holds, show_value
from bot.core.checks.promql import window
from bot.core.checks.query import Allowance
from bot.core.checks.values import MISSING, line, number, parse
from bot.core.checks.verdict import Verdict, Ways, all_of, one_of, red, weigh
from bot.core.procedure import Check, Expectation
from bot.core.run.events import Seen
from bot.core.run.expected import NO_SERIES, NOTE
from bot.core.text import shorten

Json = Mapping[str, Any]

_NOTES = 5
"""How many warnings of an answer are shown."""
_LISTED = 480
"""How much of many values is shown together, in characters."""
_LABELS = 150
"""How much of a series' labels is shown, in characters."""
_EXACT = 2**53
"""Up to here a float is exact, and every number of a Prometheus is one."""


@dataclass(frozen=True, slots=True)
class Series(Reading):
    """A series as a member: its value of now, or of each point of a range."""

    points: tuple[tuple[float, Any], ...] = ()
    wanted: int = 1
    """How many points it must have."""


def judge_series(
    check: Check, inputs: Mapping[str, str], answer: Answer, allowance: Allowance
) -> Verdict:
    """Hold the answer to a query against what *check* expects of it."""
    if answer.error is not None:
        return red(line(answer.error, SEEN_LIMIT) or "no answer")
    body = _body(answer, allowance)
    if body is None or body.get("status") != "success":
        return red(_refused(check, inputs, answer, body))
    found = _series(check, body.get("data"))
    if isinstance(found, str):
        return red(found)
    notes = tuple(_notes(body))
    if any(e.series == "absent" for e in check.expect):
        held = Seen(expectation=NO_SERIES, held=not found, seen=_listed(found) or "none")
        return Verdict(not found, (held, *notes))
    if not found:
        empty = red("the query finds no series (an empty vector)", "a series")
        return Verdict(green=False, seen=(*empty.seen, *notes))
    ways = Ways(_one, _whole, arrival=False)
    told = [(one, _there(one)) for one in found]
    verdict = weigh(check, inputs, told, allowance, ways)
    return Verdict(verdict.green, (*verdict.seen, *notes), verdict.advance)


def _body(answer: Answer, allowance: Allowance) -> Json | None:
    """The answer as JSON, whatever its status: what is refused says why in the same shape."""
    try:
        body = parse(answer.body or b"", allowance)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


_TROUBLE = {
    "bad_data": "the target cannot read the query: {}",
    "execution": "the query failed: {}",
    "timeout": "the query took too long: {}",
    "canceled": "the query was broken off: {}",
    "internal": "the target failed: {}",
    "unavailable": "the target cannot answer this now: {}",
    "not_found": "the target does not find what is asked: {}",
    "not_acceptable": "the target cannot answer in the form that is asked: {}",
}
"""What each kind of error of the API is called."""


def _refused(check: Check, inputs: Mapping[str, str], answer: Answer, body: Json | None) -> str:
    """Why there is no result, in words."""
    if body is not None and body.get("status") == "error":
        said = line(str(body.get("error") or "it does not say why"), SEEN_LIMIT * 2)
        return _TROUBLE.get(str(body.get("errorType")), "the target refuses: {}").format(said)
    if answer.status == HTTPStatus.OK:
        return "HTTP 200, and the answer is not a Prometheus's"
    told = arrived(check, inputs, Reading(answer), set()).seen
    missing = answer.status == HTTPStatus.NOT_FOUND
    return f"{told} (is the target a Prometheus, with its path?)" if missing else told


def _notes(body: Json) -> list[Seen]:
    """The warnings and remarks beside a result; they are shown, and decide nothing."""
    found = [str(one) for key in ("warnings", "infos") for one in _as_list(body.get(key))]
    told = [
        Seen(expectation=NOTE, held=True, seen=line(one, SEEN_LIMIT * 2)) for one in found[:_NOTES]
    ]
    if (more := len(found) - _NOTES) > 0:
        told.append(Seen(expectation=NOTE, held=True, seen=f"… {more} more"))
    return told


def _as_list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _series(check: Check, data: Any) -> list[Series] | str:
    """The series of a result, or why it has none that can be weighed."""
    kind = data.get("resultType") if isinstance(data, dict) else None
    result = data.get("result") if isinstance(data, dict) else None
    if kind == "scalar":
        result = [{"metric": {}, "value": result}]
    elif kind not in ("vector", "matrix"):
        return f"the query answers with a {line(str(kind), 20)}, and series are expected"
    many = check.range is not None
    if many != (kind == "matrix"):
        return "the query answers with many values of each series: say for how long, with `range`"
    try:
        return [_one_series(check, one) for one in _as_list(result)]
    except (KeyError, TypeError, ValueError, AttributeError):
        return "the answer is not a Prometheus's"


def _one_series(check: Check, one: Json) -> Series:
    labels = {str(name): str(value) for name, value in one["metric"].items()}
    if "histogram" in one or "histograms" in one:
        document: dict[str, Any] = {"value": MISSING, "labels": labels}
        trouble = "a histogram, which is no number: ask for a quantile or a count of it"
        return Series(_member(labels), document, trouble)
    pairs = one["values"] if check.range is not None else [one["value"]]
    points = tuple((float(at), _number(value)) for at, value in pairs)
    wanted = 1 if check.range is None else window(check.range).points
    return Series(
        _member(labels),
        {"value": points[-1][1], "labels": labels},
        points=points,
        wanted=wanted,
    )


def _number(text: str) -> Any:
    """A value as JSON has it: they come as texts, since NaN and the infinities are no JSON."""
    value = float(text)
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN alone differs
        return text
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def _member(labels: Mapping[str, str]) -> Answer:
    """A series as it is written in PromQL; one without labels needs no name."""
    rest = [
        f"{k}={json.dumps(v, ensure_ascii=False)}" for k, v in labels.items() if k != "__name__"
    ]
    name = labels.get("__name__", "") + (f"{{{', '.join(rest)}}}" if rest else "")
    return Answer(line(name, _LABELS) or None, HTTPStatus.OK)


def _there(one: Series) -> Seen:
    """That there is a series: shown where nothing else is said of it."""
    seen = one.trouble or _span(one)
    return Seen(
        expectation="a series", member=one.answer.member, held=one.trouble is None, seen=seen
    )


def _span(one: Series) -> str:
    """The values of a series, in short."""
    values = [value for _, value in one.points]
    exact = [n for value in values if (n := number(value)) is not None]
    if len(values) == 1 or len(exact) < len(values) or min(exact) == max(exact):
        return show_value(values[-1])
    ordered = sorted(values, key=lambda value: number(value) or 0)
    return f"{show_value(ordered[0])} to {show_value(ordered[-1])}"


def _listed(found: Sequence[Series]) -> str:
    shown = (" ".join(filter(None, (one.answer.member, _span(one)))) for one in found[:20])
    return shorten("; ".join(shown), _LISTED)


def _one(
    expectation: Expectation, inputs: Mapping[str, str], reading: Reading, allowance: Allowance
) -> Seen:
    """Hold an expectation to one series, at each of its points."""
    assert isinstance(reading, Series)  # noqa: S101 - what `judge_series` made
    if expectation.series is None or reading.wanted == 1:
        return one_of(expectation, inputs, reading, allowance)
    allowance.take(30 * len(reading.points))
    told, member = describe(expectation, inputs), reading.answer.member
    name, operand = expectation.comparison or ("exists", True)
    operand = filled(name, operand, inputs)
    if len(reading.points) < reading.wanted:
        seen = f"only {len(reading.points)} of {reading.wanted} points are there"
        return Seen(expectation=told, member=member, held=False, seen=seen)
    if name == "max_change":
        return Seen(
            expectation=told, member=member, held=_steady(reading, operand), seen=_span(reading)
        )
    off = [(at, v) for at, v in reading.points if not holds(name, v, operand, allowance)]
    seen = _span(reading)
    if off:
        when = datetime.fromtimestamp(off[-1][0], UTC)
        at = f"{when:%H:%M:%S} UTC, at {len(off)} of {len(reading.points)} points"
        seen = f"{show_value(off[-1][1])} (last at {at})"
    return Seen(expectation=told, member=member, held=not off, seen=seen)


def _steady(one: Series, most: Any) -> bool:
    """Whether the greatest and the least value differ by no more than is let."""
    exact = [n for _, value in one.points if (n := number(value)) is not None]
    bound = number(most)
    return len(exact) == len(one.points) and bound is not None and max(exact) - min(exact) <= bound


def _whole(
    expectation: Expectation,
    inputs: Mapping[str, str],
    usable: Sequence[Reading],
    asked: int,
    allowance: Allowance,
) -> Seen:
    """Hold an expectation to all series together."""
    name, operand = expectation.comparison or ("exists", True)
    operand = filled(name, operand, inputs)
    if expectation.series == "count":
        held = holds(name, asked, operand, allowance)
        return Seen(expectation=describe(expectation, inputs), held=held, seen=str(asked))
    if expectation.series != "any":
        return all_of(expectation, inputs, usable, asked, allowance)
    series = [one for one in usable if isinstance(one, Series)]
    allowance.take(30 * sum(len(one.points) for one in series))
    fits = [
        one
        for one in series
        if any(holds(name, value, operand, allowance) for _, value in one.points)
    ]
    seen = _listed(fits or series)
    return Seen(expectation=describe(expectation, inputs), held=bool(fits), seen=seen)
