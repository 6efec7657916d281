//! Plans, their tasks and their revisions.

use std::{collections::BTreeSet, slice::from_ref};

use ::entity::planning::{
    plan::{self, PlanStatus},
    plan_revision,
    task::{self, TaskPriority, TaskStatus},
    task_dependency,
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityLoaderTrait, Set, entity::prelude::*};
use serde_json::json;

use crate::{Outcome, id, is_duplicate, stored, texts};

/// A plan with one revision and a task of two parts, the second of which waits for the first.
struct Rows {
    plan: plan::Model,
    revision: plan_revision::Model,
    whole: task::Model,
    first: task::Model,
    second: task::Model,
    dependency: task_dependency::Model,
}

pub async fn entities_fit(db: &DatabaseConnection) -> Outcome {
    let rows = insert(db).await?;
    defaults_are_filled_in(&rows);
    rows_come_back(db, &rows).await?;
    keys_are_unique(db, &rows).await?;
    plans_load_relations(db, &rows).await?;
    tasks_load_relations(db, &rows).await?;
    enums_filter(db).await?;
    updates_take(db, &rows).await?;
    declared_objects_work(db, &rows).await?;
    deletions_take(db, rows).await
}

async fn insert(db: &DatabaseConnection) -> Result<Rows, DbErr> {
    let plan = plan::ActiveModel {
        agent_id: Set(id(1)),
        title: Set("Move house".to_owned()),
        goal: Set("Everything is in the new flat".to_owned()),
        ..Default::default()
    };
    let plan = plan.insert(db).await?;
    let revision = new_revision(&plan).insert(db).await?;
    let whole = new_task(&plan, 10, "Move").insert(db).await?;
    let first = task::ActiveModel {
        parent_task_id: Set(Some(whole.id)),
        ..new_task(&plan, 11, "Pack")
    };
    let second = task::ActiveModel {
        parent_task_id: Set(Some(whole.id)),
        due_at: Set(Some(DateTimeUtc::UNIX_EPOCH)),
        ..new_task(&plan, 12, "Drive")
    };
    let first = first.insert(db).await?;
    let second = second.insert(db).await?;
    let dependency = task_dependency::ActiveModel {
        task_id: Set(second.id),
        depends_on_task_id: Set(first.id),
        ..Default::default()
    };
    Ok(Rows {
        dependency: dependency.insert(db).await?,
        plan,
        revision,
        whole,
        first,
        second,
    })
}

fn new_revision(plan: &plan::Model) -> plan_revision::ActiveModel {
    plan_revision::ActiveModel {
        plan_id: Set(plan.id),
        revision: Set(1),
        author_id: Set(id(1)),
        document: Set(json!({"steps": ["pack", "drive"]})),
        ..Default::default()
    }
}

fn new_task(plan: &plan::Model, number: u128, title: &str) -> task::ActiveModel {
    task::ActiveModel {
        id: Set(id(number)),
        plan_id: Set(plan.id),
        title: Set(title.to_owned()),
        ..Default::default()
    }
}

fn defaults_are_filled_in(rows: &Rows) {
    assert!(!rows.plan.id.is_nil());
    assert_eq!(rows.plan.status, PlanStatus::Draft);
    assert_eq!(rows.plan.context, json!({}));
    assert_eq!(rows.whole.status, TaskStatus::Pending);
    assert_eq!(rows.whole.priority, TaskPriority::Normal);
    assert_eq!(rows.whole.attempts, 0);
}

async fn rows_come_back(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    assert_eq!(stored(db, &rows.plan).await?.as_ref(), Some(&rows.plan));
    let revision = stored(db, &rows.revision).await?;
    assert_eq!(revision.as_ref(), Some(&rows.revision));
    assert_eq!(stored(db, &rows.second).await?.as_ref(), Some(&rows.second));
    let dependency = stored(db, &rows.dependency).await?;
    assert_eq!(dependency.as_ref(), Some(&rows.dependency));
    Ok(())
}

async fn keys_are_unique(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    assert!(is_duplicate(new_revision(&rows.plan).insert(db).await));
    let by_key = plan_revision::Entity::find_by_plan_revision((rows.plan.id, 1));
    assert_eq!(by_key.require_one(db).await?, rows.revision);
    Ok(())
}

async fn plans_load_relations(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let plan = plan::Entity::load()
        .filter_by_id(rows.plan.id)
        .with(task::Entity)
        .with(plan_revision::Entity)
        .one(db)
        .await?
        .ok_or("no plan")?;
    let tasks: BTreeSet<Uuid> = plan.tasks.iter().map(|task| task.id).collect();
    assert_eq!(tasks, [id(10), id(11), id(12)].into());
    assert_eq!(plan.revisions, *from_ref(&rows.revision));

    let revision = plan_revision::Entity::load()
        .with(plan::Entity)
        .one(db)
        .await?
        .ok_or("no revision")?;
    assert_eq!(revision.plan.unwrap(), rows.plan);

    let related = rows.plan.find_related(task::Entity);
    assert_eq!(related.count(db).await?, 3);
    Ok(())
}

