"""Which runs are of a private procedure: lists ask it of rows, and fold nothing for it.

Programs of 0008 write rows that do not say so, and whoever reads one asks its first entry.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
OLDEST = "0002"


def upgrade() -> None:
    """Go on from 0008. This stays as it is when the schema goes on: it is history."""
    op.add_column("runs", sa.Column("private", sa.Boolean))
    # A quotation mark within a text is escaped, so this is the key and its value.
    op.execute(
        "UPDATE runs SET private = EXISTS (SELECT 1 FROM facts WHERE facts.run_id = runs.run_id "
        """AND facts.seq = 1 AND facts.body LIKE '%"private"\\:true%')"""
    )
