"""Finding a procedure by what people remember of it, and the word they meant by what they typed.

Exact words come first, misspelt ones after. It works on what it is given and keeps
no index, only the words of texts that it has seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.core.procedure import Procedure

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+")
_NEAR = 70
"""From 0 to 100: how alike two names must be."""
_SAME_WORD = 0.66
"""From 0 to 1: `kye`/`key`, two letters swapped, is 0.67; `redsi`/`redis` 0.8."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure that was found: how well it fits (0 to 100), and whether by exact words."""

    procedure: Procedure
    score: float
    exact: bool


def nearest(names: Iterable[str], word: str, limit: int = 3) -> tuple[str, ...]:
    """The *names* that someone who typed *word* may have meant, the likeliest first."""
    pool = sorted(set(names))
    found = process.extract(word.casefold(), pool, scorer=_alike, score_cutoff=_NEAR, limit=limit)
    return tuple(name for name, _score, _index in found)


def _alike(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    one, other = one.casefold().replace("-", " "), other.casefold().replace("-", " ")
    begins = min(len(one), len(other)) > 2 and (one.startswith(other) or other.startswith(one))  # noqa: PLR2004 - two letters begin too many words
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other), 90 * begins)


def search(procedures: Iterable[Procedure], words: str, limit: int = 10) -> tuple[Hit, ...]:
    """The procedures that speak of *words*: by exact words first, then by similar ones.

    Looks at id, title, summary, symptoms and alerts; a word in the id or the title counts more.
    Half of the words must be found, if only misspelt. No words find nothing.
    """
    sought = tuple(_words(words))
    hits = [hit for procedure in procedures if sought and (hit := _hit(procedure, sought))]
    hits.sort(key=lambda hit: (not hit.exact, -hit.score, hit.procedure.id))
    return tuple(hits[:limit])


def _hit(procedure: Procedure, sought: tuple[str, ...]) -> Hit | None:
    name = _vocabulary(f"{procedure.id} {procedure.title}")
    body = _vocabulary(" ".join(_body(procedure)))
    scores = [max(_best(word, name), 0.9 * _best(word, body)) for word in sought]
    if 2 * sum(score > 0 for score in scores) < len(scores):
        return None
    exact = all(word in name or word in body for word in sought)
    return Hit(procedure, sum(scores) / len(scores), exact)


def _best(word: str, vocabulary: frozenset[str]) -> float:
    if word in vocabulary:
        return 100.0
    found = process.extractOne(
        word, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=_SAME_WORD
    )
    begun = 85.0 if len(word) > 2 and any(w.startswith(word) for w in vocabulary) else 0.0  # noqa: PLR2004 - two letters begin too many words
    return max(begun, 100 * found[1] if found else 0.0)


def _body(procedure: Procedure) -> Iterator[str]:
    yield procedure.summary or ""
    yield from procedure.alerts
    for symptom in procedure.symptoms:
        yield symptom.text
        yield symptom.alert or ""


@lru_cache(maxsize=4_096)
def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(_words(text))


def _words(text: str) -> Iterator[str]:
    """Every word in lower case; `CivicTrustKeyLeak` is four words and itself."""
    for run in re.findall(r"\w+", text):
        yield run.casefold()
        parts = _WORD.findall(run)
        if len(parts) > 1:
            yield from (part.casefold() for part in parts)
