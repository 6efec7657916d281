//! Two branches that each add a migration to the same service.

use std::fs;

use toolkit_runtime::{Entry, Lockfile, checksum};

use crate::project::{CRATE, Project, SERVICE, says};

const REBASE: [&str; 3] = ["rebase", "--service", SERVICE];
const BODY: &str = "        manager.get_connection().execute_unprepared(\"SQL\").await.map(drop)\n";

/// What each branch does, up and down.
const NAMED: [&str; 2] = [
    "ALTER TABLE users ADD CONSTRAINT users_named CHECK (display_name <> '')",
    "ALTER TABLE users DROP CONSTRAINT users_named",
];
const LYING: [&str; 2] = [
    NAMED[0],
    "ALTER TABLE users DROP CONSTRAINT users_named, ALTER COLUMN language DROP DEFAULT",
];
const LANGUAGE: [&str; 2] = [
    "CREATE INDEX users_by_language ON users (lower(language))",
    "DROP INDEX users_by_language",
];

/// Generates a migration, fills it in and locks what it is then. Returns its name.
fn add(project: &Project, message: &str, [up, down]: [&str; 2]) -> String {
    let before = project.migrations();
    let generate = ["generate", "-s", SERVICE, "--empty", "-m", message];
    let generated = project.toolkit(&generate).success();
    says(&generated.stderr, "migrations.lock");
    let name = project
        .migrations()
        .into_iter()
        .find(|name| !before.contains(name))
        .unwrap();
    let library = project.read(&format!("{CRATE}/src/lib.rs"));
    assert_eq!(library.matches(&name).count(), 2, "{library}");
    assert!(
        project
            .lockfile()
            .lines()
            .last()
            .unwrap()
            .starts_with(&name)
    );

    let file = Project::source(&name);
    let empty = project.read(&file);
    let mut bodies = [up, down].into_iter();
    let mut filled = String::new();
    for line in empty.lines() {
        if line.trim() == "Ok(())" {
            filled.push_str(&BODY.replace("SQL", bodies.next().unwrap()));
        } else {
            filled.extend([line.replace("_manager", "manager").as_str(), "\n"]);
        }
    }
    assert_eq!(bodies.next(), None, "{empty}");
    project.write(&file, &filled);
    // As `toolkit lock --replace` does, once this is compiled.
    let lockfile = Lockfile::parse(&project.lockfile()).unwrap();
    let known = lockfile
        .entries()
        .iter()
        .filter(|entry| entry.name != name)
        .cloned();
    let filled: Lockfile = known
        .chain([Entry::new(&name, &checksum(filled.as_bytes()))])
        .collect();
    project.write(&format!("{CRATE}/migrations.lock"), &filled.to_string());
    project.commit(message);
    name
}

