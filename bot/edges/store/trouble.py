"""Why a database cannot be used, in words for the one who set it up."""


class StoreError(Exception):
    """The database cannot be used; the message is one line that says what to do."""


class Unready(StoreError):
    """The database cannot be reached just now; it may be later."""
