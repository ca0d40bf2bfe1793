"""Receipts and verdicts: what verifies, and that nothing else does."""

from pathlib import Path
from typing import Any

import pytest

from bot.demo.civictrust.canonical import canonical, sha256
from bot.demo.civictrust.documents import INVALID, REVOKED, VALID, seal, unseal, verdict
from bot.demo.civictrust.keystore import LOG_KEY, Keystore
from bot.demo.civictrust.transparency import TransparencyLog

AT = "2026-11-22T03:14:00+00:00"
DOCUMENT = {"id": "doc-0001", "type": "deed", "subject": "Al", "issued_at": AT, "replaces": None}


@pytest.fixture
def keys(tmp_path: Path) -> Keystore:
    keys = Keystore(tmp_path / "keys")
    assert keys.generate(LOG_KEY)
    assert keys.generate("key-a")
    return keys


def _log(path: Path, *names: str) -> TransparencyLog:
    log = TransparencyLog(path)
    for lsn, name in enumerate(names, start=1):
        log.append(lsn, sha256(name.encode()))
    return log


def test_a_receipt_verifies_on_a_longer_log_and_on_no_other(tmp_path: Path, keys: Keystore) -> None:
    log = _log(tmp_path / "log", "a", "b", "c")
    public = keys.public(LOG_KEY)
    receipt = log.receipt(sha256(b"b"), keys, AT)
    log.append(4, sha256(b"d"))
    assert log.verify(receipt, public)

    shorter, other = _log(tmp_path / "short", "a", "b"), _log(tmp_path / "other", "a", "b", "x")
    assert not shorter.verify(receipt, public)  # it has not caught up
    assert not other.verify(receipt, public)  # its history is another
    for each in (log, shorter, other):
        each.close()


def test_a_receipt_with_anything_altered_does_not_verify(tmp_path: Path, keys: Keystore) -> None:
    log = _log(tmp_path / "log", "a", "b", "c")
    public = keys.public(LOG_KEY)
    receipt = log.receipt(sha256(b"b"), keys, AT)
    altered: list[dict[str, Any]] = [
        {"address": sha256(b"x")},
        {"index": 0},
        {"proof": receipt["proof"][:-1]},
        {"proof": list(reversed(receipt["proof"]))},
        {"checkpoint": {**receipt["checkpoint"], "tree_size": 2}},
        {"checkpoint": {**receipt["checkpoint"], "at": "2027-01-01"}},
        {"signature": keys.sign("key-a", canonical(receipt["checkpoint"]))},
        {"signature": "no hexadecimal"},
    ]
    for change in altered:
        assert not log.verify({**receipt, **change}, public), change
    log.close()


def test_a_log_read_back_is_the_same_and_keeps_each_entry_once(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", "a", "b", "a")
    root = log.root()
    log.close()
    again = TransparencyLog(tmp_path / "log")
    assert (again.size, again.root()) == (2, root)
    assert again.append(9, sha256(b"b")) == 1
    again.close()


def test_a_document_is_judged_by_its_signature_and_the_time_of_its_revocation(
    keys: Keystore,
) -> None:
    envelope = unseal(seal(DOCUMENT, "key-a", keys.sign("key-a", canonical(DOCUMENT))))
    active = {"public": keys.public("key-a"), "status": "active"}
    revoked = {**active, "status": "revoked", "revoked_lsn": 10}
    assert envelope is not None
    assert verdict(envelope, active, 5) == VALID
    assert verdict(envelope, revoked, 9) == REVOKED
    assert verdict(envelope, revoked, 11) == INVALID
    forged = {**envelope, "document": {**DOCUMENT, "subject": "Mallory"}}
    assert verdict(forged, active, 5) == INVALID
    assert verdict(None, active, 5) == INVALID
    assert verdict(envelope, None, 5) == INVALID
    assert verdict(envelope, {**active, "public": keys.public(LOG_KEY)}, 5) == INVALID


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"7", b'{"document": {}, "key": "k", "signature": "s"}', b"\xff"]
)
def test_bytes_that_are_no_envelope_are_not_unsealed(data: bytes) -> None:
    assert unseal(data) is None


def test_a_key_is_never_overwritten_and_its_name_stays_inside_the_keystore(keys: Keystore) -> None:
    public = keys.public("key-a")
    assert not keys.generate("key-a")
    assert keys.public("key-a") == public
    with pytest.raises(ValueError, match="not a key's name"):
        keys.generate("key-../../x")
