"""The content-addressed store: bytes under their own SHA-256. It never interprets them."""

from pathlib import Path

from bot.demo.civictrust.canonical import sha256
from bot.demo.civictrust.durable import sync_folder, write_file


class ContentStore:
    """One file per object, named by its hash, below `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        for scratch in folder.glob(".*"):  # left by a crash before the object had its name
            scratch.unlink()

    def put(self, data: bytes) -> str:
        """Store the bytes durably and return their address; storing them twice changes nothing."""
        address = sha256(data)
        path = self._folder / address
        if not path.exists():
            write_file(path, data)
        return address

    def get(self, address: str) -> bytes | None:
        """Return the object; None if it is absent or no longer has the hash that is its name."""
        try:
            data = (self._folder / address).read_bytes()
        except FileNotFoundError:
            return None
        return data if sha256(data) == address else None

    def addresses(self) -> set[str]:
        return {path.name for path in self._folder.iterdir() if not path.name.startswith(".")}

    def remove(self, address: str) -> None:
        (self._folder / address).unlink(missing_ok=True)
        sync_folder(self._folder)
