use crate::{
    change::{Fate, between},
    mermaid,
    model::{Column, Constraint, Demand, Past, Picture, Source, Table, Target, What, references},
    near, page,
};

fn column(name: &str, data_type: &str) -> Column {
    Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable: false,
        default: None,
        identity: None,
        generated: None,
        primary_key: name == "id",
        comment: None,
    }
}

/// A table with a key, and these columns of numbers.
fn table(name: &str, columns: &[&str]) -> Table {
    let key = Constraint {
        name: format!("{name}_pkey"),
        kind: Demand::PrimaryKey,
        columns: vec!["id".to_owned()],
        definition: String::new(),
        references: None,
        validated: true,
        inherited: false,
        comment: None,
    };
    let columns = ["id"].iter().chain(columns);
    Table {
        name: name.to_owned(),
        comment: None,
        unlogged: false,
        partitioned_by: None,
        partition_of: None,
        inherits: Vec::new(),
        row_security: false,
        row_security_forced: false,
        columns: columns.map(|name| column(name, "bigint")).collect(),
        constraints: vec![key],
        indexes: Vec::new(),
        triggers: Vec::new(),
        policies: Vec::new(),
        rules: Vec::new(),
        migrations: Vec::new(),
    }
}

fn picture(schema: &str, tables: Vec<Table>) -> Picture {
    Picture {
        service: format!("{schema}_service"),
        schema: schema.to_owned(),
        comment: None,
        tables,
        views: Vec::new(),
        enums: Vec::new(),
        others: Vec::new(),
    }
}

/// `table` with a foreign key over `column` to `target` in `schema`.
fn keyed(mut table: Table, column: &str, schema: &str, target: &str) -> Table {
    table.constraints.push(Constraint {
        name: format!("of_{target}"),
        kind: Demand::ForeignKey,
        columns: vec![column.to_owned()],
        definition: String::new(),
        references: Some(Target {
            schema: schema.to_owned(),
            table: target.to_owned(),
            columns: vec!["id".to_owned()],
            on_update: "NO ACTION",
            on_delete: "NO ACTION",
        }),
        validated: true,
        inherited: false,
        comment: None,
    });
    table
}

fn by_naming(pictures: &[Picture]) -> Vec<String> {
    let guessed = references(pictures)
        .into_iter()
        .filter_map(|it| match it.by {
            Source::Naming => Some(format!(
                "{}.{}.{} {}.{}",
                it.from.schema, it.from.table, it.from.columns[0], it.to.schema, it.to.table
            )),
            Source::ForeignKey(_) => None,
        });
    guessed.collect()
}

#[test]
fn a_name_refers_to_the_table_that_it_means_and_to_none_where_it_may_mean_two() {
    let orders = || table("orders", &["user_id", "country_id", "_id", "other_id"]);
    let users = || picture("people", vec![table("users", &[]), table("countries", &[])]);
    let shop = picture("shop", vec![orders()]);
    let expected = [
        "shop.orders.country_id people.countries",
        "shop.orders.user_id people.users",
    ];
    assert_eq!(by_naming(&[shop.clone(), users()]), expected);

    // The own schema's comes before others'; of two others, none is meant.
    let own = picture("shop", vec![orders(), table("user", &[])]);
    let own = by_naming(&[own, picture("people", vec![table("user", &[])])]);
    assert_eq!(own, ["shop.orders.user_id shop.user"]);
    let second = picture("staff", vec![table("users", &[])]);
    let two = by_naming(&[shop.clone(), users(), second]);
    assert_eq!(two, expected[..1]);

    // Another type, a foreign key, and a table's own key do not refer by naming.
    let mut text = users();
    text.tables[0].columns[0].data_type = "text".to_owned();
    assert_eq!(by_naming(&[shop, text]), expected[..1]);
    let held = keyed(table("orders", &["user_id"]), "user_id", "people", "users");
    assert!(by_naming(&[picture("shop", vec![held]), users()]).is_empty());
    let itself = picture("people", vec![table("users", &["user_id"])]);
    assert!(by_naming(&[itself]).is_empty());
}

