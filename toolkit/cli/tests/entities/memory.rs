//! Conversations, and what is remembered of them.

use std::slice::from_ref;

use ::entity::memory::{
    conversation,
    memory_item::{self, MemoryKind},
    memory_link::{self, LinkKind},
    message::{self, MessageRole},
};
use sea_orm::{ActiveModelTrait, EntityLoaderTrait, Set, entity::prelude::*};
use serde_json::json;

use crate::{Outcome, id, is_duplicate, is_refused, stored, texts};

/// A conversation of one message, what was learned from it, and what that supports.
struct Rows {
    conversation: conversation::Model,
    message: message::Model,
    learned: memory_item::Model,
    supported: memory_item::Model,
    link: memory_link::Model,
}

pub async fn entities_fit(db: &DatabaseConnection) -> Outcome {
    let rows = insert(db).await?;
    defaults_are_filled_in(&rows);
    rows_come_back(db, &rows).await?;
    keys_are_unique(db, &rows).await?;
    conversations_load_relations(db, &rows).await?;
    memories_load_relations(db, &rows).await?;
    updates_take(db, &rows).await?;
    declared_objects_work(db).await?;
    deletions_take(db, rows).await
}

async fn insert(db: &DatabaseConnection) -> Result<Rows, DbErr> {
    let conversation = conversation::ActiveModel {
        id: Set(id(1)),
        user_id: Set(id(2)),
        agent_id: Set(id(3)),
        ..Default::default()
    };
    let conversation = conversation.insert(db).await?;
    let message = message::ActiveModel {
        conversation_id: Set(conversation.id),
        position: Set(0),
        role: Set(MessageRole::User),
        content: Set("I work at night.".to_owned()),
        tool_calls: Set(Some(json!([]))),
        ..Default::default()
    };
    let message = message.insert(db).await?;
    let learned = memory_item::ActiveModel {
        id: Set(id(4)),
        agent_id: Set(id(3)),
        source_message_id: Set(Some(message.id)),
        kind: Set(MemoryKind::Semantic),
        content: Set("Works at night".to_owned()),
        embedding: Set(Some(vec![0.5, 1.0])),
        ..Default::default()
    };
    let learned = learned.insert(db).await?;
    let supported = memory_item::ActiveModel {
        id: Set(id(5)),
        agent_id: Set(id(3)),
        kind: Set(MemoryKind::Procedural),
        content: Set("Do not call before noon".to_owned()),
        tags: Set(vec!["calls".to_owned(), "the \"quiet\" hours".to_owned()]),
        ..Default::default()
    };
    let supported = supported.insert(db).await?;
    let link = new_link(&learned, &supported).insert(db).await?;
    Ok(Rows {
        conversation,
        message,
        learned,
        supported,
        link,
    })
}

fn new_link(source: &memory_item::Model, target: &memory_item::Model) -> memory_link::ActiveModel {
    memory_link::ActiveModel {
        source_memory_id: Set(source.id),
        target_memory_id: Set(target.id),
        kind: Set(LinkKind::Supports),
        ..Default::default()
    }
}

fn defaults_are_filled_in(rows: &Rows) {
    assert_eq!(rows.conversation.metadata, json!({}));
    assert!(!rows.conversation.archived);
    assert_eq!(rows.learned.tags, Vec::<String>::new());
    assert_eq!(rows.learned.importance.to_string(), "0.5");
    assert_eq!(rows.link.strength.to_string(), "1");
}

async fn rows_come_back(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let conversation = stored(db, &rows.conversation).await?;
    assert_eq!(conversation.as_ref(), Some(&rows.conversation));
    let message = stored(db, &rows.message).await?;
    assert_eq!(message.as_ref(), Some(&rows.message));
    let learned = stored(db, &rows.learned).await?.ok_or("no memory")?;
    assert_eq!(learned, rows.learned);
    assert_eq!(learned.embedding, Some(vec![0.5, 1.0]));
    let supported = stored(db, &rows.supported).await?.ok_or("no memory")?;
    assert_eq!(supported, rows.supported);
    assert_eq!(supported.tags, ["calls", "the \"quiet\" hours"]);
    assert_eq!(stored(db, &rows.link).await?.as_ref(), Some(&rows.link));
    Ok(())
}