async fn tasks_load_relations(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let first = task::Entity::load()
        .filter_by_id(rows.first.id)
        .with(plan::Entity)
        .with(task::Relation::Parent)
        .with(task::Relation::Subtasks)
        .with(task_dependency::Entity)
        .with(task_dependency::Entity::REVERSE)
        .one(db)
        .await?
        .ok_or("no first task")?;
    assert_eq!(first.plan.unwrap(), rows.plan);
    assert_eq!(first.parent.unwrap(), rows.whole);
    assert_eq!(first.subtasks, []);
    assert_eq!(first.depends_on, []);
    assert_eq!(first.dependents, *from_ref(&rows.second));

    let second = task::Entity::load()
        .filter_by_id(rows.second.id)
        .with(task_dependency::Entity)
        .one(db)
        .await?
        .ok_or("no second task")?;
    assert_eq!(second.depends_on, *from_ref(&rows.first));

    let whole = task::Entity::load()
        .filter_by_id(rows.whole.id)
        .with(task::Relation::Subtasks)
        .one(db)
        .await?
        .ok_or("no whole task")?;
    let subtasks: BTreeSet<Uuid> = whole.subtasks.iter().map(|task| task.id).collect();
    assert_eq!(subtasks, [id(11), id(12)].into());

    let dependency = task_dependency::Entity::load()
        .with(task_dependency::Relation::Task)
        .with(task_dependency::Relation::DependsOn)
        .one(db)
        .await?
        .ok_or("no dependency")?;
    assert_eq!(dependency.task.unwrap(), rows.second);
    assert_eq!(dependency.depends_on.unwrap(), rows.first);
    Ok(())
}

async fn enums_filter(db: &DatabaseConnection) -> Outcome {
    let pending = task::Column::Status.eq(TaskStatus::Pending);
    assert_eq!(task::Entity::find().filter(pending).count(db).await?, 3);
    let either = task::Column::Status.is_in([TaskStatus::Pending, TaskStatus::Done]);
    assert_eq!(task::Entity::find().filter(either).count(db).await?, 3);
    let done = task::Column::Status.eq(TaskStatus::Done);
    assert_eq!(task::Entity::find().filter(done).count(db).await?, 0);
    Ok(())
}

async fn updates_take(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let plan = plan::ActiveModel {
        status: Set(PlanStatus::Active),
        ..rows.plan.clone().into()
    };
    assert_eq!(plan.update(db).await?.status, PlanStatus::Active);

    let revision = plan_revision::ActiveModel {
        reason: Set(Some("The lift is broken".to_owned())),
        ..rows.revision.clone().into()
    };
    let revision = revision.update(db).await?;
    assert_eq!(revision.reason.as_deref(), Some("The lift is broken"));

    let whole = task::ActiveModel {
        status: Set(TaskStatus::InProgress),
        priority: Set(TaskPriority::Urgent),
        result: Set(Some(json!(["half done"]))),
        ..rows.whole.clone().into()
    };
    let whole = whole.update(db).await?;
    assert_eq!(whole.status, TaskStatus::InProgress);
    assert_eq!(whole.priority, TaskPriority::Urgent);
    assert_eq!(whole.result, Some(json!(["half done"])));

    let dependency = task_dependency::ActiveModel {
        created_at: Set(DateTimeUtc::UNIX_EPOCH),
        ..rows.dependency.clone().into()
    };
    let dependency = dependency.update(db).await?;
    assert_eq!(dependency.created_at, DateTimeUtc::UNIX_EPOCH);
    Ok(())
}

async fn declared_objects_work(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let active = texts(db, "SELECT title FROM active_plans").await?;
    assert_eq!(active, ["Move house"]);

    let before = stored(db, &rows.plan).await?.ok_or("no plan")?.updated_at;
    db.execute_unprepared("UPDATE plans SET updated_at = '2000-01-01'")
        .await?;
    let after = stored(db, &rows.plan).await?.ok_or("no plan")?.updated_at;
    assert!(after > before, "{after} is not after {before}");

    let progress = "SELECT concat_ws(' of ', done, tasks) FROM plan_progress";
    assert_eq!(texts(db, progress).await?, [] as [&str; 0]);
    let refresh = "UPDATE tasks SET status = 'done' WHERE title = 'Pack';
                   REFRESH MATERIALIZED VIEW plan_progress";
    db.execute_unprepared(refresh).await?;
    db.execute_unprepared("REFRESH MATERIALIZED VIEW CONCURRENTLY plan_progress")
        .await?;
    assert_eq!(texts(db, progress).await?, ["1 of 3"]);
    Ok(())
}

async fn deletions_take(db: &DatabaseConnection, rows: Rows) -> Outcome {
    rows.dependency.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.dependency).await?, None);
    rows.revision.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.revision).await?, None);

    rows.whole.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.whole).await?, None);
    let first = stored(db, &rows.first).await?.ok_or("no first task")?;
    assert_eq!(first.parent_task_id, None);

    rows.plan.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.plan).await?, None);
    assert_eq!(task::Entity::find().count(db).await?, 0);
    Ok(())
}
