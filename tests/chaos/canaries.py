"""Planted values: each is unlike any other, and found wherever it stands, whole or in part.

And the places to look for them in: the bytes of a database, what a dump of it has, what Slack
shows, and files. A search must find what is there, so each is searched before anything is erased.
"""

import asyncio
import json
import random
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

import psycopg

from bot.edges.store import upgrade
from tests.chaos.site import Site
from tests.postgres import Cluster
from tests.story.driver import INCIDENTS

_HALF = re.compile(rb"zq[a-z2-7]{6}")
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

SECRETS = {
    "a cloud key": "AKIA{0}",
    "a cloud secret": "aws_secret_access_key={0}{0}ABCDEFGH",
    "a token of a code host": "ghp_{0}{0}abcd",
    "a token of Slack": "xoxb-123456789012-{0}",
    "a private key": "-----BEGIN PRIVATE KEY----- {0} -----END PRIVATE KEY-----",
    "a signed token": "eyJhbGciOiJIUzI1NiJ9.{0}.{0}",
    "a password": "password={0}",
    "a password in an address": "postgresql://eva:{0}@db.example.com/x",
    "a bearer token": "Authorization: Bearer {0}",
    "a key of a map": "AIza{0}{0}abc",
    "a key for payments": "sk_live_{0}",
    "a token of a registry": "npm_{0}{0}abcd",
}
"""How people paste what they should not."""


PROCEDURE = {
    "schema": "procedure/v1",
    "id": "canary",
    "title": "A canary",
    "summary": "Words that are looked for.",
    "severity": "SEV3",
    "owner": {"team": "trust-platform", "slack": "#trust-oncall"},
    "estimate": "10m",
    "reviewed": "2026-11-01",
    "review_every": "3650d",
    "symptoms": ["There is work to do"],
    "inputs": {"thing": {"description": "What", "pattern": "[A-Za-z0-9]+", "required": True}},
    "checks": {
        "seen": {
            "title": "It is fine",
            "target": "system",
            "get": "/state",
            "expect": [{"pointer": "/state", "equals": "fine"}],
        }
    },
    "steps": [
        {
            "id": "s1",
            "title": "Part 1 of {{ thing }}",
            "do": "See to {{ thing }}.",
            "check": "seen",
        },
        {"id": "s2", "title": "Part 2", "do": "Go on."},
        {"id": "s3", "title": "Part 3", "do": "And on."},
    ],
    "verification": [{"check": "seen"}],
}
"""What is worked through; wherever one can write, something is planted."""


@dataclass(slots=True)
class Planted:
    """All values, each with what it is one of: a name, a note, a secret."""

    dice: random.Random
    kinds: dict[str, str] = field(default_factory=dict)

    def one(self, kind: str) -> str:
        """A new value, in capitals; a search knows it in small letters as well."""
        value = "ZQ" + "".join(self.dice.choices(_SIGNS, k=14))
        self.kinds[value] = kind
        return value

    def secrets(self) -> str:
        """Twelve new secrets, one of each kind."""
        return " ".join(how.format(self.one(kind)) for kind, how in SECRETS.items())

    def of(self, *kinds: str) -> set[str]:
        """The values of some kinds."""
        return {value for value, kind in self.kinds.items() if kind in kinds}

    def found(self, place: bytes | str) -> set[str]:
        """The values of which at least a half is there: a page of a file may end in the middle."""
        blob = (place.encode("utf-8", "replace") if isinstance(place, str) else place).lower()
        seen = set(_HALF.findall(blob))
        return {
            value
            for value in self.kinds
            if value[:8].lower().encode() in seen or value[8:].lower().encode() in blob
        }


class Store(Protocol):
    """A database, as who has the machine can look at it."""

    @property
    def url(self) -> str:
        """Where it is."""

    def raw(self) -> bytes:
        """All bytes of its files."""

    def told(self) -> bytes:
        """What it tells whoever may ask: a dump, and what it remembers of its columns."""

    def backup(self) -> "Store":
        """A copy of it as it is now, to be restored."""


