# The shop keeps Alembic's table in its own schema.
import os

from alembic import context
from sqlalchemy import create_engine, text

SCHEMA = "shop"

engine = create_engine(os.environ["ALEMBIC_URL"])
with engine.connect() as connection:
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    connection.commit()
    context.configure(connection=connection, version_table_schema=SCHEMA)
    with context.begin_transaction():
        context.run_migrations()
