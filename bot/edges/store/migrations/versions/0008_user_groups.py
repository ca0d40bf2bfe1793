"""Who is in the user groups that roles name, as Slack last told.

Programs of 0007 do not know the table, and lose nothing by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
OLDEST = "0002"


def upgrade() -> None:
    """Go on from 0007. This stays as it is when the schema goes on: it is history."""
    op.create_table(
        "user_groups",
        sa.Column("id", sa.String(180), nullable=False),
        sa.Column("workspace", sa.String(80)),
        sa.Column("group_id", sa.String(80)),
        sa.Column("members", sa.Text, nullable=False),
        sa.Column("trouble", sa.String(200), nullable=False),
        sa.Column("asked_at", sa.Double),
        sa.Column("wanted_at", sa.Double, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_groups"),
    )
    op.create_index("ix_user_groups_due_at", "user_groups", ["due_at"])
