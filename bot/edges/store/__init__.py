"""The log in a database: facts, deliveries, runs, and the wishes for messages.

It may import no other edge, and it decides nothing: it appends what it is given, or refuses.
"""

from bot.edges.store.files import StoreError
from bot.edges.store.log import SqlLog

__all__ = ["SqlLog", "StoreError"]
