# Billing keeps Alembic's table where Alembic puts it: in public.
import os

from alembic import context
from sqlalchemy import create_engine, text

engine = create_engine(os.environ["ALEMBIC_URL"])
with engine.connect() as connection:
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS billing"))
    connection.commit()
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
