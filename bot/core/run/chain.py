"""The hash chain that ties the entries of a run together."""

import hashlib
from datetime import UTC, datetime

GENESIS = "0" * 64
"""The hash before a run's first fact."""


class BrokenChain(Exception):
    """The stored facts of a run do not follow from one another: someone changed them."""


def chain(previous: str, run_id: str, seq: int, at: datetime, body: str) -> str:
    """The hash of a fact: SHA-256, in hex, over the one before it and all that it says."""
    head = f"{previous}\n{run_id}\n{seq}\n{stamp(at)}\n{body}"
    return hashlib.sha256(head.encode()).hexdigest()


def stamp(at: datetime) -> str:
    """Write a time as it is stored: UTC, ISO 8601, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
