"""Which procedures fit alerts, each with its reason: by name, by labels, by words.

A procedure that names the alert comes first, then one that names its labels, those with the most
labels before the others. Only where nothing does, what speaks of the same things is suggested; and
nothing without a reason that people can read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.alerts.model import NAME, Alert
from bot.core.procedure import Procedure
from bot.core.procedure.alerted import is_fit, say_matcher
from bot.core.procedure.search import best, found, parts, shared

MOST = 3
"""How many procedures are suggested."""
LOOKED_AT = 200
"""At how many alerts of a group is looked, the first ones; one with more is a crowd."""
_TEXTS = ("summary", "title", "description", "message")
"""The annotations in which people say what is wrong, the shortest first."""
_SHARED = 2
"""How many words a procedure and an alert share at least, where nothing else leads to it."""
_SPOKEN = 12
_LETTERS = 3
"""The shortest word that says what something is about."""
_SAY_NOTHING = frozenset(
    {"the", "and", "for", "with", "from", "has", "have", "had", "been", "was", "were", "are"}
    | {"not", "than", "more", "less", "over", "under", "too", "very", "this", "that", "its"}
    | {"alert", "alerts", "alerting", "firing", "critical", "warning", "page", "high", "low"}
    | {"last", "minute", "minutes", "hour", "hours", "second", "seconds", "value", "percent"}
)
"""Words that stand in alerts and procedures of any kind."""

By = Literal["name", "labels", "words"]
_ORDER: tuple[By, ...] = ("name", "labels", "words")


@dataclass(frozen=True, slots=True)
class Fit:
    """A procedure that fits, what led to it, that in words, and the alerts that did.

    `why` is plain text, and holds words of the procedure's file and of alerts; `labels` is how
    many labels it names, where it is for some.
    """

    procedure: Procedure
    by: By
    why: str
    alerts: tuple[Alert, ...]
    labels: int = 0


def fitting(
    procedures: Iterable[Procedure],
    alerts: Sequence[Alert],
    *,
    private: bool = False,
    most: int = MOST,
) -> tuple[Fit, ...]:
    """The procedures that fit *alerts* best, *most* of them.

    *private* says that whoever reads it may see private procedures; else none is suggested.
    """
    looked_at = tuple(alerts[:LOOKED_AT])
    if not looked_at:
        return ()
    seen = [one for one in procedures if private or not one.private]
    certain = [fit for one in seen if (fit := _certain(one, looked_at)) is not None]
    certain.sort(key=_rank)
    # What only speaks of the same things is noise beside what names them.
    return tuple(certain[:most] or _by_words(seen, looked_at, most))


def by_name(procedure: Procedure) -> frozenset[str]:
    """The names of alerts that a procedure names itself."""
    named = (one.alert for one in procedure.symptoms if one.alert)
    return frozenset((*procedure.alerts, *named))


def _rank(fit: Fit) -> tuple[int, int, int, str]:
    """The surest first: by what, by how many labels, by how many alerts, and by id."""
    return _ORDER.index(fit.by), -fit.labels, -len(fit.alerts), fit.procedure.id


def _certain(procedure: Procedure, alerts: Sequence[Alert]) -> Fit | None:
    """What the file itself says of these alerts: their names, or labels."""
    names = by_name(procedure)
    named = tuple(one for one in alerts if one.labels.get(NAME) in names)
    if named:
        said = ", ".join(dict.fromkeys(one.name for one in named))
        return Fit(procedure, "name", f"it names {said}", named)
    for matcher in sorted(procedure.matches, key=len, reverse=True):
        fits = tuple(one for one in alerts if matched(matcher, one.labels))
        if fits:
            why = f"it is for {say_matcher(matcher)}"
            return Fit(procedure, "labels", why, fits, len(matcher))
    return None


def labelled(procedure: Procedure, alerts: Iterable[Alert]) -> bool:
    """Whether an entry of `matches` fits one of *alerts*."""
    return any(matched(one, alert.labels) for one in procedure.matches for alert in alerts)


def matched(matcher: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Whether *labels* have all that a matcher names; one that is absent fits nothing."""
    return all(name in labels and is_fit(want, labels[name]) for name, want in matcher.items())


def _by_words(procedures: Sequence[Procedure], alerts: Sequence[Alert], most: int) -> list[Fit]:
    """Procedures that speak of the same things: of the name's words, or else of the summary's."""
    first = alerts[0]
    for text in (first.labels.get(NAME, ""), *(first.annotations.get(one, "") for one in _TEXTS)):
        words = _telling(text)
        if len(words) < _SHARED:
            continue
        # Only what says two of them is worth the search that also knows what is like them.
        near = [one for one in procedures if len(shared(one, words)) >= _SHARED]
        if hits := best(found(near, " ".join(words)), most):
            return [_speaking(hit.procedure, words, alerts) for hit in hits]
    return []


def _telling(text: str) -> tuple[str, ...]:
    telling = (
        word
        for word in parts(text)
        if len(word) >= _LETTERS and not word.isdigit() and word not in _SAY_NOTHING
    )
    return tuple(telling)[:_SPOKEN]


def _speaking(procedure: Procedure, words: Sequence[str], alerts: Sequence[Alert]) -> Fit:
    said = ", ".join(shared(procedure, words))
    first = alerts[0]
    same = tuple(one for one in alerts if one.name == first.name)
    return Fit(procedure, "words", f"it speaks of {said}", same)
