//! Organizations, the people in them, and how they sign in.

use std::{error::Error, slice::from_ref};

use ::entity::user_service::{
    api_key,
    membership::{self, MembershipRole},
    organization::{self, SubscriptionTier},
    session,
    user::{self, UserStatus},
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set, entity::prelude::*};
use serde_json::json;

use crate::{Outcome, id, is_duplicate, is_refused, stored};

/// An organization with one user, who owns it, is a member, has a key and is signed in.
struct Rows {
    organization: organization::Model,
    user: user::Model,
    membership: membership::Model,
    api_key: api_key::Model,
    session: session::Model,
}

pub async fn entities_fit(db: &DatabaseConnection) -> Outcome {
    let mut rows = insert(db).await?;
    defaults_are_filled_in(&rows);
    rows.organization = give_owner(db, &rows).await?;
    rows_come_back(db, &rows).await?;
    keys_are_unique(db, &rows).await?;
    organizations_load_relations(db, &rows).await?;
    users_load_relations(db, &rows).await?;
    what_users_have_loads_them(db, &rows).await?;
    updates_take(db, &rows).await?;
    addresses_are_checked(db).await;
    organizations_are_apart(db, &rows).await?;
    deletions_take(db, rows).await
}

async fn insert(db: &DatabaseConnection) -> Result<Rows, Box<dyn Error>> {
    let organization = organization::ActiveModel {
        id: Set(id(1)),
        name: Set("Acme".to_owned()),
        slug: Set("acme".to_owned()),
        ..Default::default()
    };
    let organization = organization.insert(db).await?;
    let user = new_user(&organization, 2).insert(db).await?;
    let membership = membership::ActiveModel {
        organization_id: Set(organization.id),
        user_id: Set(user.id),
        ..Default::default()
    };
    let api_key = api_key::ActiveModel {
        id: Set(id(4)),
        user_id: Set(user.id),
        name: Set("build server".to_owned()),
        key_hash: Set(vec![1, 2, 255]),
        scopes: Set(vec!["read".to_owned()]),
        last_used_ip: Set(Some("10.0.0.1".parse()?)),
        ..Default::default()
    };
    let session = session::ActiveModel {
        id: Set(id(5)),
        user_id: Set(user.id),
        token_hash: Set(vec![0]),
        ip_address: Set("2001:db8::/32".parse()?),
        expires_at: Set(DateTimeUtc::UNIX_EPOCH),
        ..Default::default()
    };
    Ok(Rows {
        membership: membership.insert(db).await?,
        api_key: api_key.insert(db).await?,
        session: session.insert(db).await?,
        organization,
        user,
    })
}

fn new_user(organization: &organization::Model, number: u128) -> user::ActiveModel {
    user::ActiveModel {
        id: Set(id(number)),
        organization_id: Set(organization.id),
        email: Set("ada@example.org".to_owned()),
        display_name: Set("Ada".to_owned()),
        ..Default::default()
    }
}

fn defaults_are_filled_in(rows: &Rows) {
    assert_eq!(rows.organization.tier, SubscriptionTier::Free);
    assert_eq!(rows.organization.credit_balance, Decimal::ZERO);
    assert_eq!(rows.organization.settings, json!({}));
    assert_eq!(rows.organization.owner_id, None);
    assert_eq!(rows.user.status, UserStatus::Invited);
    assert_eq!(rows.user.language, "en");
    assert_eq!(rows.membership.role, MembershipRole::Member);
    assert!(!rows.api_key.revoked);
}

/// An organization and its owner refer to each other, so the owner comes second.
async fn give_owner(db: &DatabaseConnection, rows: &Rows) -> Result<organization::Model, DbErr> {
    let organization = organization::ActiveModel {
        owner_id: Set(Some(rows.user.id)),
        tier: Set(SubscriptionTier::Team),
        credit_balance: Set(Decimal::new(123_456, 2)),
        ..rows.organization.clone().into()
    };
    let organization = organization.update(db).await?;
    assert_eq!(organization.owner_id, Some(rows.user.id));
    assert_eq!(organization.tier, SubscriptionTier::Team);
    assert_eq!(organization.credit_balance.to_string(), "1234.56");
    Ok(organization)
}

