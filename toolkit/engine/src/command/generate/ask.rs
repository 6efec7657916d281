//! What a person is asked on a terminal before a migration is written; elsewhere nothing is guessed.

use dialoguer::{Input, Select};
use toolkit_runtime::{Context, Error, Service, command::blocking};
use toolkit_text::harmless_line;

use crate::{
    catalog::ColumnRef,
    compare::{Comparison, rename_option, unfilled},
};

/// What was answered so far.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Old names of what is not renamed, as `--rename` writes them.
    gone: Vec<String>,
    /// New columns that somebody fills by hand.
    by_hand: Vec<ColumnRef>,
    /// Whether the change shall go in phases.
    pub(super) online: bool,
}

/// What an answer says, in the words of an option.
pub(super) enum Answer {
    Rename(String),
    Fill(String),
}

impl Answers {
    /// Asks the next question that `comparison` leaves. Nothing where there is none, and where nobody can be asked.
    pub(super) async fn next(
        &mut self,
        context: &Context,
        service: &Service,
        comparison: &Comparison,
        is_online: bool,
    ) -> Result<Option<Answer>, Error> {
        if !context.printer.is_live() || !std::io::IsTerminal::is_terminal(&std::io::stdin()) {
            return Ok(None);
        }
        while let Some(gone) = self.next_gone(comparison) {
            if let Some(rename) = self.rename(service, comparison, gone).await? {
                return Ok(Some(Answer::Rename(rename)));
            }
        }
        if is_online {
            return Ok(None);
        }
        let columns = unfilled(&comparison.up).into_iter();
        for column in columns {
            if self.online || self.by_hand.contains(&column) {
                continue;
            }
            if let Some(fill) = self.fill(service, column).await? {
                return Ok(Some(Answer::Fill(fill)));
            }
        }
        Ok(None)
    }

    /// Forgets the proposals that were answered.
    pub(super) fn settle(&self, comparison: &mut Comparison) {
        let is_open = |option: &str| self.gone.iter().all(|it| it != old(option));
        let proposals = &mut comparison.proposals;
        proposals.retain(|it| is_open(&rename_option(&it.rename)));
    }

    /// The old name of the likeliest rename that nobody was asked about.
    fn next_gone(&self, comparison: &Comparison) -> Option<String> {
        let proposals = comparison.proposals.iter();
        let mut names = proposals.map(|it| old(&rename_option(&it.rename)).to_owned());
        names.find(|name| !self.gone.contains(name))
    }

    /// Asks what became of `gone`.
    async fn rename(
        &mut self,
        service: &Service,
        comparison: &Comparison,
        gone: String,
    ) -> Result<Option<String>, Error> {
        let proposals = comparison.proposals.iter();
        let options: Vec<_> = proposals
            .map(|it| (rename_option(&it.rename), it))
            .filter(|(option, _)| old(option) == gone)
            .collect();
        let is_likely = options.first().is_some_and(|(_, it)| it.is_likely);
        let mut items: Vec<String> = options
            .iter()
            .map(|(option, it)| format!("renamed: {option} ({})", it.reason))
            .collect();
        items.push("not renamed: what is new has nothing to do with it".to_owned());
        let question = format!(
            "{}: {gone} is gone from the entities. What became of it?",
            service.name()
        );
        // Where nothing speaks for a rename, nothing is chosen beforehand.
        let chosen = select(service, question, items, is_likely.then_some(0)).await?;
        let rename = options.get(chosen).map(|(option, _)| option.clone());
        if rename.is_none() {
            self.gone.push(gone);
        }
        Ok(rename)
    }

    /// Asks what the rows that are there get in a new column.
    async fn fill(
        &mut self,
        service: &Service,
        column: ColumnRef,
    ) -> Result<Option<String>, Error> {
        let name = format!("{}.{}", column.table.name, column.column);
        let question = format!(
            "{}: {name} is new, must not be null and has no default: this will fail where {} has rows. What do they get?",
            service.name(),
            column.table.name
        );
        let items = [
            "a value that I say now",
            "the default that I write into the entity: stop here",
            "a value later, in steps beside running code (--online)",
            "what I write where the migration says TODO, or there are no rows",
        ];
        let items = items.map(str::to_owned).to_vec();
        match select(service, question, items, None).await? {
            0 => Ok(Some(format!("{name}={}", value().await?))),
            1 => Err(crate::Error::DefaultWanted {
                service: service.name().to_owned(),
                column: name,
            }
            .into()),
            2 => {
                self.online = true;
                Ok(None)
            }
            _ => {
                self.by_hand.push(column);
                Ok(None)
            }
        }
    }
}

/// What stands before `=` in a rename.
fn old(option: &str) -> &str {
    option.rsplit_once('=').map_or(option, |(old, _)| old)
}

/// Lets somebody choose one of `items`.
async fn select(
    service: &Service,
    question: String,
    items: Vec<String>,
    chosen: Option<usize>,
) -> Result<usize, Error> {
    let ask = move || {
        let items = items.iter().map(|it| harmless_line(it));
        let select = Select::new()
            .with_prompt(harmless_line(&question))
            .items(items);
        match chosen {
            Some(chosen) => select.default(chosen).interact_opt(),
            None => select.interact_opt(),
        }
    };
    match blocking("ask", ask).await? {
        Ok(Some(chosen)) => Ok(chosen),
        Ok(None) => Err(Error::NotConfirmed {
            action: format!("generate of {}", service.name()),
            asked: true,
        }),
        Err(error) => Err(failed(error)),
    }
}

async fn value() -> Result<String, Error> {
    let ask = || {
        Input::<String>::new()
            .with_prompt("the value, as SQL ('new', 0, now())")
            .interact_text()
    };
    blocking("ask", ask).await?.map_err(failed)
}

fn failed(error: dialoguer::Error) -> Error {
    let dialoguer::Error::IO(source) = error;
    Error::System {
        action: "ask",
        source,
    }
}
