"""What a document is, how it is sealed, and what can be said of its signature. No I/O."""

import json
from typing import Any

from bot.demo.civictrust.canonical import canonical
from bot.demo.civictrust.keystore import is_signed

Document = dict[str, Any]  # {"id", "type", "subject", "issued_at", "replaces"}
Envelope = dict[str, Any]  # {"document", "key", "signature"}

CRITICAL_TYPES = frozenset({"certificate", "deed"})
TYPES = ("permit", "license", "certificate", "deed")

VALID = "valid"
REVOKED = "signed with a revoked key"
INVALID = "invalid"
UNKNOWN = "unknown"
"""The status of a key that is in no registry."""


def seal(document: Document, key: str, signature: str) -> bytes:
    """Join a document and its signature to the bytes that the CAS keeps."""
    return canonical({"document": document, "key": key, "signature": signature})


def unseal(data: bytes) -> Envelope | None:
    """Read the bytes back; None unless they are an envelope with every field of a document."""
    try:
        envelope = json.loads(data)
        document = envelope["document"]
        texts = [document[name] for name in ("id", "type", "subject", "issued_at")]
        texts += [envelope["key"], envelope["signature"]]
    except (ValueError, KeyError, TypeError):
        return None
    return envelope if all(isinstance(text, str) for text in texts) else None


def is_critical(document: Document) -> bool:
    """Say whether people are harmed while this document is in doubt, so that it goes first."""
    return document["type"] in CRITICAL_TYPES


def is_genuine(envelope: Envelope, public: str) -> bool:
    """Check the envelope's signature with a public key in hexadecimal."""
    return is_signed(public, canonical(envelope["document"]), envelope["signature"])


def verdict(envelope: Envelope | None, key: dict[str, Any] | None, lsn: int) -> str:
    """Judge a document that came into the log at this LSN, by the registry's record of its key.

    A document from before its key's revocation is not invalid; it carries a warning.
    """
    if envelope is None or key is None or not is_genuine(envelope, key["public"]):
        return INVALID
    if key["status"] == "active":
        return VALID
    return REVOKED if lsn < key["revoked_lsn"] else INVALID
