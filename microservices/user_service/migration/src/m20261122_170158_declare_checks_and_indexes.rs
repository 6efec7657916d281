//! Declare checks and indexes.

use sea_orm_migration::prelude::*;

/// Adds check `organizations_credit_not_negative` of `organizations` and index
/// `users_email_ignoring_case`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "ALTER TABLE organizations ADD CONSTRAINT organizations_credit_not_negative CHECK
                    (credit_balance >= (0)::numeric)",
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("users_email_ignoring_case")
                    .table("users")
                    .col(Expr::cust("lower((email)::text)"))
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("organizations")
                    .drop_constraint("organizations_credit_not_negative")
                    .to_owned(),
            )
            .await?;
        manager
            .drop_index(Index::drop().name("users_email_ignoring_case").to_owned())
            .await
    }
}