async fn keys_are_unique(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let again = new_link(&rows.learned, &rows.supported);
    assert!(is_duplicate(again.insert(db).await));
    let endpoints = (rows.learned.id, rows.supported.id, LinkKind::Supports);
    let by_endpoints = memory_link::Entity::find_by_endpoints(endpoints);
    assert_eq!(by_endpoints.require_one(db).await?, rows.link);
    let position = (rows.conversation.id, 0);
    let by_position = message::Entity::find_by_conversation_position(position);
    assert_eq!(by_position.require_one(db).await?, rows.message);
    Ok(())
}

async fn conversations_load_relations(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let conversation = conversation::Entity::load()
        .with((message::Entity, memory_item::Entity))
        .one(db)
        .await?
        .ok_or("no conversation")?;
    assert_eq!(conversation.messages, *from_ref(&rows.message));
    assert_eq!(conversation.messages[0].memories, *from_ref(&rows.learned));

    let message = message::Entity::load()
        .with(conversation::Entity)
        .one(db)
        .await?
        .ok_or("no message")?;
    assert_eq!(message.conversation.unwrap(), rows.conversation);
    Ok(())
}

async fn memories_load_relations(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let learned = memory_item::Entity::load()
        .filter_by_id(rows.learned.id)
        .with(message::Entity)
        .with(memory_item::Relation::OutgoingLinks)
        .with(memory_item::Relation::IncomingLinks)
        .one(db)
        .await?
        .ok_or("nothing learned")?;
    assert_eq!(learned.source_message.unwrap(), rows.message);
    assert_eq!(learned.outgoing_links, *from_ref(&rows.link));
    assert_eq!(learned.incoming_links, []);

    let supported = memory_item::Entity::load()
        .filter_by_id(rows.supported.id)
        .with(message::Entity)
        .with(memory_item::Relation::IncomingLinks)
        .one(db)
        .await?
        .ok_or("nothing supported")?;
    assert!(supported.source_message.is_not_found());
    assert_eq!(supported.incoming_links, *from_ref(&rows.link));

    let link = memory_link::Entity::load()
        .with(memory_link::Relation::Source)
        .with(memory_link::Relation::Target)
        .one(db)
        .await?
        .ok_or("no link")?;
    assert_eq!(link.source.unwrap(), rows.learned);
    assert_eq!(link.target.unwrap(), rows.supported);
    Ok(())
}

async fn updates_take(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let conversation = conversation::ActiveModel {
        title: Set(Some("Working hours".to_owned())),
        archived: Set(true),
        ..rows.conversation.clone().into()
    };
    let conversation = conversation.update(db).await?;
    assert_eq!(conversation.title.as_deref(), Some("Working hours"));
    assert!(conversation.archived);

    let message = message::ActiveModel {
        role: Set(MessageRole::Assistant),
        token_count: Set(Some(3)),
        ..rows.message.clone().into()
    };
    let message = message.update(db).await?;
    assert_eq!(message.role, MessageRole::Assistant);
    assert_eq!(message.token_count, Some(3));

    let supported = memory_item::ActiveModel {
        kind: Set(MemoryKind::Episodic),
        tags: Set(vec!["noon".to_owned()]),
        expires_at: Set(Some(DateTimeUtc::UNIX_EPOCH)),
        ..rows.supported.clone().into()
    };
    let supported = supported.update(db).await?;
    assert_eq!(supported.kind, MemoryKind::Episodic);
    assert_eq!(supported.tags, ["noon"]);
    assert_eq!(supported.expires_at, Some(DateTimeUtc::UNIX_EPOCH));

    let link = memory_link::ActiveModel {
        kind: Set(LinkKind::Contradicts),
        strength: Set(0.25),
        ..rows.link.clone().into()
    };
    let link = link.update(db).await?;
    assert_eq!(link.kind, LinkKind::Contradicts);
    assert_eq!(link.strength.to_string(), "0.25");
    Ok(())
}

async fn declared_objects_work(db: &DatabaseConnection) -> Outcome {
    let untidy = "UPDATE memories SET tags = '{\" noon\"}'";
    assert!(is_refused(db, untidy, "memories_tags_tidy").await);
    let lengths = "SELECT concat_ws('/', messages, tokens) FROM conversation_lengths";
    assert_eq!(texts(db, lengths).await?, ["1/3"]);
    Ok(())
}

async fn deletions_take(db: &DatabaseConnection, rows: Rows) -> Outcome {
    rows.message.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.message).await?, None);
    let learned = stored(db, &rows.learned).await?.ok_or("nothing learned")?;
    assert_eq!(learned.source_message_id, None);

    rows.link.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.link).await?, None);
    rows.learned.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.learned).await?, None);
    rows.conversation.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.conversation).await?, None);
    Ok(())
}
