"""The sealed record: what lies beside the entries, the people of each run, and whether it is on.

Programs of before cannot read a sealed entry, and can work with this schema as long as none is
written: until `runbook migrate --seal`, which raises the oldest version that may.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
OLDEST = "0002"


def upgrade() -> None:
    """Only add. This stays as it is when the schema goes on: it is history."""
    op.add_column("facts", sa.Column("beside", sa.Text))
    op.add_column("runs", sa.Column("people", sa.Text))
    op.add_column(
        "compatibility",
        sa.Column("sealed", sa.Boolean, nullable=False, server_default=sa.false()),
    )
