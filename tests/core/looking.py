"""Checks and answers, shortly written."""

import json
from typing import Any

from bot.core.checks.asking import Answer
from bot.core.checks.judging import judge
from bot.core.checks.verdict import Verdict
from bot.core.procedure import Check


def check(*expect: dict[str, Any], each: bool = False, **more: Any) -> Check:
    path = {"get": "/nodes/{{ node }}"} if each else {"get": "/state"}
    sets = {"each": {"node": "nodes"}} if each else {}
    told = {"title": "It is well", "target": "t", **path, **sets, "expect": expect, **more}
    return Check.model_validate({k: v for k, v in told.items() if v is not None})


def said(document: Any, member: str | None = None, status: int = 200) -> Answer:
    return Answer(member, status, body=json.dumps(document).encode())


def look(document: Any, **expectation: Any) -> Verdict:
    return judge(check(expectation), {}, [said(document)])


def nodes(*documents: Any) -> list[Answer]:
    """Answers of n1, n2, …; None is one that did not come."""
    return [
        Answer(f"n{at}", error="no answer: connection refused") if d is None else said(d, f"n{at}")
        for at, d in enumerate(documents, start=1)
    ]
