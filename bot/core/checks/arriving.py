"""An answer read: whether it came with the status that is wanted, and what its body says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bot.core.checks.asking import Answer, path_of, used_in
from bot.core.checks.comparing import SEEN_LIMIT
from bot.core.checks.query import Allowance
from bot.core.checks.values import MISSING, UNREADABLE, line, parse, resolve, search
from bot.core.procedure import CONNECTS, Check, Expectation
from bot.core.run.events import Seen
from bot.core.run.expected import AN_ANSWER, CONNECTION
from bot.core.text import shorten


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer with its body read as JSON, or the reason why it cannot be."""

    answer: Answer
    document: Any = MISSING
    trouble: str | None = None


def read(check: Check, answer: Answer, allowance: Allowance) -> Reading:
    """Read an answer as far as the check needs it."""
    if answer.error is not None:
        return Reading(answer, trouble=line(answer.error, SEEN_LIMIT) or "no answer")
    needed = any(e.pointer is not None or e.jmespath is not None for e in check.expect)
    needed = needed or check.dns is not None
    if not needed and (check.poll is None or check.poll.progress is None):
        return Reading(answer)
    if answer.body is None:
        trouble = "no body to read"
    else:
        try:
            return Reading(answer, parse(answer.body, allowance))
        except ValueError:
            trouble = "the body is not JSON"
    # Progress alone is a courtesy: without it the check is judged all the same.
    return Reading(answer, trouble=f"HTTP {answer.status}, and {trouble}" if needed else None)


def arrived(check: Check, inputs: Mapping[str, str], reading: Reading, wanted: set[int]) -> Seen:
    """Whether there is an answer with a status that is expected: 2xx unless the check says more."""
    answer = reading.answer
    if check.asks in CONNECTS:
        return Seen(
            expectation=CONNECTION,
            member=answer.member,
            held=reading.trouble is None,
            seen=reading.trouble or "connected",
        )
    if check.dns is not None:
        trouble = reading.trouble or _no_record(check, reading.document)
        found = trouble or shorten(", ".join(reading.document["answers"]), SEEN_LIMIT)
        return Seen(
            expectation=AN_ANSWER,
            member=answer.member,
            held=trouble is None,
            seen=line(found, SEEN_LIMIT) or reading.document["code"],
        )
    expected = f"status {', '.join(map(str, sorted(wanted)))}" if wanted else "status 2xx"
    if answer.status is None:
        return Seen(
            expectation=expected,
            member=answer.member,
            held=False,
            seen=reading.trouble or "no answer",
        )
    fits = answer.status in wanted if wanted else 200 <= answer.status < 300  # noqa: PLR2004 - HTTP
    said = f"HTTP {answer.status}"
    if not fits:
        path = path_of(check, inputs, answer.member)
        meant = meaning(answer.status, path, used_in(check.path, inputs))
        said = f"{said}: {meant}" if meant else said
    if fits and reading.trouble:
        return Seen(expectation=expected, member=answer.member, held=False, seen=reading.trouble)
    return Seen(expectation=expected, member=answer.member, held=fits, seen=said)


def _no_record(check: Check, document: Any) -> str | None:
    """Why an answer about a name proves nothing; that there is none is asked for by its code."""
    by_code = any(e.pointer == "/code" or "code" in (e.jmespath or "") for e in check.expect)
    if document["answers"] or by_code:
        return None
    if document["code"] == "NXDOMAIN":
        return "there is no such name (NXDOMAIN)"
    return f"the name has no {check.record or 'A'} record"


_NOT_LET_IN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def meaning(status: int, path: str, used: Collection[str]) -> str:
    """What a status that was not expected says to people; nothing for one that says no more.

    *used* are the inputs in the path.
    """
    path = shorten(path, _PATH_SHOWN)
    if status in _NOT_THERE:
        doubt = f" (is {' or '.join(used)} right?)" if used else ""
        return f"there is nothing at {path}{doubt}"
    if status in _NOT_LET_IN:
        return f"the target does not let the bot read {path}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "the target asks for fewer requests"
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return f"{path} is somewhere else, and a check follows no redirect"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _ITS_TROUBLE.get(status, "the target failed")
    return ""


_ITS_TROUBLE: Mapping[int, str] = {
    HTTPStatus.BAD_GATEWAY: "the system behind the target did not answer properly",
    HTTPStatus.SERVICE_UNAVAILABLE: "the target cannot answer this now",
    HTTPStatus.GATEWAY_TIMEOUT: "the system behind the target did not answer in time",
}


_PATH_SHOWN = 80
"""How much of a path a verdict shows, in characters."""


def value_of(expectation: Expectation, reading: Reading, allowance: Allowance) -> Any:
    """The value that an expectation selects of what was read."""
    kind, where = expectation.selector or ("", "")
    if kind == "header":
        return reading.answer.headers.get(where.lower(), MISSING)
    if reading.document is MISSING:
        return UNREADABLE
    if kind == "pointer":
        return resolve(where, reading.document)
    if kind == "series":
        return reading.document["value"]
    if kind == "label":
        return reading.document["labels"].get(where, MISSING)
    return search(where, reading.document, allowance)
