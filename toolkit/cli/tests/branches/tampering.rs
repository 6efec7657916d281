//! Sources and lines that are not what they were.

use toolkit_runtime::{Entry, Lockfile, checksum};

use crate::project::{CRATE, Project, SERVICE, says};

const LOCKFILE: &str = "microservices/user_service/migration/migrations.lock";
const CHECK: [&str; 3] = ["check", "--service", SERVICE];
const LOCK: [&str; 3] = ["lock", "--service", SERVICE];

/// `check` must answer no and say `problem` and `remedy`; `lock` must write nothing.
fn refused(project: &Project, problem: &str, remedy: &str) {
    told(project, problem, remedy);
    let before = project.lockfile();
    let lock = project.toolkit(&LOCK).code(1).stdout;
    says(&lock, "its lock file was not written");
    says(&lock, problem);
    says(&lock, remedy);
    assert_eq!(project.lockfile(), before);
}

fn told(project: &Project, problem: &str, remedy: &str) {
    let check = project.toolkit(&CHECK).code(1).stdout;
    says(&check, problem);
    says(&check, remedy);
}

pub fn sources_that_changed_are_told(project: &Project) {
    project.toolkit(&["check"]).success();
    let unchanged = project.toolkit(&LOCK).success();
    assert_eq!(unchanged.stdout, "user_service: nothing to do\n");

    let [first, second, ..] = &project.migrations()[..] else {
        panic!("too few migrations")
    };
    let file = Project::source(second);
    let text = project.read(&file);
    project.write(&file, &text.replace('\n', "\r\n"));
    project.toolkit(&CHECK).success();

    project.write(&file, &(text + "// Later.\n"));
    let problem = format!("{second}: its source was edited");
    refused(
        project,
        &problem,
        &format!("`toolkit lock --accept {second}`"),
    );
    let json = project
        .toolkit(&["check", "-s", SERVICE, "--format", "json"])
        .code(1);
    let document: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        document["services"][0]["lock"][0]["problem"],
        problem.as_str()
    );
    project.restore();

    std::fs::remove_file(project.path(&Project::source(first))).unwrap();
    refused(
        project,
        &format!("{first}: its source was not found"),
        &format!("src/{first}/mod.rs"),
    );
    let inside = format!("{CRATE}/src/{first}/mod.rs");
    project.restore();
    let text = project.read(&Project::source(first));
    std::fs::remove_file(project.path(&Project::source(first))).unwrap();
    project.write(&inside, &text);
    project.toolkit(&CHECK).success();
    project.restore();
}

pub fn an_accepted_edit_keeps_the_earlier_text(project: &Project) {
    let name = &project.migrations()[0];
    let file = Project::source(name);
    let (text, before) = (project.read(&file), project.lockfile());
    let digits = |lockfile: &str| {
        let line = lockfile
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap()
            .to_owned();
        line.split_once("sha256:").unwrap().1[..64].to_owned()
    };
    project.write(&file, &(text + "// Later.\n"));
    let replace = project.toolkit(&["lock", "--replace", name]).code(1).stdout;
    says(&replace, &format!("{name}: it is applied in the database"));
    assert_eq!(project.lockfile(), before);

    let accept = project.toolkit(&["lock", "--accept", name]).success();
    says(
        &accept.stdout,
        &format!("user_service: accepted the new text of {name}"),
    );
    let after = project.lockfile();
    says(&after, &format!(" accepts:{} chain:", digits(&before)));
    assert_ne!(digits(&after), digits(&before));
    project.toolkit(&CHECK).success();
    project.restore();

    let unknown = project
        .toolkit(&["lock", "--accept", "m1_nothing"])
        .code(2)
        .stderr;
    says(&unknown, "no migration m1_nothing");
    says(&unknown, name);
}