/// The text without conflict markers: the lines of both sides.
fn both_sides(text: &str) -> String {
    let is_marker = |line: &&str| {
        !["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
            .iter()
            .any(|marker| line.starts_with(marker))
    };
    let lines: Vec<&str> = text.lines().filter(is_marker).collect();
    lines.join("\n") + "\n"
}

fn named(project: &Project, topic: &str) -> String {
    let names = project.migrations();
    names
        .into_iter()
        .find(|name| name.ends_with(topic))
        .unwrap()
}

/// What a rebase would change.
fn files(project: &Project) -> (Vec<String>, String) {
    (project.migrations(), project.lockfile())
}

pub fn two_branches_add_a_migration(project: &Project) {
    project
        .git(&["checkout", "--quiet", "-b", "naming"])
        .success();
    add(project, "name users", LYING);
    project.git(&["checkout", "--quiet", "main"]).success();
    // Names count seconds: the other branch's migration is the later one.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    add(project, "index language", LANGUAGE);
    project.git(&["checkout", "--quiet", "naming"]).success();
    let nothing = project.toolkit(&["rebase", "-s", "memory_agent"]).success();
    says(&nothing.stdout, "nothing to do");

    let merge = project.git(&["merge", "main"]).code(1);
    for file in ["src/lib.rs", "migrations.lock"] {
        let conflict = format!("CONFLICT (content): Merge conflict in {CRATE}/{file}");
        says(&merge.stdout, &conflict);
    }
}

pub fn nothing_runs_on_an_unfinished_merge(project: &mut Project) {
    let status = |project: &Project| project.git(&["status", "--porcelain"]).success().stdout;
    let before = status(project);
    let generate = project
        .toolkit(&["generate", "-s", SERVICE, "--empty"])
        .code(2);
    says(&generate.stderr, "a merge is not finished");
    let rebase = project.toolkit(&REBASE).code(2);
    says(&rebase.stderr, "a merge is not finished");
    assert_eq!(status(project), before);

    let library = format!("{CRATE}/src/lib.rs");
    project.write(&library, &both_sides(&project.read(&library)));
    project.build();
    let up = project.toolkit(&["up", "-s", SERVICE]).code(2);
    says(&up.stderr, "is a conflict marker");
    says(&up.stderr, "hint: keep both sides' lines");
    let check = project.toolkit(&["check", "-s", SERVICE]).code(1);
    says(&check.stdout, "is a conflict marker");
    says(&check.stdout, "`toolkit rebase --service user_service`");
}

pub fn what_would_move_is_shown(project: &Project) {
    let (local, brought) = (
        named(project, "_name_users"),
        named(project, "_index_language"),
    );
    let before = files(project);

    let dry = project
        .toolkit(&["rebase", "-s", SERVICE, "--dry-run"])
        .code(1);
    says(&dry.stdout, &format!("  {local} -> m"));
    says(&dry.stderr, "both branches change table users\n");
    assert_eq!(files(project), before);

    let conflicted = project.lockfile();
    let lockfile = format!("{CRATE}/migrations.lock");
    project.write(&lockfile, &both_sides(&conflicted));
    let check = project.toolkit(&["check", "-s", SERVICE]).code(1).stdout;
    says(
        &check,
        &format!("{brought}: its line does not follow the one before it"),
    );
    let onto = project
        .toolkit(&["rebase", "-s", SERVICE, "--onto", "main", "--dry-run"])
        .code(1);
    says(&onto.stdout, &format!("  {local} -> m"));
    says(&onto.stderr, "both branches change table users\n");
    let nowhere = project
        .toolkit(&["rebase", "-s", SERVICE, "--onto", "nowhere"])
        .code(2);
    says(&nowhere.stderr, "it has no nowhere");
    let absent = project.program(&REBASE).env("PATH", "").run().code(2);
    says(&absent.stderr, "the program git cannot be started");
    project.write(&lockfile, &conflicted);
}

pub fn a_git_rebase_has_its_sides_the_other_way_round(project: &Project) {
    let local = named(project, "_name_users");
    let library = format!("{CRATE}/src/lib.rs");
    let settled = project.read(&library);
    project.git(&["merge", "--abort"]).success();
    project.git(&["rebase", "main"]).code(1);
    assert!(project.lockfile().contains("<<<<<<<"));
    project.write(&library, &settled);
    let dry = project.toolkit(&["rebase", "-s", SERVICE, "--dry-run"]);
    says(&dry.code(1).stdout, &format!("  {local} -> m"));
    project.git(&["rebase", "--abort"]).success();
    project.git(&["merge", "main"]).code(1);
    project.write(&library, &settled);
}

pub fn what_cannot_move_stays(project: &Project) {
    let local = named(project, "_name_users");
    let before = files(project);
    let record = |sql: &str| project.cluster.psql(project.database.name(), sql);
    record(&format!(
        "INSERT INTO user_service.seaql_migrations VALUES ('{local}', 1)"
    ));
    let applied = project.toolkit(&REBASE).code(1);
    says(
        &applied.stdout,
        &format!("the database has applied {local}"),
    );
    assert_eq!(files(project), before);
    record(&format!(
        "DELETE FROM user_service.seaql_migrations WHERE version = '{local}'"
    ));

    let lying = project.toolkit(&REBASE).code(1);
    says(
        &lying.stdout,
        &format!("after down of {local}, this would still be to do"),
    );
    says(&lying.stderr, "nothing was changed: correct the migration");
    assert_eq!(files(project), before);
}

pub fn the_branchs_own_migration_moves_behind_the_other(project: &Project) {
    let file = Project::source(&named(project, "_name_users"));
    project.write(&file, &project.read(&file).replace(LYING[1], NAMED[1]));
    project.build();
    let rebase = project.toolkit(&REBASE).success();
    says(&rebase.stderr, "replayed in the new order in database");
}

pub fn what_is_compiled_then_is_clean(project: &mut Project) {
    let (local, brought) = (
        named(project, "_name_users"),
        named(project, "_index_language"),
    );
    assert!(local > brought, "{local} {brought}");
    assert_eq!(project.migrations().last(), Some(&local));
    let library = project.read(&format!("{CRATE}/src/lib.rs"));
    let place = |text: &str| library.find(text).unwrap();
    assert!(
        place(&format!("mod {brought};")) < place(&format!("mod {local};")),
        "{library}"
    );
    assert!(
        place(&format!("{brought}::Migration")) < place(&format!("{local}::Migration")),
        "{library}"
    );
    assert_eq!(
        project
            .git(&["grep", "-c", "<<<<<<<", CRATE])
            .code(1)
            .stdout,
        ""
    );

    project.build();
    let verify = project.toolkit(&["verify", "-s", SERVICE]).success();
    assert!(
        verify.stdout.lines().last().unwrap().contains(&local),
        "{}",
        verify.stdout
    );
    let up = project.toolkit(&["up", "-s", SERVICE]).success();
    says(&up.stdout, "2 migrations applied");
    project.toolkit(&["check", "-s", SERVICE]).success();
    let again = project.toolkit(&REBASE).success();
    says(&again.stdout, "nothing to do");
    project.commit("Merge main");
    let file = Project::source(&local);
    let text = project.read(&file);
    fs::write(project.path(&file), text.replace("up(&self", "up( &self")).unwrap();
    let applied = project.toolkit(&["lock", "--replace", &local]).code(1);
    says(&applied.stdout, "it is applied in the database");
    project.toolkit(&["down", "-s", SERVICE, "--yes"]).success();
    project.toolkit(&["lock", "--replace", &local]).success();
    assert!(!project.lockfile().contains("accepts:"));
}
