"""The hand of somebody who can write the database, and knows how the record is made."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg

from bot.core.run import events as e
from bot.core.run.chain import GENESIS, chain, stamp
from bot.core.sealing.body import seal
from bot.core.sealing.people import People
from tests.edges.store.making import AT

RUN = "KC-1"
_TABLES = ("runs", "facts", "messages", "deliveries", "numbers", "looks", "timers", "episodes")


class Hand:
    """Writes into a database of either kind, past all that the bot would keep it from."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_file = url.startswith("sqlite:///")
        self._salts = 0

    @contextlib.contextmanager
    def _open(self) -> Iterator[Any]:
        if self.is_file:
            with contextlib.closing(sqlite3.connect(self.url[10:], isolation_level=None)) as file:
                yield file
            return
        with psycopg.connect(self.url, autocommit=True) as server:
            # Whoever owns the tables is held by no foreign key.
            server.execute("SET session_replication_role = replica")
            yield server

    def say(self, statement: str, *values: object) -> list[Any]:
        """Say something to the database; the rows that come back."""
        with self._open() as opened:
            return self._say(opened, statement, *values)

    def _say(self, opened: Any, statement: str, *values: object) -> list[Any]:
        if not self.is_file:
            statement = statement.replace("?", "%s")
        found = opened.execute(statement, values) if values else opened.execute(statement)
        return list(found.fetchall()) if found.description else []

    def kept(self) -> Callable[[], None]:
        """Keep all rows as they are now; what puts them back."""
        with self._open() as opened:
            rows = {
                name: self._say(opened, f"SELECT * FROM {name}")  # noqa: S608 - ours
                for name in _TABLES
            }

        def put_back() -> None:
            with self._open() as opened:
                opened.execute("BEGIN")
                for name in reversed(_TABLES):
                    opened.execute(f"DELETE FROM {name}")  # noqa: S608 - ours
                for name, found in rows.items():
                    for row in found:
                        marks = ", ".join("?" * len(row))
                        put = f"INSERT INTO {name} VALUES ({marks})"  # noqa: S608 - ours
                        self._say(opened, put, *row)
                opened.execute("COMMIT")

        return put_back

    def hash(self, seq: int) -> str:
        """The log hash of an entry."""
        ((found,),) = self.say("SELECT hash FROM facts WHERE run_id = ? AND seq = ?", RUN, seq)
        return str(found)

    def people(self) -> People:
        ((text,),) = self.say("SELECT people FROM runs WHERE run_id = ?", RUN)
        return People(text)

    def drop(self, person: str) -> str:
        """Take somebody out of the run's people; their token."""
        people = self.people()
        token = people.token(person)
        assert token is not None
        people.drop(token)
        self.say("UPDATE runs SET people = ? WHERE run_id = ?", str(people), RUN)
        return token

    def write(self, seq: int, event: e.Event, at: datetime = AT) -> None:
        """Write an entry in a place where there is none; its hash is of nothing."""
        people = self.people()
        made = seal(event, people, self._salt)
        self.say("UPDATE runs SET people = ? WHERE run_id = ?", str(people), RUN)
        self.say(
            "INSERT INTO facts (run_id, seq, at, kind, body, hash, beside) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(RUN, seq, stamp(at.astimezone(UTC)), event.kind, made.body, "0" * 64, made.beside),
        )

    def _salt(self) -> str:
        self._salts += 1
        return f"{self._salts:032x}"

    def make_room(self, seq: int) -> None:
        """Move all entries from a number on by one."""
        self.say("UPDATE facts SET seq = seq + 100 WHERE run_id = ? AND seq >= ?", RUN, seq)
        self.say("UPDATE facts SET seq = seq - 99 WHERE run_id = ? AND seq > 100", RUN)

    def calculate(self) -> None:
        """Calculate every hash of the run again, and have its row say so."""
        rows = self.say("SELECT seq, at, body FROM facts WHERE run_id = ? ORDER BY seq", RUN)
        head = GENESIS
        for seq, at, body in rows:
            head = chain(head, RUN, seq, datetime.fromisoformat(at), body)
            self.say("UPDATE facts SET hash = ? WHERE run_id = ? AND seq = ?", head, RUN, seq)
        self.say("UPDATE runs SET head = ?, facts = ? WHERE run_id = ?", head, len(rows), RUN)

    def cut(self, after: int) -> None:
        """Leave no entry after a number, and have the run's row say so."""
        self.say("DELETE FROM facts WHERE run_id = ? AND seq > ?", RUN, after)
        head = self.hash(after)
        self.say("UPDATE runs SET head = ?, facts = ? WHERE run_id = ?", head, after, RUN)
