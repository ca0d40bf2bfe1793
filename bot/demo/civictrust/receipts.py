"""Receipts as those who asked for documents keep them: one file each. It verifies nothing."""

import json
from collections.abc import Iterable
from pathlib import Path

from bot.demo.civictrust.canonical import canonical
from bot.demo.civictrust.durable import write_file
from bot.demo.civictrust.rpc import Message
from bot.demo.civictrust.transparency import Receipt


class Receipts:
    """Receipts below `folder`, named by document."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def keep(self, issued: Message) -> None:
        """Keep the receipt of an answer to issue, reissue, submit or recover."""
        write_file(self._folder / f"{issued['id']}.json", canonical(issued["receipt"]))

    def of(self, document_ids: Iterable[str]) -> dict[str, Receipt]:
        """Return those that are kept, by document."""
        paths = {document_id: self._folder / f"{document_id}.json" for document_id in document_ids}
        return {
            document_id: json.loads(path.read_bytes())
            for document_id, path in paths.items()
            if path.exists()
        }
