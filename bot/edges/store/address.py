"""Where a database is: its URL, read, and told in words that hold no password."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.edges.store import postgres
from bot.edges.store.files import EXAMPLE, path_of
from bot.edges.store.trouble import StoreError

PORTS = 65_536
"""A server's port is below this."""


def parse(url: str) -> URL:
    """Read a database's URL; raises StoreError, which never shows a password."""
    more = "or postgresql://USER:PASSWORD@HOST/DATABASE"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(
            f"the database URL cannot be read; write one such as {EXAMPLE}, {more}"
        ) from None
    if "@" in (parsed.host or ""):
        # What follows the first @ of a password would be taken for the server's name, and shown.
        raise StoreError(
            "the database URL cannot be read: write an @ in the password as %40, and other signs "
            "likewise"
        )
    if parsed.port is not None and not 0 < parsed.port < PORTS:
        raise StoreError(f"the database URL cannot be read: there is no port {parsed.port}")
    name = parsed.drivername
    if name not in ("sqlite", "postgresql"):
        raise StoreError(
            f"{name} is no database that this bot keeps its log in; write {EXAMPLE}, {more}"
        )
    return parsed


def file_of(url: str) -> Path | None:
    """The file of the database at *url*; None for a server's. Raises StoreError."""
    parsed = parse(url)
    return path_of(parsed) if parsed.get_backend_name() == "sqlite" else None


def named(url: str) -> str:
    """The database at *url* in words that hold no password; raises StoreError for a bad URL."""
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        return f"the database {path_of(parsed)}"
    return server_named(postgres.url_of(parsed))


def server_named(url: URL) -> str:
    """A server's database, in words that hold no password."""
    return f"the database {url.database} on {url.host or 'this machine'}"
