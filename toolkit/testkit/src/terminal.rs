//! A program in a pseudo-terminal, and somebody who answers it. `script` of util-linux makes the terminal:
//! <https://man7.org/linux/man-pages/man1/script.1.html>.

use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::{Output, Program, skipped};

/// How long a question is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Keys as a terminal sends them.
pub mod keys {
    /// Return.
    pub const ENTER: &str = "\r";
    /// The arrow down.
    pub const DOWN: &str = "\u{1b}[B";
    /// The arrow up.
    pub const UP: &str = "\u{1b}[A";
    /// Escape.
    pub const ESCAPE: &str = "\u{1b}";
}

impl Program {
    /// Runs it in a terminal to its end: each of `talk` is a text that is waited for, and what is typed then. What the
    /// terminal showed is the standard output, without colours and movements. Nothing where there is no `script`,
    /// which is said for `test`.
    ///
    /// # Panics
    /// When it cannot be started, or a text does not come.
    pub fn at_terminal(self, test: &str, talk: &[(&str, &str)]) -> Option<Output> {
        let mut output = self.talked(test, "", talk)?;
        output.stdout = plain(&output.stdout);
        Some(output)
    }

    /// Likewise in a terminal of `columns` columns, as it showed it: with its colours and movements.
    ///
    /// # Panics
    /// As [`at_terminal`](Self::at_terminal).
    pub fn in_columns(self, test: &str, columns: u16, talk: &[(&str, &str)]) -> Option<Output> {
        let mut output =
            self.talked(test, &format!("stty cols {columns} rows 50 -echo; "), talk)?;
        output.stdout = output.stdout.replace("\r\n", "\n");
        Some(output)
    }

    /// `before` is what the shell does first.
    fn talked(self, test: &str, before: &str, talk: &[(&str, &str)]) -> Option<Output> {
        if !has_script() {
            skipped(test, "`script` of util-linux");
            return None;
        }
        let program = self.words().join(" ");
        let line = format!("{before}{program}");
        let mut command = self.within("script", &["-q", "-e", "-c", &line, "/dev/null"]);
        command
            .env("TERM", "xterm-256color")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let child = command.spawn().unwrap();
        Some(talked(program, child, talk))
    }
}

/// Whether `script` takes the options of util-linux.
fn has_script() -> bool {
    let version = Command::new("script").arg("--version").output();
    version.is_ok_and(|it| String::from_utf8_lossy(&it.stdout).contains("util-linux"))
}

fn talked(program: String, mut child: Child, talk: &[(&str, &str)]) -> Output {
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (sender, receiver) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count) = output.read(&mut bytes) {
            if count == 0 || sender.send(bytes[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    let (mut shown, mut seen) = (Vec::new(), 0);
    for (text, typed) in talk {
        let until = Instant::now() + PATIENCE;
        loop {
            let told = plain(&String::from_utf8_lossy(&shown));
            if let Some(place) = told[seen..].find(text) {
                seen += place + text.len();
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            let more = receiver.recv_timeout(left);
            let Ok(more) = more else {
                let _ = child.kill();
                panic!("{program} did not say {text:?}: {told}");
            };
            shown.extend(more);
        }
        // It says what it asks before it listens.
        thread::sleep(Duration::from_millis(100));
        input.write_all(typed.as_bytes()).unwrap();
        input.flush().unwrap();
    }
    shown.extend(receiver.iter().flatten());
    // Its end would be the end of the terminal's input.
    drop(input);
    reader.join().unwrap();
    let output = Output {
        program,
        code: child.wait().unwrap().code(),
        stdout: String::from_utf8_lossy(&shown).into_owned(),
        stderr: String::new(),
    };
    output.without_passwords()
}

/// What a terminal shows of `text`: without sequences that colour and move.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // Parameters, then a letter: <https://ecma-international.org/publications-and-standards/standards/ecma-48/>.
            letters.find(char::is_ascii_alphabetic);
        } else if letter != '\r' {
            plain.push(letter);
        }
    }
    plain
}
