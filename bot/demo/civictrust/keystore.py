"""Private keys, one file each: the stand-in for a hardware module that all nodes reach.

It does not know which keys are registered or revoked; the replicated registry does.
"""

import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.demo.civictrust.durable import write_file

LOG_KEY = "log"  # signs checkpoints, never documents
KEY_ID = re.compile(r"key-[a-z0-9]{1,32}")


def is_signed(public: str, data: bytes, signature: str) -> bool:
    """Check an Ed25519 signature; public key and signature are hexadecimal. Garbage is False."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), data
        )
    except (InvalidSignature, ValueError):
        return False
    return True


class Keystore:
    """Ed25519 keys below `folder`, readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def generate(self, key_id: str) -> bool:
        """Make a key pair; False if there is one of that name already, which is then kept."""
        if self.holds(key_id):
            return False
        write_file(self._path(key_id), Ed25519PrivateKey.generate().private_bytes_raw(), 0o600)
        return True

    def holds(self, key_id: str) -> bool:
        return self._path(key_id).exists()

    def public(self, key_id: str) -> str:
        """Return the public key in hexadecimal. Raises FileNotFoundError."""
        return self._private(key_id).public_key().public_bytes_raw().hex()

    def sign(self, key_id: str, data: bytes) -> str:
        """Return the signature in hexadecimal. Raises FileNotFoundError."""
        return self._private(key_id).sign(data).hex()

    def _private(self, key_id: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._path(key_id).read_bytes())

    def _path(self, key_id: str) -> Path:
        if key_id != LOG_KEY and not KEY_ID.fullmatch(key_id):
            raise ValueError(f"{key_id!r} is not a key's name (key-a, key-b, key-2026 …)")
        return self._folder / f"{key_id}.key"
