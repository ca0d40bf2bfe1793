"""Whatever stands in a file's columns: an audit says so, and nobody meets a program's error."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app.desk import Desk
from bot.core.engine.decide import Refused
from bot.edges.store import SqlLog
from bot.edges.store.trouble import UnknownFact
from tests.edges.store.making import AT
from tests.edges.store.test_erasing import closed_run
from tests.fakes import FakeClock
from tests.profiles import some

COLUMNS = {
    "facts": ("seq", "at", "kind", "body", "hash", "beside"),
    "runs": (
        *("prefix", "number", "procedure_id", "title", "channel", "started_by", "started_at"),
        *("open", "facts", "head", "team", "people"),
    ),
}
CASES = [(table, column) for table, columns in COLUMNS.items() for column in columns]
VALUES: tuple[Any, ...] = ("x", "", 7, -1, 1.5, b"x", b"\xff\x00", 10**15)


def spoiled(value: Any) -> Iterator[Any]:
    """What may stand in place of a value: of another kind, or with a byte changed."""
    yield from VALUES
    if isinstance(value, str):
        yield value.encode()
        for at in range(0, len(value), max(1, len(value) // 9)):
            raw = value.encode()
            yield _Bytes(raw[:at] + b"\xff" + raw[at + 1 :])
            yield value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]


class _Bytes(bytes):
    """Bytes that are stored as a text."""


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """What who can write the file writes with."""
    path = tmp_path / "runbook.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


@pytest.mark.sampled
@pytest.mark.parametrize(("table", "column"), CASES, ids=lambda name: name)
async def test_nothing_that_stands_in_a_column_is_a_fault_of_the_program(
    url: str, hand: sqlite3.Connection, table: str, column: str
) -> None:
    async with await SqlLog.open(url) as log:
        run_id = await closed_run(Desk(log, FakeClock(AT)), team="T1")
        rows = hand.execute(f"SELECT rowid, {column} FROM {table}").fetchall()  # noqa: S608 - ours
        for row, was in rows[:: max(1, len(rows) // 3)]:
            for now in some(spoiled(was)):
                if now == was and type(now) is type(was):
                    continue
                value = "CAST(? AS TEXT)" if isinstance(now, _Bytes) else "?"
                put = f"UPDATE {table} SET {column} = {value} WHERE rowid = ?"  # noqa: S608 - ours
                try:
                    hand.execute(put, (bytes(now) if isinstance(now, _Bytes) else now, row))
                except sqlite3.IntegrityError:
                    continue  # There is one of that number already.
                is_same = _read(hand, table, column, row) == was
                # Whatever is not 0 is true to a database.
                is_same = is_same or (column == "open" and bool(now) == bool(was))
                checked = await log.checked(run_id)
                assert is_same or checked.faults, (column, now)
                assert not [fault for fault in checked.faults if "Error" in fault]
                await _asked(log, run_id)
                hand.execute(put.replace("CAST(? AS TEXT)", "?"), (was, row))
        assert (await log.checked(run_id)).faults == ()


def _read(hand: sqlite3.Connection, table: str, column: str, row: int) -> Any:
    hand.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")
    asked = f"SELECT {column} FROM {table} WHERE rowid = ?"  # noqa: S608 - ours
    return hand.execute(asked, (row,)).fetchone()[0]


async def _asked(log: SqlLog, run_id: str) -> None:
    """Whoever asks for the run is told in words that it cannot be read, or is shown it."""
    with contextlib.suppress(UnknownFact):
        await log.read(run_id)
    with contextlib.suppress(Refused):
        await Desk(log, FakeClock(AT)).run(run_id)
