"""Bring a database to the newest schema, or say why not. It knows no row of any table but its own.

A schema is changed in steps that the version before can live with, so that two versions work side
by side during an upgrade: `compatibility` holds the oldest one that can. Alembic is imported only
when there is something to do: it costs a quarter of a start.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.edges.store import sealing
from bot.edges.store.schema import REVISION, compatibility
from bot.edges.store.trouble import StoreError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory


class Standing(Enum):
    """How a database's schema stands to this program's."""

    EMPTY = "holds no log yet"
    OLDER = "is of an older version"
    FIT = "can be used"


def standing(connection: Connection, name: str) -> Standing:
    """How the database that messages call *name* stands; raises StoreError for one not ours."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables:
            raise StoreError(f"{name} is the database of another program; name another one")
        return Standing.EMPTY
    at = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    if at == [REVISION]:
        return Standing.FIT
    known = _known()
    if set(at) <= known:
        return Standing.OLDER if at else Standing.EMPTY
    if "compatibility" in tables:
        oldest = connection.execute(select(compatibility.c.oldest)).scalars().all()
        if oldest and set(oldest) <= known:
            return Standing.FIT
    raise StoreError(f"{name} was written by a newer version; upgrade the bot")


def migrate(connection: Connection, name: str) -> bool:
    """Bring the database up to date and say whether there was anything to do; StoreError."""
    stands = standing(connection, name)
    if stands is Standing.FIT:
        return False
    try:
        _upgrade(connection, is_new=stands is Standing.EMPTY)
    except SQLAlchemyError:
        raise
    except Exception as error:
        raise StoreError(f"{name} cannot be brought up to date: {error}") from error
    return True


def _upgrade(connection: Connection, *, is_new: bool) -> None:
    from alembic import command  # noqa: PLC0415 - late, for the start's sake

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    newest = _scripts().get_revision("head")
    # Nobody else works with one that is new.
    is_sealed = is_new or sealing.is_on(connection)
    oldest = max(newest.module.OLDEST, sealing.SINCE) if is_sealed else newest.module.OLDEST
    connection.execute(delete(compatibility))
    connection.execute(insert(compatibility).values(oldest=oldest, sealed=is_sealed))


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - late, for the start's sake

    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - late, for the start's sake

    config = Config()
    config.set_main_option("script_location", "bot.edges.store:migrations")
    return config
