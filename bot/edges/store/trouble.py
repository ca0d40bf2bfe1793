"""Why a database cannot be used, in words for the one who set it up."""

from bot.ports.log import Unreadable


class StoreError(Exception):
    """The database cannot be used; the message is one line that says what to do."""


class UnknownFact(StoreError, Unreadable):
    """A stored fact is of no kind that this program knows."""


class Unready(StoreError):
    """The database cannot be reached just now; it may be later."""
