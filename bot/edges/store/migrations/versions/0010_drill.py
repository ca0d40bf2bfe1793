"""Which runs are drills. Programs of 0009 write rows that say nothing of it: theirs are none."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
OLDEST = "0002"


def upgrade() -> None:
    """Go on from 0009. This stays as it is when the schema goes on: it is history."""
    op.add_column("runs", sa.Column("drill", sa.Boolean))
