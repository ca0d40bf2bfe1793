"""The people of a run: for each a token, made of their id and a salt that is theirs in this run.

The same person is the same token throughout one run, and another one in the next. Without the
salt, which goes with the person, nobody can try all ids to find out whose token it was.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

Salts = Callable[[], str]
"""Gives a new random salt of at least 128 bits, in hex, at each call."""

APART = "/"
"""Between a token and the commitment to what else is known of the person: a name, a team."""


canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
"""A value as the JSON that is stored, and hashed."""


def stored(text: str) -> dict[str, Any]:
    """The JSON object that is stored as *text*; raises ValueError for what is none."""
    try:
        read = json.loads(text)
    except RecursionError as deep:
        raise ValueError("nothing that is stored is nested so deep") from deep
    if not isinstance(read, dict):
        raise ValueError("what is stored is no JSON object")  # noqa: TRY004 - as for any other text
    return read


def commitment(what: str, salt: str, values: Any) -> str:
    """SHA-256, in hex, over a salt and values; *what* keeps its uses apart."""
    return hashlib.sha256(canonical([what, salt, values]).encode()).hexdigest()


class People:
    """The people of one run, in the order in which they appeared; read from and written as JSON.

    Of each: the salt, the id, and what was said of them beside it, each under its commitment. Of
    one who was erased the token is left, so that those who came later keep their number.
    """

    def __init__(self, text: str = "") -> None:
        """Read them as they are stored; raises ValueError for what is no such thing."""
        self._known = stored(text) if text else {}
        if not all(map(_is_someone, self._known.values())):
            raise ValueError("the people of the run cannot be read")
        self._tokens = {one["id"]: token for token, one in self._known.items() if one is not None}
        self.is_changed = False

    def __str__(self) -> str:
        return canonical_in_order(self._known) if self._known else ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """Everyone who appeared."""
        return tuple(self._known)

    def token(self, key: str) -> str | None:
        """The token of the person with an id, unless they did not appear, or were erased."""
        return self._tokens.get(key)

    def meet(self, key: str, salts: Salts) -> str:
        """The token of the person with an id, who may appear for the first time."""
        token = self._tokens.get(key)
        if token is None:
            salt = salts()
            token = commitment("person", salt, key)
            self._known[token] = {"salt": salt, "id": key, "as": {}}
            self._tokens[key] = token
            self.is_changed = True
        return token

    def note(self, token: str, value: Mapping[str, Any]) -> str:
        """Keep what was said of a person beside their id, and give the commitment to it."""
        one = self._known[token]
        for key, said in one["as"].items():
            if said == value:
                return str(key)
        key = commitment("as", one["salt"], value)
        one["as"][key] = dict(value)
        self.is_changed = True
        return key

    def id(self, token: str) -> str | None:
        """The id behind a token; None for one who was erased."""
        one = self._known.get(token)
        return None if one is None else str(one["id"])

    def said(self, token: str, key: str) -> Mapping[str, Any]:
        """What was said of a person beside their id; nothing of one who was erased."""
        one = self._known.get(token)
        return {} if one is None else one["as"].get(key, {})

    def has(self, token: str, key: str = "") -> bool:
        """Whether a token, and what was said under *key*, is of one who appeared."""
        one = self._known.get(token, _NOBODY)
        return one is None or (one is not _NOBODY and (not key or key in one["as"]))

    def number(self, token: str) -> int:
        """Which of the run's people it is, from 1."""
        return [*self._known, token].index(token) + 1

    def drop(self, token: str) -> None:
        """Forget who a token was."""
        one = self._known.get(token)
        if one is not None:
            self._known[token] = None
            self._tokens.pop(one["id"], None)
            self.is_changed = True

    def faults(self) -> list[str]:
        """The people whose id, or what is said of them, is not what their token was made of."""
        wrong = []
        for number, (token, one) in enumerate(self._known.items(), start=1):
            if one is None:
                continue
            fits = commitment("person", one["salt"], one["id"]) == token
            said = one["as"].items()
            if not fits or any(commitment("as", one["salt"], v) != k for k, v in said):
                wrong.append(f"person {number} is not the one who was recorded")
        return wrong


_NOBODY: Any = {"as": ()}


def _is_someone(one: Any) -> bool:
    """Whether this is what is kept of a person, or of one who was erased."""
    match one:
        case None:
            return True
        case {"salt": str(), "id": str(), "as": dict(said)}:
            return all(isinstance(value, dict) for value in said.values())
    return False


def canonical_in_order(value: Any) -> str:
    """JSON as it is stored where the order says something."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
