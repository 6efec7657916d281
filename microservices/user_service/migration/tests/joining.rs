//! Who joins an organization. Each test has a migrated database of its own.

use entity::user_service::{
    membership::{self, MembershipRole},
    user,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseConnection, DbErr, prelude::Uuid};
use user_service_migration::service;

/// What `fixtures/organizations.sql` makes.
const ACME: Uuid = Uuid::from_u128(0x0000_0000_0000_4000_8000_0000_0000_0001);

fn user(email: &str) -> user::ActiveModel {
    user::ActiveModel {
        id: Set(Uuid::new_v4()),
        organization_id: Set(ACME),
        email: Set(email.to_owned()),
        display_name: Set("Ann".to_owned()),
        ..Default::default()
    }
}

#[toolkit_test::test(service = service, fixtures("organizations"))]
async fn a_user_joins_as_a_member(db: DatabaseConnection) -> Result<(), DbErr> {
    let ann = user("ann@example.com").insert(&db).await?;
    let membership = membership::ActiveModel {
        organization_id: Set(ACME),
        user_id: Set(ann.id),
        ..Default::default()
    };
    assert_eq!(membership.insert(&db).await?.role, MembershipRole::Member);
    Ok(())
}

#[toolkit_test::test(service = service, fixtures("organizations"))]
async fn an_address_belongs_to_one_person(db: DatabaseConnection) -> Result<(), DbErr> {
    user("ann@example.com").insert(&db).await?;
    let again = user("Ann@Example.com").insert(&db).await;
    let error = again.expect_err("addresses that differ in case reach the same person");
    assert!(
        error.to_string().contains("users_email_ignoring_case"),
        "{error}"
    );
    Ok(())
}
