"""Bring a database to the newest schema, or say why not. It knows no row of any table.

Alembic is imported only when there is something to do: it costs a quarter of a start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.edges.store.files import StoreError
from bot.edges.store.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config


def migrate(connection: Connection, name: str) -> None:
    """Bring the database that messages call *name* up to date; raises StoreError."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables:
            raise StoreError(f"{name} is the database of another program; name another file")
        _upgrade(connection)
        return
    at = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    if at == [REVISION]:
        return
    if not set(at) <= _known():
        raise StoreError(f"{name} was written by a newer version; upgrade the bot")
    _upgrade(connection)


def current(connection: Connection, name: str) -> None:
    """Refuse a database whose schema is not the newest, since it may not be touched here."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        raise StoreError(f"{name} holds no log yet; start the bot with it first")
    at = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    if at == [REVISION]:
        return
    if set(at) <= _known():
        raise StoreError(f"{name} is of an older version; start the bot once, which upgrades it")
    raise StoreError(f"{name} was written by a newer version; upgrade the bot")


def _known() -> set[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - late, for the start's sake

    scripts = ScriptDirectory.from_config(_config())
    return {script.revision for script in scripts.walk_revisions()}


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - late, for the start's sake

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - late, for the start's sake

    config = Config()
    config.set_main_option("script_location", "bot.edges.store:migrations")
    return config
