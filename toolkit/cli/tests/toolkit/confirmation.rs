//! Nothing that loses data happens without the word.

use toolkit_testkit::{Database, Workspace};

use crate::{planning, toolkit_on};

#[test]
fn what_loses_data_needs_yes_where_nobody_can_be_asked() {
    let database = Database::create();
    let workspace = Workspace::create();
    toolkit_on(&workspace, &database, &["up", "-s", "planning_agent"])
        .run()
        .success();
    for command in ["down", "fresh", "refresh", "reset"] {
        let output = toolkit_on(&workspace, &database, &[command, "-s", "planning_agent"])
            .run()
            .code(1);
        assert_eq!(output.stdout, "");
        assert!(
            output
                .stderr
                .contains("was not confirmed; nothing was changed"),
            "{}",
            output.stderr
        );
        assert!(output.stderr.contains("pass --yes"), "{}", output.stderr);
        planning(&workspace, &[command])
            .env("DATABASE_URL", database.url())
            .run()
            .code(1);
    }
    let words = ["status", "-s", "planning_agent", "--exit-code"];
    toolkit_on(&workspace, &database, &words).run().success();
}