#[test]
fn what_changes_is_drawn_with_its_neighbours_alone() {
    let far = || table("far", &[]);
    let users = |columns: &[&str]| table("users", columns);
    let notes = || keyed(table("notes", &["user_id"]), "user_id", "s", "users");
    let before = picture(
        "s",
        vec![far(), notes(), table("old", &[]), users(&["fax"])],
    );
    let after = picture(
        "s",
        vec![far(), table("new", &["x"]), notes(), users(&["phone"])],
    );
    let changes = between(&[before], &[after]);
    let told: Vec<(&str, Fate)> = (changes.tables.iter())
        .map(|it| (it.name.as_str(), it.fate))
        .collect();
    let expected = [
        ("new", Fate::Made),
        ("notes", Fate::Same),
        ("old", Fate::Gone),
        ("users", Fate::Changed),
    ];
    assert_eq!(told, expected);
    let parts: Vec<(&str, Fate)> = (changes.tables[3].parts.iter())
        .map(|it| (it.text.as_str(), it.fate))
        .collect();
    let expected = [
        ("phone bigint not null", Fate::Made),
        ("fax bigint not null", Fate::Gone),
    ];
    assert_eq!(parts, expected);
    assert_eq!(changes.references[0].fate, Fate::Same);
}

#[test]
fn a_table_keeps_its_past_under_a_new_name() {
    let of = |tables: Vec<Table>| picture("s", tables);
    let (empty, first) = (of(vec![]), of(vec![table("a", &["x"]), table("gone", &[])]));
    let second = of(vec![table("b", &["x"])]);
    let mut third = of(vec![table("b", &["x", "y"])]);
    let mut past = Past::default();
    past.note("m1", &empty, &first);
    past.note("m2", &first, &second);
    past.note("m3", &second, &third);
    past.tell(&mut third);
    let told = third.tables[0].migrations.iter();
    let told: Vec<(&str, &What)> = told.map(|it| (it.migration.as_str(), &it.what)).collect();
    let renamed = What::Renamed("a".to_owned());
    assert_eq!(
        told,
        [
            ("m1", &What::Made),
            ("m2", &renamed),
            ("m3", &What::Changed)
        ]
    );
}

#[test]
fn a_picture_for_github_stays_within_its_limits() {
    let many: Vec<Table> = (0..600)
        .map(|number| {
            let table = table(&format!("t{number}"), &["center_id"]);
            keyed(table, "center_id", "s", "center")
        })
        .chain([table("center", &[])])
        .collect();
    let pictures = [picture("s", many)];
    let references = references(&pictures);
    assert!(!mermaid::fits(&mermaid::diagram(&pictures, &references)));
    let center = pictures[0].table("center").unwrap();
    let detail = mermaid::Detail::Columns;
    let near = near::diagram(&pictures, &references, &pictures[0], center, detail);
    assert!(mermaid::fits(&near));
    for (name, text) in crate::markdown::files(&pictures, &references) {
        let diagrams = text.split("```mermaid\n").skip(1);
        for diagram in diagrams.filter_map(|it| it.split("```").next()) {
            assert!(mermaid::fits(diagram), "{name}");
        }
    }
}

#[test]
fn types_are_called_as_people_call_them_in_one_word() {
    for (name, short) in [
        ("timestamp(3) with time zone", "timestamptz(3)"),
        ("timestamp without time zone", "timestamp"),
        ("time with time zone", "timetz"),
        ("character varying(80)[]", "varchar(80)[]"),
        ("double precision", "float8"),
        ("numeric(10,2)", "numeric(10,2)"),
    ] {
        assert_eq!(mermaid::short_type(name), short);
    }
}

#[test]
fn no_name_ends_a_script_and_a_page_asks_for_nothing() {
    let worst = "</script><script>alert(1)</script><!--\u{2028}\"'&";
    let page = page::schema(&[picture(worst, vec![table(worst, &[worst])])], &[]);
    assert!(!page.contains("alert(1)</script>"));
    let open = page.matches("<script").count();
    assert_eq!(open, page.matches("</script>").count());
    let data = page.split("type=\"application/json\">").nth(1).unwrap();
    let data = data.split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["services"][0]["tables"][0]["name"], worst);
    for asking in ["src=", "href=", "@import", "url("] {
        let own = page.split("<script>\n/*").next().unwrap();
        assert!(!own.contains(asking), "{asking}");
    }
}
