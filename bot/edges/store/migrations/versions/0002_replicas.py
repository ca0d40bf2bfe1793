"""Leases, allowances, looks and timers, so that many processes can share the work.

Programs of 0001 know no leases and would paint beside those who hold one: they are shut out.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
OLDEST = "0002"

_DIRTY = sa.text("wanted > shown")


def upgrade() -> None:
    """Go on from 0001. This stays as it is when the schema goes on: it is history."""
    op.drop_index("ix_messages_dirty", "messages")
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("wanted_since")
        messages.add_column(sa.Column("rank", sa.SmallInteger, nullable=False, server_default="0"))
        for name in ("wanted_at", "waiting_since", "painted_at", "due_at", "lease_until"):
            messages.add_column(sa.Column(name, sa.Double, nullable=False, server_default="0"))
        for name in ("lease", "failures"):
            messages.add_column(sa.Column(name, sa.Integer, nullable=False, server_default="0"))
        messages.add_column(sa.Column("trace", sa.String(60)))
    op.execute("UPDATE messages SET rank = 1 WHERE key NOT LIKE '%/board'")
    op.execute("UPDATE messages SET rank = 2 WHERE key LIKE '%/export/%'")
    op.create_index(
        "ix_messages_dirty",
        "messages",
        ["rank", "wanted_at"],
        sqlite_where=_DIRTY,
        postgresql_where=_DIRTY,
    )
    op.create_index("ix_deliveries_at", "deliveries", ["at"])
    op.create_table(
        "paces",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("free_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_paces"),
    )
    looks = op.create_table(
        "looks",
        sa.Column("run_id", sa.String(100), nullable=False),
        sa.Column("request", sa.String(40), nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "request", name="pk_looks"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_looks_run_id"),
    )
    op.create_index("ix_looks_due_at", "looks", ["due_at"])
    op.create_table(
        "timers",
        sa.Column("run_id", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_timers"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_timers_run_id"),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"])
    op.create_table(
        "compatibility",
        sa.Column("oldest", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("oldest", name="pk_compatibility"),
    )
    _ask_again(looks)


def _ask_again(looks: sa.Table) -> None:
    """Want every look of an open run once more: those that have ended are found to have."""
    asked = op.get_bind().execute(
        sa.text(
            "SELECT facts.run_id, facts.body FROM facts JOIN runs ON runs.run_id = facts.run_id "
            "WHERE facts.kind = 'check_requested' AND runs.open"
        )
    )
    rows = [
        {
            "run_id": run_id,
            "request": json.loads(body)["request"],
            "due_at": 0.0,
            "lease_until": 0.0,
            "lease": 0,
        }
        for run_id, body in asked
    ]
    if rows:
        op.bulk_insert(looks, rows)
