"""A run as data for programs, `run/v1`, with the chain of its record.

It is made of the entries, the names and the thread that Slack gave; a file of it can be followed
without the record.
"""

from bot.core.documents.run_v1.model import By, schema
from bot.core.documents.run_v1.writing import Found, Kept, audited, is_one, written

__all__ = ["By", "Found", "Kept", "audited", "is_one", "schema", "written"]
