//! Traces, metrics, log events and alerts.

use std::{error::Error, slice::from_ref};

use ::entity::observability::{
    alert, log_event, metric,
    severity::Severity,
    span::{self, SpanKind},
    trace::{self, TraceStatus},
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityLoaderTrait, Set, entity::prelude::*};
use serde_json::json;

use crate::{Outcome, id, is_duplicate, stored, texts};

/// A trace of two spans, one in the other, and a log event; a metric and an alert on it.
struct Rows {
    trace: trace::Model,
    outer: span::Model,
    inner: span::Model,
    log_event: log_event::Model,
    metric: metric::Model,
    alert: alert::Model,
}

pub async fn entities_fit(db: &DatabaseConnection) -> Outcome {
    let rows = insert(db).await?;
    defaults_are_filled_in(&rows);
    rows_come_back(db, &rows).await?;
    keys_are_unique(db, &rows).await?;
    traces_load_relations(db, &rows).await?;
    spans_load_relations(db, &rows).await?;
    updates_of_a_trace_take(db, &rows).await?;
    updates_of_metrics_and_alerts_take(db, &rows).await?;
    declared_objects_work(db, &rows).await?;
    deletions_take(db, rows).await
}

async fn insert(db: &DatabaseConnection) -> Result<Rows, Box<dyn Error>> {
    let trace = trace::ActiveModel {
        id: Set(id(1)),
        service: Set("planning_agent".to_owned()),
        name: Set("make a plan".to_owned()),
        ..Default::default()
    };
    let trace = trace.insert(db).await?;
    let outer = new_span(&trace, 2, "ask the model").insert(db).await?;
    let inner = span::ActiveModel {
        parent_span_id: Set(Some(outer.id)),
        kind: Set(SpanKind::Client),
        ..new_span(&trace, 3, "send the question")
    };
    let log_event = log_event::ActiveModel {
        trace_id: Set(Some(trace.id)),
        service: Set("planning_agent".to_owned()),
        message: Set("asked".to_owned()),
        ..Default::default()
    };
    let metric = metric::ActiveModel {
        service: Set("planning_agent".to_owned()),
        name: Set("latency".to_owned()),
        value: Set(1.5),
        ..Default::default()
    };
    let alert = alert::ActiveModel {
        name: Set("slow".to_owned()),
        metric_name: Set("latency".to_owned()),
        threshold: Set(Decimal::new(1500, 3)),
        quiet_from: Set(Some("22:00:00".parse()?)),
        quiet_until: Set(Some("06:00:00".parse()?)),
        ..Default::default()
    };
    Ok(Rows {
        inner: inner.insert(db).await?,
        log_event: log_event.insert(db).await?,
        metric: metric.insert(db).await?,
        alert: alert.insert(db).await?,
        trace,
        outer,
    })
}

fn new_span(trace: &trace::Model, number: u128, name: &str) -> span::ActiveModel {
    span::ActiveModel {
        id: Set(id(number)),
        trace_id: Set(trace.id),
        name: Set(name.to_owned()),
        started_at: Set(DateTimeUtc::UNIX_EPOCH),
        ..Default::default()
    }
}

fn defaults_are_filled_in(rows: &Rows) {
    assert_eq!(rows.trace.status, TraceStatus::Running);
    assert_eq!(rows.trace.cost, Decimal::ZERO);
    assert_eq!(rows.outer.kind, SpanKind::Internal);
    assert_eq!(rows.outer.attributes, json!({}));
    assert_eq!(rows.log_event.level, Severity::Info);
    assert_eq!(rows.log_event.attributes, json!({}));
    assert_eq!(rows.metric.labels, json!({}));
    assert_eq!(rows.alert.level, Severity::Warning);
    assert_eq!(rows.alert.window_seconds, 300);
    assert!(rows.alert.enabled);
}

async fn rows_come_back(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    assert_eq!(stored(db, &rows.trace).await?.as_ref(), Some(&rows.trace));
    assert_eq!(stored(db, &rows.inner).await?.as_ref(), Some(&rows.inner));
    let log_event = stored(db, &rows.log_event).await?;
    assert_eq!(log_event.as_ref(), Some(&rows.log_event));
    assert_eq!(stored(db, &rows.metric).await?.as_ref(), Some(&rows.metric));

    let alert = stored(db, &rows.alert).await?.ok_or("no alert")?;
    assert_eq!(alert, rows.alert);
    assert_eq!(alert.threshold.to_string(), "1.500");
    assert_eq!(alert.quiet_from, Some("22:00:00".parse()?));
    Ok(())
}

