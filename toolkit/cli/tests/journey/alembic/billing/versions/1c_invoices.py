import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1c"
down_revision = None


def upgrade():
    op.create_table(
        "invoices",
        sa.Column(
            "id",
            sa.Uuid,
            primary_key=True,
            server_default=sa.text("gen_random_uuid()"),
        ),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("details", postgresql.JSONB, nullable=True),
        sa.Column("due", sa.Date, nullable=False),
        schema="billing",
        comment="What customers owe",
    )
    op.create_table(
        "lines",
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey("billing.invoices.id"), primary_key=True),
        sa.Column("position", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("entry", sa.BigInteger, sa.Identity(start=1000), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), nullable=False),
        schema="billing",
    )
    op.create_index("ix_invoices_number", "invoices", ["number"], unique=True, schema="billing")


def downgrade():
    op.drop_table("lines", schema="billing")
    op.drop_table("invoices", schema="billing")
