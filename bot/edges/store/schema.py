"""The tables, in types that every database has. The migrations build them; nothing here connects.

Times are ISO 8601 text in UTC, as they are hashed: a driver's idea of a date cannot change them.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

REVISION = "0001"
"""The newest migration; a database that says so is opened without loading Alembic."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)

# SQLite counts up by itself only in a column that is INTEGER to the letter.
_counter = BigInteger().with_variant(Integer, "sqlite")

runs = Table(
    "runs",
    metadata,
    Column("run_id", String(100), primary_key=True),
    Column("prefix", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("procedure_id", String(80), nullable=False),
    Column("title", Text, nullable=False),
    Column("channel", String(80), nullable=False),
    Column("started_by", String(80), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("facts", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    Column("first", BigInteger, nullable=False),
    UniqueConstraint("prefix", "number"),
    Index("ix_runs_first", "first"),
    Index("ix_runs_channel", "channel", "open"),
)
"""One row a run, folded from its facts: `facts` counts them, `head` is the last one's hash,
`first` the first one's position."""

facts = Table(
    "facts",
    metadata,
    Column("position", _counter, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", String(32), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("run_id", "seq"),
    sqlite_autoincrement=True,
)
"""The log itself, appended to and never changed."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("at", String(32), nullable=False),
)
"""Slack's ids of the clicks that were recorded, since one click may yield several facts."""

messages = Table(
    "messages",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("ts", String(40)),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("wanted_since", BigInteger, nullable=False),
    Column("generation", Integer, nullable=False),
    Index("ix_messages_place", "channel", "ts"),
    Index(
        "ix_messages_dirty",
        "wanted_since",
        sqlite_where=text("wanted > shown"),
        postgresql_where=text("wanted > shown"),
    ),
)
"""What is wanted in Slack against what is shown; `wanted_since` is a fact's position, since no
clock tells the order of waiting as surely."""
