"""The log in a database: facts, deliveries, runs, and the wishes for messages.

It may import no other edge, and it decides nothing: it appends what it is given, or refuses.
"""

from bot.edges.store.database import is_sealed, named, seal, upgrade
from bot.edges.store.log import SqlLog
from bot.edges.store.trouble import StoreError, Unready

__all__ = ["SqlLog", "StoreError", "Unready", "is_sealed", "named", "seal", "upgrade"]
