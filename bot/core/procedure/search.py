"""Finding a procedure by what people remember of it, and the word they meant by what they typed.

Exact words come first, misspelt ones after. It works on what it is given and keeps
no index, only the words of texts that it has seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.core.procedure import Procedure

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+")
_RUN = re.compile(r"\w+")
WORDS = 12
"""How many words are looked for."""
SPOKEN = 1_000
"""How many words of a procedure are looked at."""
PIECE = 5
"""How many procedures are searched without a pause: some 30 ms at the most, most often less."""
_LONGEST = 80
"""How much of a word is looked at, in characters: no name is longer."""
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
    meant = word[:_LONGEST].casefold()
    found = process.extract(meant, pool, scorer=_alike, score_cutoff=_NEAR, limit=limit)
    return tuple(name for name, _score, _index in found)


def misspelt(names: Iterable[str], word: str) -> str | None:
    """The one of *names* that *word* may be, misspelt; a short word by one letter at most."""
    pool = sorted(set(names))
    found = process.extractOne(word, pool, scorer=OSA.distance, score_cutoff=1)
    if found is not None and len(word) > 2:  # noqa: PLR2004 - two letters are one edit from many
        return str(found[0])
    return next(iter(nearest(pool, word, limit=1)), None)


def _alike(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    one, other = one.casefold().replace("-", " "), other.casefold().replace("-", " ")
    begins = min(len(one), len(other)) > 2 and (one.startswith(other) or other.startswith(one))  # noqa: PLR2004 - two letters begin too many words
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other), 90 * begins)


def search(procedures: Iterable[Procedure], words: str, limit: int = 10) -> tuple[Hit, ...]:
    """The procedures that speak of *words*: by exact words first, then by similar ones.

    Looks at id, title, summary, symptoms and alerts; a word in the id or the title counts more.
    Half of the words must be found, if only misspelt. No words find nothing, and of many the
    first dozen are looked for.
    """
    return best(found(procedures, words), limit)


def best(hits: Iterable[Hit], limit: int = 10) -> tuple[Hit, ...]:
    """The best of what was found, in whatever pieces."""
    return tuple(
        sorted(hits, key=lambda hit: (not hit.exact, -hit.score, hit.procedure.id))[:limit]
    )


def found(procedures: Iterable[Procedure], words: str) -> list[Hit]:
    """What `search` finds, in no order; each procedure is judged by itself."""
    sought = tuple(islice(_words(words), WORDS))
    if not sought:
        return []
    shelf = [_Entry.of(procedure) for procedure in procedures]
    known = frozenset[str]().union(*(entry.name | entry.body for entry in shelf))
    # A word is held against each other word once, however many procedures speak of it.
    alike = tuple((word, _similar(word, known)) for word in dict.fromkeys(sought))
    return [hit for entry in shelf if (hit := _hit(entry, alike))]


def shared(procedure: Procedure, words: Iterable[str]) -> tuple[str, ...]:
    """Those of these *words*, in small letters, that the procedure says just so."""
    entry = _Entry.of(procedure)
    return tuple(word for word in words if word in entry.name or word in entry.body)


def parts(text: str) -> tuple[str, ...]:
    """The words of a text in small letters, each once; `CivicTrustKeyLeak` is four."""
    found = (part.casefold() for part in _WORD.findall(text[: SPOKEN * _LONGEST]))
    return tuple(dict.fromkeys(islice(found, SPOKEN)))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A procedure and its words."""

    procedure: Procedure
    name: frozenset[str]
    body: frozenset[str]

    @classmethod
    def of(cls, procedure: Procedure) -> _Entry:
        name = _vocabulary(f"{procedure.id} {procedure.title}")
        return cls(procedure, name, _vocabulary(" ".join(islice(_body(procedure), SPOKEN))))


_Alike = tuple[tuple[str, Mapping[str, float]], ...]


def _hit(entry: _Entry, alike: _Alike) -> Hit | None:
    scores = [max(_best(like, entry.name), 0.9 * _best(like, entry.body)) for _, like in alike]
    if 2 * sum(score > 0 for score in scores) < len(scores):
        return None
    exact = all(word in entry.name or word in entry.body for word, _ in alike)
    return Hit(entry.procedure, sum(scores) / len(scores), exact)


def _best(like: Mapping[str, float], vocabulary: frozenset[str]) -> float:
    return max((like[word] for word in like.keys() & vocabulary), default=0.0)


def _similar(word: str, known: frozenset[str]) -> Mapping[str, float]:
    """How well the *known* words fit this one, 0 to 100; those that do not are left out."""
    found = process.extract(
        word, known, scorer=OSA.normalized_similarity, score_cutoff=_SAME_WORD, limit=None
    )
    like = {other: 100.0 * score for other, score, _ in found}
    if len(word) > 2:  # noqa: PLR2004 - two letters begin too many words
        for other in known:
            if other.startswith(word):
                like[other] = max(85.0, like.get(other, 0.0))
    return like


def _body(procedure: Procedure) -> Iterator[str]:
    yield procedure.summary or ""
    yield from procedure.alerts
    for symptom in procedure.symptoms:
        yield symptom.text
        yield symptom.alert or ""


@lru_cache(maxsize=4_096)
def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(islice(_words(text), SPOKEN))


def _words(text: str) -> Iterator[str]:
    """Every word in lower case; `CivicTrustKeyLeak` is four words and itself."""
    for match in _RUN.finditer(text):
        run = match[0][:_LONGEST]
        yield run.casefold()
        parts = _WORD.findall(run)
        if len(parts) > 1:
            yield from (part.casefold() for part in parts)
