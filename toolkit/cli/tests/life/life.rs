//! Takes steps round by round and notes what goes wrong.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use toolkit_testkit::{Cluster, Database, Output};

use crate::{
    copy::Copy,
    dump, rows,
    step::{ByHand, Rows, Step, replace},
    tell,
};

/// A database, the code that belongs to it, and what went wrong so far.
#[derive(Debug)]
pub struct Life {
    copy: Copy,
    cluster: &'static Cluster,
    database: Database,
    problems: Vec<String>,
    /// Services of which a step went wrong in such a way that the next ones mean nothing.
    stopped: BTreeSet<&'static str>,
    /// How many steps were taken.
    pub taken: usize,
}

/// What went wrong with a step, so that it cannot go on.
struct Stop(String);

type Outcome<T = ()> = Result<T, Stop>;

impl Life {
    /// Applies the migrations that are there, and fills the tables.
    pub fn begin(copy: Copy, database: Database, cluster: &'static Cluster) -> Self {
        copy.build();
        let life = Self {
            copy,
            cluster,
            database,
            problems: Vec::new(),
            stopped: BTreeSet::new(),
            taken: 0,
        };
        life.toolkit(&["up-all"]).success();
        life.psql(rows::ALL);
        life
    }

    /// Takes steps of different services, which share two builds.
    pub fn round(&mut self, mut steps: Vec<Step>) {
        steps.retain(|step| !self.stopped.contains(step.service));
        steps
            .iter()
            .flat_map(|step| &step.edits)
            .for_each(|edit| self.copy.edit(edit));
        self.copy.build();
        self.refuse(&steps);
        let mut written = Vec::new();
        for step in steps {
            match self.generate(&step) {
                Ok(migration) => written.push((step, migration)),
                Err(stop) => self.stop(&step, stop),
            }
        }
        self.copy.build();
        for (step, migration) in written {
            self.taken += 1;
            if let Err(stop) = self.apply(&step, &migration) {
                self.stop(&step, stop);
            }
        }
        if self.stopped.is_empty() {
            let check = self.toolkit(&["check"]);
            if check.code != Some(0) {
                self.problem("check of all services", &told(&check));
            }
        }
    }

    /// Proves that an empty database comes to the same, and that nothing went wrong.
    pub fn end(mut self) {
        self.psql("DROP FUNCTION public.id");
        if self.stopped.is_empty() {
            let empty = self.cluster.database();
            self.copy.toolkit(&empty.url(), &["up-all"]).success();
            let fresh = self.cluster.dump(empty.name(), &[]);
            if let Some(lines) = dump::differences(&fresh, &self.dump()) {
                self.problem("all migrations on an empty database", &lines);
            }
            let verify = self.copy.toolkit(&empty.url(), &["verify"]);
            if verify.code != Some(0) {
                self.problem("verify", &told(&verify));
            }
        }
        assert!(self.problems.is_empty(), "{}", self.problems.join("\n\n"));
    }

    /// What `generate` must refuse is refused; then it is made good.
    fn refuse(&mut self, steps: &[Step]) {
        let mut changed = false;
        for step in steps {
            let Some(refusal) = &step.refusal else {
                continue;
            };
            let before = self.copy.files();
            let generate = self.toolkit(&["generate", "--service", step.service]);
            let is_right = generate.code == Some(2) && generate.stderr.contains(refusal.message);
            if !is_right || self.copy.files() != before {
                self.problem(step.name, &format!("not refused: {}", told(&generate)));
            }
            refusal.remedy.iter().for_each(|edit| self.copy.edit(edit));
            changed = true;
        }
        if changed {
            self.copy.build();
        }
    }

    /// The migration that is written.
    fn generate(&mut self, step: &Step) -> Outcome<PathBuf> {
        if !step.options.is_empty() {
            self.nothing_to_do(step, step.options[0] == "--rename")?;
        }
        let before = self.copy.files();
        let mut words = vec![
            "generate",
            "--service",
            step.service,
            "--message",
            step.name,
        ];
        words.extend(step.options);
        let generate = expect(self.toolkit(&words), 0)?;
        for statement in &step.statements {
            if !generate.stdout.contains(statement) {
                self.problem(
                    step.name,
                    &format!("`{statement}` is not in {}", told(&generate)),
                );
            }
        }
        let after = self.copy.files();
        let changed: Vec<PathBuf> = after
            .into_iter()
            .filter(|(name, text)| before.get(name) != Some(text))
            .map(|(name, _)| name)
            .collect();
        let folder = PathBuf::from(format!("microservices/{}/migration", step.service));
        let (lockfile, library) = (folder.join("migrations.lock"), folder.join("src/lib.rs"));
        let (old, new): (Vec<_>, Vec<_>) =
            changed.iter().partition(|name| before.contains_key(*name));
        if old != [&lockfile, &library] || new.len() != 1 {
            return Err(Stop(format!("wrote {changed:?}: {}", told(&generate))));
        }
        let format = self.copy.format(new[0]);
        if format.code != Some(0) {
            self.problem(
                step.name,
                &format!("not as rustfmt writes: {}", format.stdout),
            );
        }
        Ok(new[0].clone())
    }

