//! What the schema `memory` holds beside what its entities say.

use sea_orm_migration::prelude::*;
use toolkit_runtime::Declarations;

pub(crate) fn declare(declared: &mut Declarations) {
    declared
        .check(
            "memories",
            "memories_importance_range",
            "importance BETWEEN 0 AND 1",
        )
        // The cleaner asks for what has expired; most memories never do.
        .index(
            Index::create()
                .name("memories_expiring")
                .table("memories")
                .col("expires_at")
                .and_where(Expr::col("expires_at").is_not_null()),
        )
        // Memories are found by their tags.
        .index_sql("CREATE INDEX memories_tags ON memories USING gin (tags)")
        .function(
            "are_tidy(tags text[])",
            "RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
                 SELECT coalesce(bool_and(tag <> '' AND tag = btrim(tag)), true)
                 FROM unnest(tags) AS tag
             $$",
        )
        .check("memories", "memories_tags_tidy", "are_tidy(tags)")
        .file(
            "conversation_lengths.sql",
            include_str!("../sql/conversation_lengths.sql"),
        );
}
