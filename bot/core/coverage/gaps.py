"""What is not covered: alerts without a procedure, links that are dead, procedures nobody tried."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from bot.core.alerts.matching import matched
from bot.core.alerts.model import NAME
from bot.core.coverage.links import Link, Repository, Where, link_of
from bot.core.coverage.rules import Place, Rule, Rules
from bot.core.coverage.use import Use
from bot.core.procedure import Procedure, show_duration
from bot.core.procedure.finding import quoted
from bot.core.procedure.search import nearest

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""The worst first."""
FAIL_ON = (*LEVELS, "never")
_TRY = "Try it: /runbook drill {}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of gap: its name for programs, how bad it is, and what it means."""

    name: str
    level: Level
    means: str


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("unreadable", "error", "a file of rules cannot be read"),
        Kind("dead-link", "error", "an alert's runbook_url leads to nothing"),
        Kind("alert-gone", "error", "a procedure names an alert that no rule has"),
        Kind("no-target", "error", "a check asks a target that is not configured"),
        Kind("no-procedure", "warning", "an alert has no procedure"),
        Kind(
            "relative-link",
            "warning",
            "an alert's runbook_url is a path, which nobody can open from Slack",
        ),
        Kind("no-link", "warning", "an alert's runbook_url is no address"),
        Kind("review-overdue", "warning", "a procedure was not reviewed in time"),
        Kind("not-looked-at", "note", "an alert's runbook_url cannot be looked at"),
        Kind("never-run", "note", "a procedure was never run"),
        Kind("never-drilled", "note", "a procedure was never drilled"),
        Kind("always-skipped", "note", "a step is skipped in every run"),
    )
}
"""All kinds of gaps, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is not covered, where it is, and what can be done about it.

    `advice` is a sentence, or nothing. `about` is the alert or the procedure that it is about.
    """

    kind: Kind
    at: Place
    about: str
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What edges found out: files by their paths, targets, answers of addresses, and use.

    What is None was not looked at, and nothing is said of it.
    """

    repository: Repository | None = None
    there: Mapping[Link, str] = field(default_factory=dict)
    """Of links into the repository, and paths: what is wrong with each; empty for nothing."""
    answers: Mapping[str, str] | None = None
    """Of addresses elsewhere: what is wrong with each; empty for nothing, absent: not asked."""
    targets: Collection[str] | None = None
    use: Mapping[str, Use] | None = None


def gaps(
    rules: Rules,
    procedures: Mapping[str, Procedure],
    known: Known,
    today: date,
) -> tuple[Gap, ...]:
    """All that is not covered, the worst first. *procedures* are named by their files."""
    found = [
        *(_gap("unreadable", at, at.file, why) for at, why in rules.unread),
        *_without(rules.rules, procedures.values()),
        *_links(rules.rules, known),
        *_gone(rules, procedures),
        *(gap for file, one in procedures.items() for gap in _worn(file, one, known, today)),
    ]
    order = {name: number for number, name in enumerate(KINDS)}
    return tuple(sorted(found, key=lambda gap: (order[gap.kind.name], gap.at, gap.about)))


def _gap(kind: str, at: Place, about: str, message: str, advice: str = "") -> Gap:
    return Gap(KINDS[kind], at, about, message, advice)


def _without(rules: Sequence[Rule], procedures: Collection[Procedure]) -> Iterator[Gap]:
    """Alerts that lead to no procedure, by name or by labels; each once, where it stands first."""
    named = {alert for procedure in procedures for alert in _names(procedure)}
    matchers = [matcher for procedure in procedures for matcher in procedure.matches]
    told: set[str] = set()
    for rule in rules:
        labels = {**rule.labels, NAME: rule.alert}
        fits = rule.alert in named or any(matched(one, labels) for one in matchers)
        if fits or rule.alert in told:
            continue
        told.add(rule.alert)
        advice = "Name it under `alerts:` of the procedure for it."
        if near := nearest(named, rule.alert, limit=1):
            advice = f"One names {quoted(near[0])}. {advice}"
        yield _gap("no-procedure", rule.at, rule.alert, "no procedure names this alert", advice)


def _names(procedure: Procedure) -> tuple[str, ...]:
    """The alerts that a procedure names, each once: of itself, and of its symptoms."""
    symptoms = (one.alert for one in procedure.symptoms if one.alert)
    return tuple(dict.fromkeys((*procedure.alerts, *symptoms)))


def _links(rules: Iterable[Rule], known: Known) -> Iterator[Gap]:
    for rule in rules:
        if rule.runbook:
            gap = _link(rule, known)
            if gap is not None:
                yield gap


def _link(rule: Rule, known: Known) -> Gap | None:
    """What is wrong with the link of a rule; None where nothing is, or nobody looked."""
    link, at = link_of(rule.runbook, known.repository), rule.runbook_at or rule.at
    shown = quoted(rule.runbook)
    match link.where:
        case Where.NOWHERE:
            message = f"{shown} is no address"
            return _gap(
                "no-link", at, rule.alert, message, "Write an address that begins with https://."
            )
        case Where.TEMPLATE:
            message = f"{shown} is made when the alert fires, so it was not looked at"
            return _gap("not-looked-at", at, rule.alert, message)
        case Where.RELATIVE:
            dead = known.there.get(link, "")
            if dead:
                return _gap("dead-link", at, rule.alert, f"{shown} is a path: {dead}")
            message = f"{shown} is a path, and a message in Slack is in no folder"
            return _gap("relative-link", at, rule.alert, message, "Write the whole address.")
        case Where.WITHIN:
            dead = known.there.get(link, "")
            return _gap("dead-link", at, rule.alert, f"{shown}: {dead}") if dead else None
        case Where.ELSEWHERE:
            dead = (known.answers or {}).get(rule.runbook.strip(), "")
            return _gap("dead-link", at, rule.alert, f"{shown}: {dead}") if dead else None


def _gone(rules: Rules, procedures: Mapping[str, Procedure]) -> Iterator[Gap]:
    """Alerts of procedures that no rule has; nothing is said where a file was not read."""
    if rules.unread or not rules.rules:
        return
    names = {rule.alert for rule in rules.rules}
    for file, procedure in procedures.items():
        for alert in _names(procedure):
            if alert not in names:
                near = nearest(names, alert, limit=1)
                advice = f"Perhaps {quoted(near[0])} is meant." if near else "Take it out."
                message = f"no rule has the alert {quoted(alert)}"
                yield _gap("alert-gone", Place(file), procedure.id, message, advice)


def _worn(file: str, procedure: Procedure, known: Known, today: date) -> Iterator[Gap]:
    """What the procedure itself lacks: a target, a review, somebody who tried it."""
    at, about = Place(file), procedure.id
    targets = {one.target for one in procedure.checks.values()}
    for name in sorted(targets.difference(known.targets) if known.targets is not None else ()):
        message = f"its checks ask {quoted(name)}, which is not configured"
        yield _gap("no-target", at, about, message, "Add it to the file of RUNBOOK_TARGETS.")
    if late := _late(procedure, today):
        yield _gap("review-overdue", at, about, late)
    if known.use is not None:
        yield from _used(at, procedure, known.use.get(procedure.id, Use()))


def _late(procedure: Procedure, today: date) -> str:
    """Why its review is overdue; empty where it is not."""
    reviewed, every = procedure.reviewed, procedure.review_every
    if every is None:
        return ""
    if reviewed is None:
        return "a review is asked for, and none is on record"
    late = today - reviewed - every
    return f"the review is {show_duration(late)} overdue" if late > timedelta() else ""


def _used(at: Place, procedure: Procedure, use: Use) -> Iterator[Gap]:
    about = procedure.id
    if not use.runs and not use.drills:
        yield _gap("never-run", at, about, "it was never run", _TRY.format(about))
    elif procedure.drill_every is not None and not use.drills:
        yield _gap("never-drilled", at, about, "it was never drilled", _TRY.format(about))
    for title in use.always_skipped():
        message = f"{quoted(title)} was skipped in each of the last {use.closed} runs"
        yield _gap(
            "always-skipped", at, about, message, "take the step out, or say why it is there"
        )
