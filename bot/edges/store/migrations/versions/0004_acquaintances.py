"""What is known of people: who they are, and which private channels they share with the bot.

Programs of 0003 do not know the tables, and lose nothing by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
OLDEST = "0002"


def upgrade() -> None:
    """Go on from 0003. This stays as it is when the schema goes on: it is history."""
    op.create_table(
        "people",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("team", sa.String(80)),
        sa.Column("enterprise", sa.String(80)),
        sa.Column("asked_at", sa.Double),
        sa.Column("seen_at", sa.Double, nullable=False),
        sa.Column("awaited", sa.Double, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_due_at", "people", ["due_at"])
    op.create_table(
        "memberships",
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("inside", sa.Boolean, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("person", "channel", name="pk_memberships"),
    )
