import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1a"
down_revision = None


def upgrade():
    op.execute("CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public")
    op.create_table(
        "categories",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.UniqueConstraint("name", name="uq_categories_name"),
        schema="shop",
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("category_id", sa.Integer, nullable=False),
        sa.Column("sku", postgresql.CITEXT, nullable=False),
        sa.Column("title", sa.String(200), nullable=False, comment="What customers read"),
        sa.Column(
            "status",
            sa.Enum("draft", "live", name="product_status", schema="shop"),
            nullable=False,
            server_default="draft",
        ),
        sa.Column("price", sa.Numeric(12, 2), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
        ),
        sa.CheckConstraint("price >= 0", name="ck_products_price"),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["shop.categories.id"],
            name="fk_products_category_id",
            ondelete="CASCADE",
        ),
        schema="shop",
    )


def downgrade():
    op.drop_table("products", schema="shop")
    op.drop_table("categories", schema="shop")
    op.execute("DROP TYPE shop.product_status")