    /// Without its options, the step is no difference; or it is one, which may be a rename.
    fn nothing_to_do(&mut self, step: &Step, is_rename: bool) -> Outcome {
        let before = self.copy.files();
        let words = ["generate", "--service", step.service, "--dry-run"];
        let generate = expect(self.toolkit(&words), 0)?;
        if self.copy.files() != before {
            return Err(Stop(format!("a dry run wrote: {}", told(&generate))));
        }
        if generate.stdout.contains("nothing to do") == is_rename {
            self.problem(
                step.name,
                &format!("without its options: {}", told(&generate)),
            );
        }
        let names = step.options.iter().filter(|word| !word.starts_with("--"));
        for name in names.filter(|_| !is_rename) {
            let own_name = name.split('(').next().unwrap();
            if !generate.stderr.contains(own_name) && !generate.stdout.contains(own_name) {
                self.problem(
                    step.name,
                    &format!("{name} is not listed: {}", told(&generate)),
                );
            }
        }
        Ok(())
    }

    fn apply(&mut self, step: &Step, migration: &Path) -> Outcome {
        if let Some(sql) = step.seed {
            self.psql(sql);
        }
        let before = self.dump();
        let up = ["up", "--service", step.service];
        if let Some(obstacle) = &step.obstacle {
            let up = expect(self.toolkit(&up), 2)?;
            self.tells(step, obstacle.message, &up);
            self.same(step, "a failed up", &before);
            self.psql(obstacle.remedy);
        }
        expect(self.toolkit(&up), 0)?;
        self.rows(step, "up", &step.after_up);
        let applied = self.dump();
        if applied == before {
            self.problem(step.name, "up changed nothing");
        }
        expect(self.toolkit(&["check", "--service", step.service]), 0)?;
        let generate = expect(self.toolkit(&["generate", "--service", step.service]), 0)?;
        if !generate.stdout.contains("nothing to do") {
            return Err(Stop(format!("generated again: {}", told(&generate))));
        }
        let down = ["down", "--service", step.service, "-n", "1", "--yes"];
        if let Some(by_hand) = &step.by_hand {
            let down = expect(self.toolkit(&down), 2)?;
            self.tells(step, by_hand.message, &down);
            self.same(step, "a failed down", &applied);
            self.complete(step, by_hand, migration)?;
        }
        expect(self.toolkit(&down), 0)?;
        self.same(step, "down", &before);
        self.rows(step, "down", &step.after_down);
        expect(self.toolkit(&up), 0)?;
        self.same(step, "up again", &applied);
        self.rows(step, "up again", &step.after_up);
        Ok(())
    }

    /// Adds to the migration what a person has to, and says that it is meant.
    fn complete(&self, step: &Step, by_hand: &ByHand, migration: &Path) -> Outcome {
        let file = migration.to_str().unwrap().to_owned();
        self.copy.edit(&replace(file, by_hand.old, by_hand.new));
        let name = migration.file_stem().unwrap().to_str().unwrap();
        let accept = ["lock", "--service", step.service, "--accept", name];
        expect(self.toolkit(&accept), 0)?;
        self.copy.build();
        Ok(())
    }

    /// Notes when what went wrong is not said.
    fn tells(&mut self, step: &Step, message: &str, output: &Output) {
        if !output.stderr.contains(message) {
            self.problem(step.name, &format!("not `{message}`: {}", told(output)));
        }
    }

    fn same(&mut self, step: &Step, when: &str, expected: &str) {
        if let Some(lines) = dump::differences(expected, &self.dump()) {
            self.problem(
                step.name,
                &format!("after {when} pg_dump differs:\n{lines}"),
            );
        }
    }

    fn rows(&mut self, step: &Step, when: &str, expected: &[Rows]) {
        for (query, rows) in expected {
            let found = self.psql(query);
            if found != *rows {
                self.problem(
                    step.name,
                    &format!("after {when}: {query}\n{found}\nnot {rows}"),
                );
            }
        }
    }

    fn stop(&mut self, step: &Step, Stop(problem): Stop) {
        self.problem(step.name, &problem);
        self.stopped.insert(step.service);
    }

    fn problem(&mut self, name: &str, problem: &str) {
        let text = format!("=== {name}\n{problem}");
        tell(&text);
        self.problems.push(text);
    }

    /// How long the builds took.
    pub fn building(&self) -> Duration {
        self.copy.building()
    }

    fn toolkit(&self, words: &[&str]) -> Output {
        self.copy.toolkit(&self.database.url(), words)
    }

    fn psql(&self, sql: &str) -> String {
        self.cluster.psql(self.database.name(), sql)
    }

    fn dump(&self) -> String {
        self.cluster.dump(self.database.name(), &[])
    }
}

fn expect(output: Output, code: i32) -> Outcome<Output> {
    if output.code == Some(code) {
        Ok(output)
    } else {
        Err(Stop(told(&output)))
    }
}

fn told(output: &Output) -> String {
    let Output {
        program,
        code,
        stdout,
        stderr,
    } = output;
    format!("{program} ended with {code:?}\n{stdout}\n{stderr}")
}
