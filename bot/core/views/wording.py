"""How a check is said in words: what is asked, and what must be seen."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.checks.comparing import describe
from bot.core.markup.model import Code, Inline, Strong, Words, joined
from bot.core.procedure import Check, Get, Input, Owner, Procedure, show_duration
from bot.core.procedure.alerted import say_matcher
from bot.core.run.expected import is_so, on_board
from bot.core.run.holding import group_name


def say_check(check: Check) -> str:
    """Say what is asked, of whom, and what must be seen: `GET civictrust /keys/key-a: …`."""
    each = "".join(f", for each of {group}" for group in (check.each or {}).values())
    asked = on_board(_asked(check)) + each
    seen = [on_board(is_so(describe(expectation, {}), check)) for expectation in check.expect]
    joint = ": " if check.promql is None else "; "
    return f"{asked}{joint}{' and '.join(seen) or _WELL.get(check.asks, 'the answer is HTTP 2xx')}"


_WELL = {"tcp": "it connects", "tls": "its certificate is trusted", "dns": "there is one"}
"""What is well where nothing is expected, by what is asked."""


def _asked(check: Check) -> Inline:
    if check.dns is not None:
        return f"DNS record {check.record or 'A'} of ", Code(check.dns), ", by ", Code(check.target)
    if check.requests is not None:
        return joined(", then ", [_in_turn(check, one) for one in check.requests])
    if check.promql is None:
        return Code(f"{check.method} {check.target} {check.path}".rstrip())
    query = Code(" ".join(check.promql.split()))
    over = f", over the last {show_duration(check.range)}" if check.range else ""
    return "PromQL to ", Code(check.target), ": ", query, over


def _in_turn(check: Check, one: Get) -> Inline:
    kept = [
        (Code(name), " is ", Code(pointer) if pointer else "the answer")
        for name, pointer in one.keep.items()
    ]
    asked = Code(f"GET {check.target} {one.get}")
    return (asked, " (", joined(", ", kept), ")") if kept else asked


def say_owner(owner: Owner) -> str:
    """Say who looks after a procedure, and how they are reached."""
    where = f" ({owner.slack})" if owner.slack else ""
    group = f", group: @{group_name(owner.slack_group)}" if owner.slack_group else ""
    page = f", page: {owner.page}" if owner.page else ""
    return f"{owner.team}{where}{group}{page}"


def say_review(procedure: Procedure) -> str:
    """Say when a procedure was last tried, and how often it is to be; empty when neither is set."""
    tried = f"last tried {procedure.reviewed}" if procedure.reviewed else ""
    if procedure.review_every is None:
        return tried
    return f"{tried or 'never tried'} (every {show_duration(procedure.review_every)})"


def say_symptoms(procedure: Procedure) -> list[str]:
    """Each symptom with its alert, and last the alerts that no symptom names, or only labels."""
    named = {symptom.alert for symptom in procedure.symptoms}
    others = [alert for alert in procedure.alerts if alert not in named]
    lines = [
        symptom.text + (f" ({symptom.alert})" if symptom.alert else "")
        for symptom in procedure.symptoms
    ]
    if others:
        lines.append(f"Alerts: {', '.join(others)}")
    return [*lines, *(f"Alerts with {say_matcher(one)}" for one in procedure.matches)]


def say_input(given: Input) -> str:
    """Say what an input may be."""
    other = f"differs from {given.differs_from}" if given.differs_from else ""
    unset = "may be left out" if given.default is None else f"{given.default} unless given"
    taken = "required" if given.required else unset
    filled = f"from {given.from_.said}" if given.from_ else ""
    return f"{given.description} ({'; '.join(filter(None, (given.bounds, other, filled, taken)))})"


def say_glossary(procedure: Procedure) -> Iterator[Inline]:
    """Say what each of a procedure's words means."""
    for word, meaning in procedure.glossary.items():
        yield Strong(Words(word)), ": ", Words(" ".join(meaning.split()))
