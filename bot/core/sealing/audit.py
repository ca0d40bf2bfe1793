"""Whether what lies beside the entries is what they were sealed with."""

import json

from bot.core.sealing.body import SEAL, held, is_sealed, persons
from bot.core.sealing.people import People


def sealed_faults(seq: int, body: str, beside: str | None, people: People) -> list[str]:
    """What is wrong with the values of one entry, in words; its body has been looked at."""
    try:
        sealed = json.loads(body) if is_sealed(body) else {}
    except ValueError:
        return []  # It is no entry that anybody can read, and has been told of.
    committed = bool(sealed.get(SEAL))
    if beside is None:
        return [f"the words of entry {seq} are gone"] if committed else []
    if not committed or not held(sealed, beside):
        return [f"the words of entry {seq} are not those that were recorded"]
    if all(people.has(token, key) for token, key in persons(sealed, beside)):
        return []
    return [f"someone in entry {seq} is not among the run's people"]
