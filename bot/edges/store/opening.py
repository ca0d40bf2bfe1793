"""Whether a database can be opened by this program; a file is brought up to date for it."""

import os
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.edges.store import sealing, sqlite
from bot.edges.store.address import server_named
from bot.edges.store.files import Lock, inspect, keep_private
from bot.edges.store.lane import reason
from bot.edges.store.migrate import Standing, migrate, standing
from bot.edges.store.releasing import release
from bot.edges.store.trouble import StoreError, Unready


def call_on(engine: Engine, url: URL) -> None:
    """Refuse a server's database that is not ready for this program."""
    try:
        with engine.connect() as connection:
            stands = standing(connection, server_named(url))
    except SQLAlchemyError as error:
        raise Unready(
            f"{server_named(url)} cannot be reached ({reason(error)}); start it, or set "
            "RUNBOOK_DATABASE_URL to another"
        ) from error
    finally:
        engine.dispose()
    if stands is not Standing.FIT:
        raise StoreError(
            f"{server_named(url)} {stands.value}; run `runbook migrate`, which upgrades it"
        )


def prepare(path: Path) -> Lock:
    """Take the file, look it over, bring it up to date, and let go of what a dead process held."""
    inspect(path)
    lock = Lock(path)
    try:
        migrate_file(path)
        engine = sqlite.writing(path)
        try:
            with engine.begin() as connection:
                release(connection)
        finally:
            engine.dispose()
    except SQLAlchemyError as error:
        lock.release()
        raise _unopened(path, error) from error
    except BaseException:
        lock.release()
        raise
    return lock


def migrate_file(path: Path) -> bool:
    """Bring a file up to date, and have its entries sealed; whether its schema was older."""
    keep_private(path)
    engine = sqlite.writing(path)
    try:
        with engine.begin() as connection:
            sqlite.check(connection, str(path))
            changed = migrate(connection, str(path))
            is_sealed = sealing.is_on(connection)
        if not is_sealed:
            # Nobody else can have the file. What was deleted before is in its free pages still.
            sqlite.rewrite(engine)
            with engine.begin() as connection:
                sealing.turn_on(connection)
    except SQLAlchemyError as error:
        raise _unopened(path, error) from error
    else:
        return changed
    finally:
        engine.dispose()


def _unopened(path: Path, error: SQLAlchemyError) -> StoreError:
    return StoreError(
        f"{path} cannot be opened ({reason(error)}); make room or let the bot write there, "
        "or restore the last backup"
    )


def visit(path: Path) -> None:
    """Refuse a file that cannot be read as it is."""
    inspect(path)
    if not path.exists():
        raise StoreError(
            f"there is no database {path}; set RUNBOOK_DATABASE_URL to the one that the bot writes"
        )
    engine = sqlite.reading(path)
    try:
        with engine.connect() as connection:
            stands = standing(connection, str(path))
    except SQLAlchemyError as error:
        raise StoreError(
            f"{path} cannot be read ({reason(error)}); let the user with id {os.geteuid()} read "
            "it, or restore the last backup"
        ) from error
    finally:
        engine.dispose()
    if stands is Standing.EMPTY:
        raise StoreError(f"{path} holds no log yet; start the bot with it first")
    if stands is Standing.OLDER:
        raise StoreError(f"{path} is of an older version; start the bot once, which upgrades it")
