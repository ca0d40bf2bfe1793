"""Episodes of alerts, and the messages that show them.

Programs of 0010 do not know the table, and lose nothing by it: they have no door for alerts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
OLDEST = "0002"

_DIRTY = sa.text("wanted > shown")


def upgrade() -> None:
    """Go on from 0010. This stays as it is when the schema goes on: it is history."""
    op.create_table(
        "episodes",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("team", sa.String(80)),
        sa.Column("door", sa.String(20), nullable=False),
        sa.Column("of_group", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("alerts", sa.Text, nullable=False),
        sa.Column("runs", sa.Text, nullable=False),
        sa.Column("began", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32)),
        sa.Column("previous", sa.String(100)),
        sa.Column("joined", sa.String(100)),
        sa.Column("crowd", sa.String(100)),
        sa.Column("heard_at", sa.Double, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("ts", sa.String(40)),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("shown", sa.Integer, nullable=False),
        sa.Column("unsure", sa.Boolean, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("waiting_since", sa.Double, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_episodes"),
        sa.UniqueConstraint("number", name="uq_episodes_number"),
    )
    for name, columns in (
        ("of_group", ["of_group", "number"]),
        ("place", ["channel", "ts"]),
        ("crowd", ["crowd"]),
        ("heard_at", ["heard_at"]),
    ):
        op.create_index(f"ix_episodes_{name}", "episodes", columns)
    op.create_index(
        "ix_episodes_dirty",
        "episodes",
        ["waiting_since"],
        sqlite_where=_DIRTY,
        postgresql_where=_DIRTY,
    )