pub fn a_replaced_line_is_mended_where_the_database_is_and_where_it_is_not(project: &Project) {
    let name = &project.migrations()[0];
    let file = Project::source(name);
    let sound = Lockfile::parse(&project.lockfile()).unwrap();
    let applied = &sound.entry(name).unwrap().checksum;
    let text = project.read(&file);
    project.write(&file, &(text + "// Later.\n"));
    let elsewhere = |words: &[&str]| project.program(words).env("DATABASE_URL", "").run();
    let replace = elsewhere(&["lock", "--replace", name]).success();
    says(
        &replace.stderr,
        "no database was asked whether it has applied",
    );
    let replaced = project.lockfile();
    project.build();
    let up = project.toolkit(&["up", "-s", SERVICE]).code(1).stderr;
    says(
        &up,
        &format!("user_service: edited after being applied: {name}\n"),
    );
    let (_, remedy) = up.split_once("  toolkit lock --accept ").unwrap();
    assert_eq!(remedy.trim_end(), format!("{name}={applied}"));
    told(
        project,
        &format!("edited after being applied: {name}"),
        "`toolkit up --service user_service` says what to do",
    );

    // The text that was applied stands nowhere here.
    let accept = elsewhere(&["lock", "--accept", name]).code(1).stdout;
    says(&accept, "there is no database that could say it");
    says(&accept, &format!("`toolkit lock --accept {name}=CHECKSUM`"));
    assert_eq!(project.lockfile(), replaced);
    let nowhere = ["lock", "--accept", name, "-u", "postgres://127.0.0.1:1/x"];
    let accept = elsewhere(&nowhere).code(1).stdout;
    says(
        &accept,
        "the database cannot be asked: cannot reach PostgreSQL",
    );

    elsewhere(&["lock", "--accept", remedy.trim_end()]).success();
    let mended = project.lockfile();
    says(&mended, &format!(" accepts:{applied} chain:"));
    project.write(LOCKFILE, &replaced);
    let accept = project.toolkit(&["lock", "--accept", name]).success();
    says(&accept.stdout, &format!("accepted the new text of {name}"));
    assert_eq!(project.lockfile(), mended);
    let again = project.toolkit(&["lock", "--accept", name]).success();
    says(&again.stdout, "user_service: nothing to do");
    project.build();
    project.toolkit(&["up", "-s", SERVICE]).success();
    project.toolkit(&CHECK).success();
    project.restore();
}

pub fn lines_that_are_gone_are_told(project: &Project) {
    let names = project.migrations();
    let sound = project.lockfile();
    let without = |name: &str| {
        let mut lines: Vec<&str> = sound.lines().collect();
        lines.retain(|line| !line.starts_with(name));
        lines.join("\n") + "\n"
    };
    let last = names.last().unwrap();
    project.write(LOCKFILE, &without(last));
    let problem = format!("{last}: it has no line");
    told(project, &problem, "`toolkit lock --service user_service`");
    project.toolkit(&LOCK).success();
    assert_eq!(project.lockfile(), sound);

    let [_, second, third, ..] = &names[..] else {
        panic!("too few migrations")
    };
    project.write(LOCKFILE, &without(second));
    let problem = format!("{second}: it has no line, and stands before {third}");
    told(project, &problem, "`toolkit rebase");
    let problem = format!("{third}: its line was edited by hand, or one before it is gone");
    refused(project, &problem, "restore migrations.lock");
    project.restore();
}

pub fn lines_that_are_wrong_are_told(project: &Project) {
    let names = project.migrations();
    let sound = project.lockfile();
    let lockfile = Lockfile::parse(&sound).unwrap();
    let known = lockfile.entries();
    let vanished = Entry::new("m1_vanished", &checksum(b""));
    let longer: Lockfile = known.iter().cloned().chain([vanished]).collect();
    project.write(LOCKFILE, &longer.to_string());
    let problem = "m1_vanished: it has a line, but is gone";
    refused(project, problem, "`toolkit lock --forget m1_vanished`");
    project
        .toolkit(&["lock", "--forget", "m1_vanished"])
        .success();
    assert_eq!(project.lockfile(), sound);

    project.write(
        LOCKFILE,
        &sound.replace(&known[0].checksum, &checksum(b"other")),
    );
    let problem = format!("{}: its line was edited by hand", names[0]);
    refused(project, &problem, "restore migrations.lock");

    let mut lines: Vec<&str> = sound.lines().collect();
    lines.swap(1, 2);
    project.write(LOCKFILE, &(lines.join("\n") + "\n"));
    let problem = format!("{}: it stands behind {} in the list", names[1], names[0]);
    told(project, &problem, "in src/lib.rs");

    project.write(LOCKFILE, "m1_cut sha256:12\n");
    let problem = "line 1 of migrations.lock cannot be understood";
    told(project, problem, "restore it from version control");
    let lock = project.toolkit(&LOCK).code(2).stderr;
    says(&lock, "the lock file of user_service cannot be used");
    project.restore();
}
