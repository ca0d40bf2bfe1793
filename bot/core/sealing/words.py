"""Words that mention people: kept in pieces, so that one can go out of what another wrote."""

from collections.abc import Sequence
from typing import Any

from bot.core.mentions import MENTION
from bot.core.run.secrets import Secret, masked
from bot.core.sealing.people import People, Salts

_MARKED, _BARE = "", "bare"


def taken_apart(text: str, people: People, salts: Salts) -> str | list[Any]:
    """A text as it is kept: as it is, or the pieces between mentions, each of them a token.

    A mention is a pair: the token, and how it is written (a commitment to its label, if it has
    one).
    """
    pieces: list[Any] = []
    end = 0
    for match in MENTION.finditer(text):
        token = people.meet(match[1] or match[3], salts)
        form = _BARE if match[3] else _MARKED
        if match[2] is not None:
            form = people.note(token, {"label": match[2]})
        pieces += [text[end : match.start()], [token, form]]
        end = match.end()
    return [*pieces, text[end:]] if pieces else text


def put_together(kept: Any, people: People) -> Any:
    """The text again; who was erased is a number of the run's people. No text stays what it is."""
    if not isinstance(kept, list):
        return kept
    return "".join(one if isinstance(one, str) else _mention(one, people) for one in kept)


def unmasked(kept: Any, people: People) -> str:
    """A text as it is looked through for secrets: whoever was erased is mentioned in it still."""
    pieces = kept if isinstance(kept, list) else [kept]
    return "".join(
        one
        if isinstance(one, str)
        else _mention(one, people)
        if people.id(one[0]) is not None
        else "<@nobody>"
        for one in pieces
    )


def covered(kept: Any, secrets: Sequence[Secret]) -> Any:
    """A text as it is kept, with a mask over each of the secrets in it."""
    pieces = kept if isinstance(kept, list) else [kept]
    signs = [sign for one in pieces for sign in (one if isinstance(one, str) else [one])]
    made: list[Any] = []
    at = 0
    for secret in sorted(secrets, key=lambda one: one.start):
        if secret.end > at:
            made += [*signs[at : secret.start], masked(secret.what)]
            at = secret.end
    return [*made, *signs[at:]]


def mentioned(kept: Any) -> list[tuple[str, str]]:
    """The people in words as they are kept: the token of each, and what is said of them."""
    pairs = [one for one in kept if not isinstance(one, str)] if isinstance(kept, list) else []
    return [(token, "" if form in (_MARKED, _BARE) else form) for token, form in pairs]


def _mention(pair: Any, people: People) -> str:
    token, form = pair
    key = people.id(token)
    if key is None:
        return nameless(people.number(token))
    if form == _BARE:
        return key
    if form == _MARKED:
        return f"<@{key}>"
    return f"<@{key}|{people.said(token, form).get('label', '')}>"


def nameless(number: int) -> str:
    """What people read in place of someone who was erased."""
    return f"person {number} (erased)"
