"""The log in a database: facts, deliveries, runs, and the outbox for messages.

It may import no other edge, and it decides nothing: it appends what it is given, or refuses.
"""

from bot.edges.store.address import file_of, named
from bot.edges.store.files import note_into
from bot.edges.store.log import SqlLog
from bot.edges.store.trouble import StoreError, Unready
from bot.edges.store.upkeep import is_sealed, rewrite, seal, size, upgrade

__all__ = [
    "SqlLog",
    "StoreError",
    "Unready",
    "file_of",
    "is_sealed",
    "named",
    "note_into",
    "rewrite",
    "seal",
    "size",
    "upgrade",
]
