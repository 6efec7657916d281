//! Partitions that nobody declares.

use sea_orm::entity::prelude::*;
use toolkit_engine::compare::Wishes;
use toolkit_runtime::entities;

use crate::{Bench, service, up};

mod visit {
    use super::*;

    /// A visit. Its key has the column by which the table is partitioned.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "shop", table_name = "visits")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn they_stay_until_they_are_named() {
    if toolkit_testkit::server("partitions_that_nobody_declares_stay").is_none() {
        return;
    }
    let service = service(|| entities![visit::Entity]).declare(|declared| {
        declared.partition_by("visits", "RANGE (day)").partition(
            "visits",
            "visits_later",
            "DEFAULT",
        );
    });
    let bench = Bench::create(&service).await;
    bench.settle(&service).await;
    let by_hand = "CREATE TABLE visits_2030 PARTITION OF visits \
           FOR VALUES FROM ('2030-01-01') TO ('2031-01-01') PARTITION BY RANGE (day); \
         CREATE TABLE visits_2030_01 PARTITION OF visits_2030 \
           FOR VALUES FROM ('2030-01-01') TO ('2030-02-01')";
    bench.send(by_hand).await;
    let comparison = bench.compare(&service, &Wishes::default()).await;
    assert_eq!(up(&comparison), [] as [&str; 0]);
    let kept = comparison.kept.iter().map(ToString::to_string);
    let expected = ["table shop.visits_2030", "table shop.visits_2030_01"];
    assert_eq!(kept.collect::<Vec<_>>(), expected);

    let drop = |name: &str| Wishes {
        drop: vec![name.to_owned()],
        ..Wishes::default()
    };
    let part = bench.compare(&service, &drop("visits_2030_01")).await;
    assert_eq!(up(&part), ["DROP TABLE visits_2030_01"]);
    let whole = bench.compare(&service, &drop("visits_2030")).await;
    let expected = ["DROP TABLE visits_2030_01", "DROP TABLE visits_2030"];
    assert_eq!(up(&whole), expected);
}