@dataclass(slots=True)
class File:
    """An SQLite file, with its write-ahead log and its free pages."""

    path: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def raw(self) -> bytes:
        ends = ("", "-wal", "-shm", "-journal")
        paths = [self.path.with_name(self.path.name + end) for end in ends]
        return b"".join(path.read_bytes() for path in paths if path.exists())

    def told(self) -> bytes:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            return "\n".join(connection.iterdump()).encode()

    def backup(self) -> "File":
        copy = File(self.path.with_name("backup.db"))
        with (
            closing(sqlite3.connect(self.path)) as here,
            closing(sqlite3.connect(copy.path)) as there,
        ):
            here.backup(there)
        return copy


@dataclass(slots=True)
class Server:
    """A database on a server, its columns stored as they are: a packed value hides."""

    cluster: Cluster
    url: str

    def prepared(self) -> "Server":
        """With its tables, in which nothing is packed."""
        upgrade(self.url)
        with psycopg.connect(self.url, autocommit=True) as connection:
            for table, column in _texts(connection):
                stored = f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL"
                connection.execute(stored.encode())
        return self

    def raw(self) -> bytes:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            ((folder, oid),) = connection.execute(
                "SELECT current_setting('data_directory'), oid::text FROM pg_database "
                "WHERE datname = current_database()"
            ).fetchall()
        files = sorted((Path(folder) / "base" / oid).iterdir())
        return b"".join(path.read_bytes() for path in files)

    def told(self) -> bytes:
        with psycopg.connect(self.url, autocommit=True) as connection:
            remembered = connection.execute(
                "SELECT tablename, attname, most_common_vals::text, histogram_bounds::text "
                "FROM pg_stats WHERE schemaname = 'public'"
            ).fetchall()
        return self.cluster.client("pg_dump", "--dbname", self.url) + str(remembered).encode()

    def looked_over(self) -> None:
        """What the server does by itself now and then: look at samples of each column."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("ANALYZE")

    def backup(self) -> "Server":
        copy = Server(self.cluster, self.cluster.create_database())
        dump = self.cluster.client("pg_dump", "--dbname", self.url)
        self.cluster.client("psql", "--quiet", "--dbname", copy.url, given=dump)
        return copy


def _texts(connection: psycopg.Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
    ).fetchall()


async def shown(place: Site, kinds: Iterable[str] = ("board", "thread", "file")) -> bytes:
    """What Slack has of the bot: boards, what is in threads, and files with all that is told."""
    found: list[str] = []
    texts: list[str] = []
    for board in await place.people.messages(INCIDENTS):
        if not board.get("bot_id"):
            continue
        if "board" in kinds:
            found.append(json.dumps(board))
        for message in await place.people.messages(INCIDENTS, "", board["ts"]):
            if not message.get("bot_id") or message["ts"] == board["ts"]:
                continue
            if message.get("files"):
                texts += [one["permalink"] for one in message["files"] if "permalink" in one]
                if "file" in kinds:
                    found.append(json.dumps(message))
            elif "thread" in kinds:
                found.append(json.dumps(message))
    if "file" in kinds:
        found += [await asyncio.to_thread(_read, url) for url in texts]
    return "\n".join(found).encode()


def _read(url: str) -> str:
    import urllib.error  # noqa: PLC0415 - of this question alone
    import urllib.request  # noqa: PLC0415 - likewise

    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - the workspace
            text: str = answer.read().decode()
    except urllib.error.HTTPError as gone:
        if gone.code != HTTPStatus.NOT_FOUND:
            raise
        # The bot deleted it since its message was looked at.
        return ""
    return text


def files(*folders: Path) -> Iterator[bytes]:
    """The names and the bytes of all files in folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            yield str(path).encode()
            if path.is_file():
                yield path.read_bytes()
