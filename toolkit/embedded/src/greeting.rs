//! What a client and a PostgreSQL server say to each other before the first statement.
//!
//! <https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP>

use std::io::{self, ErrorKind, Read, Write};

use crate::stream::Stream;

/// What a client says at its end.
pub(crate) const TERMINATE: [u8; 5] = [b'X', 0, 0, 0, 4];

/// What a server says that wants a password in clear text, which stays within the machine here.
const ASK_PASSWORD: [u8; 9] = [b'R', 0, 0, 0, 8, 0, 0, 0, 3];

/// The longest message that a client may send before it is known.
const LONGEST: usize = 10_000;
const CANCEL: u32 = 80_877_102;
const TLS: u32 = 80_877_103;
const GSS: u32 = 80_877_104;

/// What came of it.
pub(crate) enum Greeting {
    /// The message that begins the session, as it came.
    Startup(Vec<u8>),
    /// Nothing more is to be said.
    Refused,
}

/// Why a client is not let in.
pub(crate) enum Refusal {
    Password,
    Busy,
    NotRunning(String),
}

/// Hears who a client is; a role is who says so, if `password` is what it says.
pub(crate) fn receive(client: &mut Stream, password: Option<&str>) -> io::Result<Greeting> {
    let startup = loop {
        let mut message = vec![0; 4];
        client.read_exact(&mut message)?;
        append_rest(client, &mut message, 0)?;
        match code(&message) {
            TLS | GSS => client.write_all(b"N")?,
            // There is no key by which a session could be found.
            CANCEL => return Ok(Greeting::Refused),
            _ => break message,
        }
    };
    let Some(password) = password else {
        return Ok(Greeting::Startup(startup));
    };
    client.write_all(&ASK_PASSWORD)?;
    let mut answer = vec![0; 5];
    client.read_exact(&mut answer)?;
    append_rest(client, &mut answer, 1)?;
    let said = answer[5..].strip_suffix(&[0]).unwrap_or(&answer[5..]);
    if answer[0] == b'p' && said == password.as_bytes() {
        return Ok(Greeting::Startup(startup));
    }
    refuse(client, &Refusal::Password)?;
    Ok(Greeting::Refused)
}

/// The rest of a message whose length stands in four bytes from `start`, which it counts.
fn append_rest(client: &mut Stream, message: &mut Vec<u8>, start: usize) -> io::Result<()> {
    let length = usize::try_from(number(&message[start..])).unwrap_or(usize::MAX);
    if !(4..=LONGEST).contains(&length) {
        return Err(ErrorKind::InvalidData.into());
    }
    let read = message.len();
    message.resize(start + length, 0);
    client.read_exact(&mut message[read..])
}

fn code(startup: &[u8]) -> u32 {
    startup.get(4..).map_or(0, number)
}

fn number(bytes: &[u8]) -> u32 {
    let first = bytes.first_chunk().copied().unwrap_or_default();
    u32::from_be_bytes(first)
}

/// Tells a client that it is not let in.
pub(crate) fn refuse(client: &mut Stream, refusal: &Refusal) -> io::Result<()> {
    let (code, message, hint) = match refusal {
        Refusal::Password => (
            "28P01",
            "password authentication failed",
            "the password stands in .toolkit/password",
        ),
        Refusal::Busy => (
            "53300",
            "sorry, too many clients already",
            "the embedded PostgreSQL serves one client at a time: close the other one, or its idle connection",
        ),
        Refusal::NotRunning(why) => (
            "57P03",
            why.as_str(),
            "stop `toolkit db` and start it again",
        ),
    };
    let mut fields = Vec::new();
    for (kind, text) in [
        (b'S', "FATAL"),
        (b'V', "FATAL"),
        (b'C', code),
        (b'M', message),
        (b'H', hint),
    ] {
        fields.push(kind);
        fields.extend(text.as_bytes());
        fields.push(0);
    }
    fields.push(0);
    let length = u32::try_from(fields.len() + 4).unwrap_or_default();
    client.write_all(b"E")?;
    client.write_all(&length.to_be_bytes())?;
    client.write_all(&fields)?;
    client.flush()
}