async fn rows_come_back(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let organization = stored(db, &rows.organization).await?;
    assert_eq!(organization.as_ref(), Some(&rows.organization));
    assert_eq!(stored(db, &rows.user).await?.as_ref(), Some(&rows.user));
    let membership = stored(db, &rows.membership).await?;
    assert_eq!(membership.as_ref(), Some(&rows.membership));

    let api_key = stored(db, &rows.api_key).await?.ok_or("no key")?;
    assert_eq!(api_key, rows.api_key);
    assert_eq!(api_key.key_hash, [1, 2, 255]);
    assert_eq!(api_key.scopes, ["read"]);
    assert_eq!(api_key.last_used_ip, Some("10.0.0.1".parse()?));

    let session = stored(db, &rows.session).await?.ok_or("no session")?;
    assert_eq!(session, rows.session);
    assert_eq!(session.ip_address, "2001:db8::/32".parse()?);
    Ok(())
}

async fn keys_are_unique(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let same_email = new_user(&rows.organization, 3);
    assert!(is_duplicate(same_email.insert(db).await));
    let by_email = user::Entity::find_by_email("ada@example.org");
    assert_eq!(by_email.require_one(db).await?, rows.user);
    let by_slug = organization::Entity::find_by_slug("acme");
    assert_eq!(by_slug.require_one(db).await?, rows.organization);
    Ok(())
}

async fn organizations_load_relations(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let organization = organization::Entity::load()
        .with(organization::Relation::Owner)
        .with(organization::Relation::Users)
        .with(membership::Entity)
        .one(db)
        .await?
        .ok_or("no organization")?;
    assert_eq!(organization.owner.unwrap(), rows.user);
    assert_eq!(organization.users, *from_ref(&rows.user));
    assert_eq!(organization.memberships, *from_ref(&rows.membership));
    Ok(())
}

async fn users_load_relations(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let user = user::Entity::load()
        .with(user::Relation::Organization)
        .with(user::Relation::OwnedOrganizations)
        .with(membership::Entity)
        .with(api_key::Entity)
        .with(session::Entity)
        .one(db)
        .await?
        .ok_or("no user")?;
    assert_eq!(user.organization.unwrap(), rows.organization);
    assert_eq!(user.owned_organizations, *from_ref(&rows.organization));
    assert_eq!(user.memberships, *from_ref(&rows.membership));
    assert_eq!(user.api_keys, *from_ref(&rows.api_key));
    assert_eq!(user.sessions, *from_ref(&rows.session));

    let joined = user::Entity::find().find_also_related(organization::Entity);
    let expected = (rows.user.clone(), Some(rows.organization.clone()));
    assert_eq!(joined.require_one(db).await?, expected);
    Ok(())
}

async fn what_users_have_loads_them(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let membership = membership::Entity::load()
        .with(organization::Entity)
        .with((user::Entity, api_key::Entity))
        .one(db)
        .await?
        .ok_or("no membership")?;
    let member = membership.user.unwrap();
    assert_eq!(membership.organization.unwrap(), rows.organization);
    assert_eq!(member, rows.user);
    assert_eq!(member.api_keys, *from_ref(&rows.api_key));

    let api_key = api_key::Entity::load().with(user::Entity).one(db).await?;
    assert_eq!(api_key.ok_or("no key")?.user.unwrap(), rows.user);
    let session = session::Entity::load().with(user::Entity).one(db).await?;
    assert_eq!(session.ok_or("no session")?.user.unwrap(), rows.user);
    Ok(())
}

