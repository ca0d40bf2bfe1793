"""The workspaces, and of which one each run, message and person is.

Programs of 0005 write rows without a team, which are the first workspace's, and use its keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
OLDEST = "0002"


def upgrade() -> None:
    """Go on from 0005. This stays as it is when the schema goes on: it is history."""
    op.create_table(
        "workspaces",
        sa.Column("team", sa.String(80), nullable=False),
        sa.Column("enterprise", sa.String(80)),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("team", name="pk_workspaces"),
    )
    op.add_column("runs", sa.Column("team", sa.String(80)))
    op.add_column("messages", sa.Column("team", sa.String(80)))
    op.add_column("people", sa.Column("workspace", sa.String(80)))
