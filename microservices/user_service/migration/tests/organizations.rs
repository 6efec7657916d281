//! What the database makes sure of for organizations. Each test has a migrated database of its own.

use entity::user_service::organization::{self, SubscriptionTier};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    DatabaseConnection, DbErr, EntityTrait, PaginatorTrait,
    prelude::{Decimal, Uuid},
};
use user_service_migration::service;

fn organization(slug: &str) -> organization::ActiveModel {
    organization::ActiveModel {
        id: Set(Uuid::new_v4()),
        name: Set("Example".to_owned()),
        slug: Set(slug.to_owned()),
        ..Default::default()
    }
}

#[toolkit_test::test(service = service)]
async fn an_organization_begins_with_nothing_to_spend(db: DatabaseConnection) -> Result<(), DbErr> {
    let made = organization("example").insert(&db).await?;
    assert_eq!(made.tier, SubscriptionTier::Free);
    assert_eq!(made.credit_balance, Decimal::ZERO);
    assert_eq!(organization::Entity::find().count(&db).await?, 1);
    Ok(())
}

#[toolkit_test::test(service = service, fixtures("organizations"))]
async fn an_organization_spends_no_more_than_it_has(db: DatabaseConnection) -> Result<(), DbErr> {
    let acme = organization::Entity::find().one(&db).await?;
    let mut acme: organization::ActiveModel = acme.expect("the fixture made it").into();
    acme.credit_balance = Set(Decimal::NEGATIVE_ONE);
    let error = acme.update(&db).await.expect_err("it has nothing");
    assert!(
        error
            .to_string()
            .contains("organizations_credit_not_negative"),
        "{error}"
    );
    Ok(())
}

#[toolkit_test::test(service = service, fixtures("organizations"))]
async fn an_address_belongs_to_one_organization(db: DatabaseConnection) -> Result<(), DbErr> {
    let again = organization("acme").insert(&db).await;
    assert!(again.is_err());
    organization("another").insert(&db).await.map(drop)
}
