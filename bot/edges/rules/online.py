"""What is asked over the network, only when somebody wants it.

The rules of a running Prometheus, and whether links that lead elsewhere are answered.
https://prometheus.io/docs/prometheus/latest/querying/api/#rules
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import aiohttp

from bot.core.coverage import Place, Repository, Rule, Rules, Where, link_of
from bot.edges.rules.files import LINKS, MAX_BYTES, MAX_RULES, RulesError

AT_A_TIME = 8
TIMEOUT_S = 10.0
MOST = 2_000
"""How many addresses are asked at the most."""
_GONE = (404, 410)
_NO_HEAD = (403, 405, 501)
"""Answers of servers that do not know HEAD, or refuse it."""


async def from_prometheus(address: str, session: aiohttp.ClientSession) -> Rules:
    """The alerting rules that a Prometheus has loaded; raises RulesError."""
    url = f"{address.rstrip('/')}/api/v1/rules"
    try:
        async with session.get(url, params={"type": "alert"}, timeout=_timeout()) as answer:
            if answer.status != 200:  # noqa: PLR2004 - OK, in HTTP
                raise RulesError(f"{address} answers {answer.status} for its rules")
            body = bytearray()
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > MAX_BYTES:
                    raise RulesError(f"{address} has more than {MAX_BYTES // 2**20} MiB of rules")
            data = json.loads(body)
    except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as trouble:
        raise RulesError(
            f"{address} gives no rules: {str(trouble) or 'no answer in time'}"
        ) from None
    rules = tuple(_loaded(address, data))
    if len(rules) > MAX_RULES:
        raise RulesError(f"{address} has more than {MAX_RULES:,} rules")
    return Rules(rules)


def _loaded(address: str, data: Any) -> Iterable[Rule]:
    groups = _of(_of(data, "data", dict), "groups", list)
    for group in groups:
        for rule in _of(group, "rules", list):
            name = _of(rule, "name", str)
            if not name or _of(rule, "type", str) != "alerting":
                continue
            labels = {k: v for k, v in _of(rule, "labels", dict).items() if isinstance(v, str)}
            notes = _of(rule, "annotations", dict)
            link = next((notes[one] for one in LINKS if isinstance(notes.get(one), str)), "")
            yield Rule(name, Place(address), labels, link, Place(address))


def _of(data: Any, key: str, kind: Callable[[], Any]) -> Any:
    """What is under a key, or nothing of that kind: another's answer may be of any shape."""
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, kind) else kind()  # type: ignore[arg-type] # a type


async def answers(
    rules: Iterable[Rule],
    repository: Repository | None,
    session: aiohttp.ClientSession,
    told: Callable[[int, int], None],
) -> Mapping[str, str]:
    """What is wrong with each address elsewhere that the rules link to; empty for nothing.

    *told* hears how many were asked, and of how many.

    An address that does not answer is not said to be dead: only one that says so is, or a host
    that is not there. Raises RulesError where there are more than can be asked.
    """
    links = dict.fromkeys(
        rule.runbook.strip()
        for rule in rules
        if rule.runbook and link_of(rule.runbook, repository).where is Where.ELSEWHERE
    )
    if len(links) > MOST:
        raise RulesError(f"there are more than {MOST:,} links to ask; name fewer rules at a time")
    addresses = list(links)
    hands, done = asyncio.Semaphore(AT_A_TIME), 0

    async def one(address: str) -> tuple[str, str]:
        nonlocal done
        async with hands:
            wrong = await _asked(address, session)
        done += 1
        told(done, len(addresses))
        return address, wrong

    return dict(await asyncio.gather(*(one(address) for address in addresses)))


async def _asked(address: str, session: aiohttp.ClientSession) -> str:
    try:
        status = await _status("HEAD", address, session)
        if status in _GONE or status in _NO_HEAD:
            # Some servers know only GET, and some say of anything else that it is not there.
            status = await _status("GET", address, session)
    except aiohttp.ClientConnectorDNSError:
        return "there is no such host"
    except aiohttp.InvalidURL:
        return "it is no address"
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return ""
    return f"it answers {status}" if status in _GONE else ""


async def _status(method: str, address: str, session: aiohttp.ClientSession) -> int:
    async with session.request(method, address, timeout=_timeout(), max_redirects=5) as answer:
        return answer.status


def _timeout() -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=TIMEOUT_S)