async fn updates_take(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let user = user::ActiveModel {
        status: Set(UserStatus::Active),
        ..rows.user.clone().into()
    };
    assert_eq!(user.update(db).await?.status, UserStatus::Active);

    let membership = membership::ActiveModel {
        role: Set(MembershipRole::Admin),
        ..rows.membership.clone().into()
    };
    assert_eq!(membership.update(db).await?.role, MembershipRole::Admin);

    let api_key = api_key::ActiveModel {
        last_used_ip: Set(None),
        revoked: Set(true),
        ..rows.api_key.clone().into()
    };
    let api_key = api_key.update(db).await?;
    assert_eq!(api_key.last_used_ip, None);
    assert!(api_key.revoked);

    let session = session::ActiveModel {
        user_agent: Set(Some("curl".to_owned())),
        ..rows.session.clone().into()
    };
    let session = session.update(db).await?;
    assert_eq!(session.user_agent.as_deref(), Some("curl"));
    Ok(())
}

async fn addresses_are_checked(db: &DatabaseConnection) {
    let wrong = "UPDATE users SET email = 'ada at example.org'";
    assert!(is_refused(db, wrong, "email_address_check").await);
}

/// A role of the service sees and changes the rows of the organization that it works for. The role
/// that made the tables, or that may do all, sees them all.
async fn organizations_are_apart(db: &DatabaseConnection, rows: &Rows) -> Outcome {
    let elsewhere = organization::ActiveModel {
        id: Set(id(6)),
        name: Set("Elsewhere".to_owned()),
        slug: Set("elsewhere".to_owned()),
        ..Default::default()
    };
    let elsewhere = elsewhere.insert(db).await?;
    db.execute_unprepared(
        "CREATE ROLE user_service_tester;
         GRANT USAGE ON SCHEMA user_service TO user_service_tester;
         GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA user_service TO user_service_tester;
         SET ROLE user_service_tester",
    )
    .await?;
    let works_for = async |organization: Uuid| {
        let sql = format!("SET app.organization_id = '{organization}'");
        db.execute_unprepared(&sql).await
    };
    assert_eq!(user::Entity::find().count(db).await?, 0);
    assert_eq!(membership::Entity::find().count(db).await?, 0);
    works_for(rows.organization.id).await?;
    let users = user::Entity::find().all(db).await?;
    assert_eq!(users.len(), 1);
    assert_eq!(membership::Entity::find().count(db).await?, 1);
    works_for(elsewhere.id).await?;
    assert_eq!(user::Entity::find().count(db).await?, 0);
    let stranger = user::ActiveModel {
        email: Set("eve@example.org".to_owned()),
        ..new_user(&rows.organization, 7)
    };
    let refusal = stranger.insert(db).await.map_err(|error| error.to_string());
    assert!(
        matches!(&refusal, Err(message) if message.contains("violates row-level security policy")),
        "{refusal:?}"
    );
    db.execute_unprepared(
        "RESET ROLE; RESET app.organization_id; DROP OWNED BY user_service_tester;
         DROP ROLE user_service_tester",
    )
    .await?;
    assert_eq!(user::Entity::find().count(db).await?, 1);
    elsewhere.delete(db).await?;
    Ok(())
}

async fn deletions_take(db: &DatabaseConnection, rows: Rows) -> Outcome {
    let refusal = rows.organization.clone().delete(db).await;
    let refusal = refusal.map_err(|error| error.to_string());
    assert!(
        matches!(&refusal, Err(message) if message.contains("foreign key constraint")),
        "{refusal:?}"
    );

    rows.membership.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.membership).await?, None);
    rows.api_key.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.api_key).await?, None);
    rows.session.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.session).await?, None);

    rows.user.clone().delete(db).await?;
    assert_eq!(stored(db, &rows.user).await?, None);
    let organization = stored(db, &rows.organization).await?;
    let organization = organization.ok_or("no organization")?;
    assert_eq!(organization.owner_id, None);

    organization.delete(db).await?;
    assert_eq!(stored(db, &rows.organization).await?, None);
    Ok(())
}
