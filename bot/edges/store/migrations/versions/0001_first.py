"""Facts, deliveries, runs and messages."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables. This stays as it is when the schema goes on: it is history."""
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(100), nullable=False),
        sa.Column("prefix", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("procedure_id", sa.String(80), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("started_by", sa.String(80), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("facts", sa.Integer, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_runs"),
        sa.UniqueConstraint("prefix", "number", name="uq_runs_prefix"),
    )
    op.create_index("ix_runs_first", "runs", ["first"])
    op.create_index("ix_runs_channel", "runs", ["channel", "open"])
    op.create_table(
        "facts",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("run_id", sa.String(100), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_facts"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_facts_run_id"),
        sa.UniqueConstraint("run_id", "seq", name="uq_facts_run_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_table(
        "messages",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("run_id", sa.String(100), nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("ts", sa.String(40)),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("shown", sa.Integer, nullable=False),
        sa.Column("unsure", sa.Boolean, nullable=False),
        sa.Column("wanted_since", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_messages"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_messages_run_id"),
    )
    op.create_index("ix_messages_place", "messages", ["channel", "ts"])
    op.create_index(
        "ix_messages_dirty",
        "messages",
        ["wanted_since"],
        sqlite_where=sa.text("wanted > shown"),
        postgresql_where=sa.text("wanted > shown"),
    )
