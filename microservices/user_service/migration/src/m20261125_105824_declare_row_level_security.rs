//! Declare row level security.

use sea_orm_migration::prelude::*;

/// Adds domain `email_address`, function `current_organization()`, policy `own_organization` of
/// `memberships` and policy `own_organization` of `users`; changes `users.email`, `memberships` and
/// `users`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_types(manager).await?;
        alter_users(manager).await?;
        create_functions(manager).await?;
        create_policies(manager).await?;
        alter_memberships(manager).await?;
        alter_users_2(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP POLICY own_organization ON memberships")
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP POLICY own_organization ON users")
            .await?;
        // Fails, or cuts, where values of users.email do not fit character varying(320).
        manager
            .alter_table(
                Table::alter()
                    .table("users")
                    .modify_column(ColumnDef::new("email").string_len(320))
                    .to_owned(),
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared("ALTER TABLE memberships DISABLE ROW LEVEL SECURITY")
            .await?;
        manager
            .get_connection()
            .execute_unprepared("ALTER TABLE users DISABLE ROW LEVEL SECURITY")
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP FUNCTION current_organization()")
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP DOMAIN email_address")
            .await?;
        Ok(())
    }
}

async fn create_types(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE DOMAIN email_address AS character varying(320) CONSTRAINT email_address_check
                CHECK (((VALUE)::text ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text))",
        )
        .await?;
    Ok(())
}

async fn alter_users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Fails where a value of users.email cannot be read as email_address.
    manager
        .alter_table(
            Table::alter()
                .table("users")
                .modify_column(
                    ColumnDef::new("email")
                        .custom("email_address")
                        .using(Expr::cust("email::email_address")),
                )
                .to_owned(),
        )
        .await
}

async fn create_functions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE FUNCTION current_organization()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
                 SELECT nullif(current_setting('app.organization_id', true), '')::uuid
             $function$",
        )
        .await?;
    Ok(())
}

async fn create_policies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE POLICY own_organization
                ON memberships TO PUBLIC USING ((organization_id = current_organization()))",
        )
        .await?;
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE POLICY own_organization
                ON users TO PUBLIC USING ((organization_id = current_organization()))",
        )
        .await?;
    Ok(())
}

async fn alter_memberships(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared("ALTER TABLE memberships ENABLE ROW LEVEL SECURITY")
        .await?;
    Ok(())
}

async fn alter_users_2(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared("ALTER TABLE users ENABLE ROW LEVEL SECURITY")
        .await?;
    Ok(())
}