async fn keys_are_unique(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let again = metric::ActiveModel {
        id: sea_orm::NotSet,
        ..rows.metric.clone().into()
    };
    assert!(is_duplicate(again.reset_all().insert(db).await));
    let moment = rows.metric.recorded_at;
    let key = ("planning_agent".to_owned(), "latency".to_owned(), moment);
    let by_key = metric::Entity::find_by_service_name_recorded_at(key);
    assert_eq!(by_key.require_one(db).await?, rows.metric);
    let by_name = alert::Entity::find_by_name("slow");
    assert_eq!(by_name.require_one(db).await?, rows.alert);
    Ok(())
}

async fn traces_load_relations(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let trace = trace::Entity::load()
        .with(span::Entity)
        .with(log_event::Entity)
        .one(db)
        .await?
        .ok_or("no trace")?;
    assert_eq!(trace.spans.len(), 2);
    assert_eq!(trace.log_events, *from_ref(&rows.log_event));

    let log_event = log_event::Entity::load()
        .with(trace::Entity)
        .one(db)
        .await?
        .ok_or("no log event")?;
    assert_eq!(log_event.trace.unwrap(), rows.trace);
    Ok(())
}

async fn spans_load_relations(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let outer = span::Entity::load()
        .filter_by_id(rows.outer.id)
        .with(trace::Entity)
        .with(span::Relation::Parent)
        .with(span::Relation::Children)
        .one(db)
        .await?
        .ok_or("no outer span")?;
    assert_eq!(outer.trace.unwrap(), rows.trace);
    assert!(outer.parent.is_not_found());
    assert_eq!(outer.children, *from_ref(&rows.inner));

    let inner = span::Entity::load()
        .filter_by_id(rows.inner.id)
        .with(span::Relation::Parent)
        .one(db)
        .await?
        .ok_or("no inner span")?;
    assert_eq!(inner.parent.unwrap(), rows.outer);
    Ok(())
}

async fn updates_of_a_trace_take(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let trace = trace::ActiveModel {
        status: Set(TraceStatus::Ok),
        duration_us: Set(Some(5)),
        cost: Set(Decimal::new(1, 6)),
        ..rows.trace.clone().into()
    };
    let trace = trace.update(db).await?;
    assert_eq!(trace.status, TraceStatus::Ok);
    assert_eq!(trace.duration_us, Some(5));
    assert_eq!(trace.cost.to_string(), "0.000001");

    let outer = span::ActiveModel {
        kind: Set(SpanKind::Server),
        ..rows.outer.clone().into()
    };
    assert_eq!(outer.update(db).await?.kind, SpanKind::Server);

    let log_event = log_event::ActiveModel {
        level: Set(Severity::Error),
        ..rows.log_event.clone().into()
    };
    assert_eq!(log_event.update(db).await?.level, Severity::Error);
    Ok(())
}

async fn updates_of_metrics_and_alerts_take(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let metric = metric::ActiveModel {
        unit: Set(Some("ms".to_owned())),
        ..rows.metric.clone().into()
    };
    assert_eq!(metric.update(db).await?.unit.as_deref(), Some("ms"));

    let alert = alert::ActiveModel {
        level: Set(Severity::Critical),
        ..rows.alert.clone().into()
    };
    assert_eq!(alert.update(db).await?.level, Severity::Critical);
    Ok(())
}

async fn declared_objects_work(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let recent = texts(db, "SELECT message FROM recent_errors").await?;
    assert_eq!(recent, ["asked"]);

    let month = "UPDATE log_events SET logged_at = '2026-10-31 23:59:59Z' RETURNING tableoid::regclass::text";
    assert_eq!(texts(db, month).await?, ["log_events_2026_10"]);
    let moment = rows.log_event.logged_at.to_rfc3339();
    let back = format!("UPDATE log_events SET logged_at = '{moment}'");
    db.execute_unprepared(&back).await?;
    Ok(())
}

async fn deletions_take(db: &DatabaseConnection, rows: Rows) -> Outcome {
    rows.alert.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.alert).await?, None);
    rows.metric.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.metric).await?, None);

    rows.outer.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.outer).await?, None);
    assert_eq!(stored(db, &rows.inner).await?, None);

    rows.trace.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.trace).await?, None);
    let log_event = stored(db, &rows.log_event).await?.ok_or("no log event")?;
    assert_eq!(log_event.trace_id, None);

    log_event.delete(db).await?;
    assert_eq!(stored(db, &rows.log_event).await?, None);
    Ok(())
}
