"""One way to write a value as bytes, so that equal values have equal hashes. No I/O."""

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Write JSON with sorted keys and no spaces, as UTF-8; floats and NaN have no place in it."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def sha256(data: bytes) -> str:
    """Return the SHA-256 of the bytes as 64 lowercase hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
