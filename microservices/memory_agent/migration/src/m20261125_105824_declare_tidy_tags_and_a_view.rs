//! Declare tidy tags and a view.

use sea_orm_migration::prelude::*;

/// Adds function `are_tidy(text[])`, check `memories_tags_tidy` of `memories` and view
/// `conversation_lengths`; changes comments.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE FUNCTION are_tidy(tags text[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
                 SELECT coalesce(bool_and(tag <> '' AND tag = btrim(tag)), true)
                 FROM unnest(tags) AS tag
             $function$",
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "ALTER TABLE memories ADD CONSTRAINT memories_tags_tidy CHECK (are_tidy(tags))",
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE VIEW conversation_lengths AS SELECT conversations.id,
                    conversations.agent_id, count(messages.id) AS messages,
                    COALESCE(sum(messages.token_count), (0)::bigint) AS tokens,
                    max(messages.created_at) AS last_message_at FROM (conversations LEFT JOIN
                    messages
                    ON ((messages.conversation_id = conversations.id))) GROUP BY conversations.id",
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "COMMENT ON VIEW conversation_lengths
                    IS 'Messages and tokens of each conversation'",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP VIEW conversation_lengths")
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("memories")
                    .drop_constraint("memories_tags_tidy")
                    .to_owned(),
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP FUNCTION are_tidy(text[])")
            .await?;
        Ok(())
    }
}
