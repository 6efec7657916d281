//! Passes on what a client and a server say to each other, and has what the client sends judged.
//!
//! <https://www.postgresql.org/docs/current/protocol-message-formats.html>

use std::{
    future::poll_fn,
    io,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use sqlx_core::net::Socket;

use super::{Client, Refused};
use crate::reach::{Judge, Policy, Protocol, SEEN, Verdict};

const CHUNK: usize = 16 * 1024;

/// What a statement that is not sent is replaced with: the server refuses it, and with it whatever
/// stands behind it in the same transaction.
const NOTHING: &str = "SELECT pg_catalog.\"the statement reaches beyond its database\"()";

pub(super) struct Relay {
    client: Client,
    server: Box<dyn Socket>,
    from_client: Requests,
    from_server: Answers,
    to_client: Vec<u8>,
    to_server: Vec<u8>,
    judge: Judge,
    refused: Arc<Mutex<Refused>>,
    ended: Ended,
}

#[derive(Default)]
struct Ended {
    client: bool,
    server: bool,
}

impl Relay {
    pub(super) fn new(
        client: Client,
        server: Box<dyn Socket>,
        policy: Policy,
        refused: Arc<Mutex<Refused>>,
    ) -> Self {
        Self {
            client,
            server,
            from_client: Requests::default(),
            from_server: Answers::default(),
            to_client: Vec::new(),
            to_server: Vec::new(),
            judge: Judge::new(policy),
            refused,
            ended: Ended::default(),
        }
    }

    /// Goes on until one of the two has ended and the other knows.
    pub(super) async fn run(mut self) -> io::Result<()> {
        poll_fn(|context| self.turn(context)).await
    }

    fn turn(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut moved = self.read_client(context)?;
            moved |= self.write_server(context)?;
            moved |= self.read_server(context)?;
            moved |= self.write_client(context)?;
            let Ended { client, server } = self.ended;
            if server && self.to_client.is_empty() || client && self.to_server.is_empty() {
                return self.server.poll_shutdown(context);
            }
            if !moved {
                return Poll::Pending;
            }
        }
    }

    fn read_client(&mut self, context: &mut Context<'_>) -> io::Result<bool> {
        if self.ended.client || !self.to_server.is_empty() {
            return Ok(false);
        }
        let mut chunk = [0; CHUNK];
        match waited(self.client.try_read(&mut chunk))? {
            Some(0) => self.ended.client = true,
            Some(count) => {
                self.from_client.push(&chunk[..count]);
                self.pass();
            }
            None => return ready(self.client.poll_read_ready(context)),
        }
        Ok(true)
    }

    /// Judges what has arrived whole.
    fn pass(&mut self) {
        while let Some(message) = self.from_client.next() {
            let verdict = match message.text() {
                Some((sql, protocol)) => {
                    let mut refused = locked(&self.refused);
                    self.judge.set_own(&refused.processes);
                    let verdict = self.judge.judge(&sql, protocol);
                    if let Verdict::Refuse(reach) = &verdict {
                        refused.first.get_or_insert_with(|| reach.clone());
                    }
                    verdict
                }
                None => Verdict::Send,
            };
            match verdict {
                Verdict::Send => self.to_server.extend_from_slice(&message.bytes),
                Verdict::Instead(sql) => self.to_server.extend(message.saying(&sql)),
                Verdict::Refuse(_) => self.to_server.extend(message.saying(NOTHING)),
            }
        }
    }

    fn write_server(&mut self, context: &mut Context<'_>) -> io::Result<bool> {
        if self.to_server.is_empty() {
            // What TLS holds back must go before an answer can come.
            return match self.server.poll_flush(context) {
                Poll::Ready(Err(error)) => Err(error),
                Poll::Ready(Ok(())) | Poll::Pending => Ok(false),
            };
        }
        match waited(self.server.try_write(&self.to_server))? {
            Some(count) => {
                self.to_server.drain(..count);
                Ok(true)
            }
            None => ready(self.server.poll_write_ready(context)),
        }
    }

    fn read_server(&mut self, context: &mut Context<'_>) -> io::Result<bool> {
        if self.ended.server || !self.to_client.is_empty() {
            return Ok(false);
        }
        let mut chunk = [0; CHUNK];
        let mut free = &mut chunk[..];
        match waited(self.server.try_read(&mut free))? {
            Some(0) => self.ended.server = true,
            Some(count) => {
                self.hear(&chunk[..count]);
                self.to_client.extend_from_slice(&chunk[..count]);
            }
            None => return ready(self.server.poll_read_ready(context)),
        }
        Ok(true)
    }

    fn hear(&mut self, chunk: &[u8]) {
        for answer in self.from_server.push(chunk) {
            match answer {
                Answer::Process(process) => {
                    locked(&self.refused).processes.push(process);
                }
                Answer::Ready { in_transaction } => self.judge.in_transaction = in_transaction,
                Answer::Seen => {
                    let reach = self.judge.seen();
                    locked(&self.refused).first.get_or_insert(reach);
                }
            }
        }
    }

    fn write_client(&mut self, context: &mut Context<'_>) -> io::Result<bool> {
        if self.to_client.is_empty() {
            return Ok(false);
        }
        match waited(self.client.try_write(&self.to_client))? {
            Some(count) => {
                self.to_client.drain(..count);
                Ok(true)
            }
            None => ready(self.client.poll_write_ready(context)),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nothing where it has to be waited for.
fn waited(result: io::Result<usize>) -> io::Result<Option<usize>> {
    match result {
        Ok(count) => Ok(Some(count)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

fn ready(poll: Poll<io::Result<()>>) -> io::Result<bool> {
    match poll {
        Poll::Ready(result) => result.map(|()| true),
        Poll::Pending => Ok(false),
    }
}

/// What a client sends, message by message.
#[derive(Default)]
struct Requests {
    buffer: Vec<u8>,
    /// The first message has no letter before its length.
    is_open: bool,
}

/// A message with its letter and its length.
struct Message {
    bytes: Vec<u8>,
    has_letter: bool,
}

impl Requests {
    fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    fn next(&mut self) -> Option<Message> {
        let letter = usize::from(self.is_open);
        let length = self.buffer.get(letter..letter + 4)?;
        let length = u32::from_be_bytes(length.try_into().ok()?);
        let end = letter + usize::try_from(length).ok()?.max(4);
        if self.buffer.len() < end {
            return None;
        }
        let rest = self.buffer.split_off(end);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let has_letter = std::mem::replace(&mut self.is_open, true);
        Some(Message { bytes, has_letter })
    }
}

impl Message {
    /// The statements that it holds.
    fn text(&self) -> Option<(String, Protocol)> {
        let (start, protocol) = self.place()?;
        let text = until_zero(self.bytes.get(start..)?);
        Some((String::from_utf8_lossy(text).into_owned(), protocol))
    }

    /// Where the statements begin: those that are to be prepared stand behind a name.
    fn place(&self) -> Option<(usize, Protocol)> {
        match self.bytes.first().filter(|_| self.has_letter)? {
            b'Q' => Some((5, Protocol::Simple)),
            b'P' => {
                let name = until_zero(self.bytes.get(5..)?);
                Some((5 + name.len() + 1, Protocol::Extended))
            }
            _ => None,
        }
    }

    /// The same message with other statements.
    fn saying(&self, sql: &str) -> Vec<u8> {
        let Some((start, _)) = self.place() else {
            return self.bytes.clone();
        };
        let old = until_zero(&self.bytes[start..]).len();
        let mut bytes = self.bytes[..start].to_vec();
        bytes.extend_from_slice(sql.as_bytes());
        bytes.extend_from_slice(&self.bytes[start + old..]);
        let length = u32::try_from(bytes.len() - 1).unwrap_or(u32::MAX);
        bytes[1..5].copy_from_slice(&length.to_be_bytes());
        bytes
    }
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == 0);
    &bytes[..end.unwrap_or(bytes.len())]
}

/// What a server says, of which little is of interest.
#[derive(Default)]
struct Answers {
    head: Vec<u8>,
    /// What is still to come of the message that has begun, and what is kept of it.
    rest: usize,
    kept: Option<Vec<u8>>,
}

enum Answer {
    /// The session's process.
    Process(u32),
    Ready {
        in_transaction: bool,
    },
    /// The transaction was seen to reach beyond its database.
    Seen,
}

impl Answers {
    fn push(&mut self, mut bytes: &[u8]) -> Vec<Answer> {
        let mut answers = Vec::new();
        while !bytes.is_empty() {
            if self.head.len() < 5 {
                let (some, others) = bytes.split_at(bytes.len().min(5 - self.head.len()));
                self.head.extend_from_slice(some);
                bytes = others;
                if self.head.len() < 5 {
                    break;
                }
                self.begin();
            }
            let (some, others) = bytes.split_at(bytes.len().min(self.rest));
            if let Some(kept) = &mut self.kept {
                kept.extend_from_slice(some);
            }
            self.rest -= some.len();
            bytes = others;
            if self.rest == 0 {
                answers.extend(self.end());
            }
        }
        answers
    }

    fn begin(&mut self) {
        let length = [self.head[1], self.head[2], self.head[3], self.head[4]];
        let length = u32::from_be_bytes(length).saturating_sub(4);
        self.rest = usize::try_from(length).unwrap_or(usize::MAX);
        self.kept = matches!(self.head[0], b'K' | b'Z' | b'E').then(Vec::new);
    }

    fn end(&mut self) -> Option<Answer> {
        let letter = self.head[0];
        self.head.clear();
        let kept = self.kept.take()?;
        match letter {
            b'K' => {
                let process = kept.get(..4)?.try_into().ok()?;
                Some(Answer::Process(u32::from_be_bytes(process)))
            }
            b'Z' => Some(Answer::Ready {
                in_transaction: kept.first() != Some(&b'I'),
            }),
            _ => {
                let mut fields = kept.split(|byte| *byte == 0);
                let code = fields.find_map(|field| field.strip_prefix(b"C"))?;
                (code == SEEN.as_bytes()).then_some(Answer::Seen)
            }
        }
    }
}
