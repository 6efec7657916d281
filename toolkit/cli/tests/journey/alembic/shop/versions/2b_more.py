import sqlalchemy as sa
from alembic import op

revision = "2b"
down_revision = "1a"


def upgrade():
    op.create_index(
        "ix_products_live",
        "products",
        ["category_id", "created_at"],
        schema="shop",
        postgresql_where=sa.text("status = 'live'"),
    )
    op.create_index("ix_products_sku", "products", ["sku"], unique=True, schema="shop")
    op.execute("CREATE VIEW shop.live_products AS SELECT id, title FROM shop.products")
    op.execute(
        "CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.created_at = now(); RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER touch BEFORE UPDATE ON shop.products "
        "FOR EACH ROW EXECUTE FUNCTION shop.touch()"
    )
    op.execute("INSERT INTO shop.categories (name) VALUES ('books'), ('tea')")


def downgrade():
    op.execute("DROP TRIGGER touch ON shop.products")
    op.execute("DROP FUNCTION shop.touch()")
    op.execute("DROP VIEW shop.live_products")
    op.drop_index("ix_products_sku", schema="shop")
    op.drop_index("ix_products_live", schema="shop")
