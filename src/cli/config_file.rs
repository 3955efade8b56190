//! The settings file: what it says becomes the default of the argument of the same name.
//!
//! So a flag and a variable overrule it, and its values are read by the rules of the arguments.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::{Arg, Command};
use toml::de::{DeTable, DeValue};

use super::publish::{PUBLISH, publications};
use crate::store::pg::Publication;

/// The name of the argument that names the file; the file cannot name another.
const CONFIG: &str = "config";

/// Holds what a settings file says.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    /// Where it is; `None` when there is none.
    pub(super) path: Option<PathBuf>,
    /// The tables of a database that are shown as collections.
    pub(super) published: Vec<Publication>,
    entries: Vec<Entry>,
}

/// Holds one line of it.
#[derive(Debug)]
struct Entry {
    name: String,
    text: String,
    line: usize,
}

impl ConfigFile {
    /// Reads the file that was named, else the user's, if there is one; `none` reads none.
    ///
    /// # Errors
    ///
    /// A sentence with the file, the line and what would be right.
    pub(super) fn find(
        named: Option<&Path>,
        users: Option<PathBuf>,
        command: &Command,
    ) -> anyhow::Result<Self> {
        let path = match named {
            Some(path) if path == Path::new("none") => return Ok(Self::default()),
            Some(path) => path.to_owned(),
            None => match users.filter(|path| path.exists()) {
                Some(path) => path,
                None => return Ok(Self::default()),
            },
        };
        let text = fs::read_to_string(&path)
            .with_context(|| format!("the settings file {} cannot be read", path.display()))?;
        let (entries, published) = entries(&text, command)
            .map_err(|Refused { line, why }| anyhow!("{}, line {line}: {why}", path.display()))?;
        Ok(Self { path: Some(path), published, entries })
    }

    /// Makes what the file says the defaults of a command and its verbs.
    pub(super) fn apply(&self, command: Command) -> Command {
        let give = |arg: Arg| match self.entry(&arg) {
            Some(entry) => arg.default_value(entry.text.clone()),
            None => arg,
        };
        command.mut_args(give).mut_subcommands(|verb| verb.mut_args(give))
    }

    /// The line that tells a setting, if there is one.
    pub(super) fn line(&self, setting: &Arg) -> Option<usize> {
        self.entry(setting).map(|entry| entry.line)
    }

    fn entry(&self, arg: &Arg) -> Option<&Entry> {
        let name = arg.get_long().filter(|_| is_setting(arg))?;
        self.entries.iter().find(|entry| entry.name == name)
    }
}

/// Lists the settings: those of every verb, then those of the service.
pub(super) fn settings(command: &Command) -> Vec<&Arg> {
    let shown = command.find_subcommand(CONFIG).into_iter().flat_map(Command::get_arguments);
    command.get_arguments().chain(shown).filter(|arg| is_setting(arg)).collect()
}

fn is_setting(arg: &Arg) -> bool {
    arg.get_env().is_some() && arg.get_id() != CONFIG
}

/// Says why a line is refused.
#[derive(Debug)]
struct Refused {
    line: usize,
    why: String,
}

/// Reads the text of a file, in the order of its lines.
fn entries(text: &str, command: &Command) -> Result<(Vec<Entry>, Vec<Publication>), Refused> {
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| Refused {
        line: line(error.span().map_or(0, |span| span.start)),
        why: error.message().to_owned(),
    })?;
    let (mut entries, mut published) = (Vec::new(), Vec::new());
    for (key, value) in table.get_ref() {
        let at = line(key.span().start);
        if key.get_ref() == PUBLISH {
            let all = publications(value.get_ref());
            published = all.map_err(|why| Refused { line: at, why: format!("{why:#}") })?;
            continue;
        }
        let written = &text[value.span()];
        let entry = entry(key.get_ref(), value.get_ref(), written, command);
        let (name, text) = entry.map_err(|why| Refused { line: at, why: format!("{why:#}") })?;
        entries.push(Entry { name, text, line: at });
    }
    entries.sort_by_key(|entry| entry.line);
    Ok((entries, published))
}

/// Reads a setting and its value.
fn entry(
    name: &str,
    value: &DeValue<'_>,
    written: &str,
    command: &Command,
) -> anyhow::Result<(String, String)> {
    let settings = settings(command);
    let Some(setting) = settings.iter().find(|setting| setting.get_long() == Some(name)) else {
        let known = settings.iter().filter_map(|setting| setting.get_long());
        let nearest = known
            .max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
        bail!("`{name}` is no setting; the nearest is `{}`", nearest.unwrap_or_default());
    };
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(_) => written.replace('_', ""),
        DeValue::Boolean(_) => written.to_owned(),
        DeValue::Array(all) if setting.get_value_delimiter().is_some() => {
            let texts = all.iter().map(|one| one.get_ref().as_str().context("a list of texts"));
            texts.collect::<anyhow::Result<Vec<_>>>()?.join(",")
        }
        _ => bail!("`{name}` is a text in quotes, a whole number, or true or false"),
    };
    check(setting, &text)?;
    Ok((name.to_owned(), text))
}

/// Reads a value by the rule of its argument.
fn check(setting: &Arg, text: &str) -> anyhow::Result<()> {
    let alone = setting.clone().env(None).global(false);
    let flag = format!("--{}={text}", setting.get_long().unwrap_or_default());
    let read = Command::new("jidi").no_binary_name(true).arg(alone).try_get_matches_from([flag]);
    read.map(drop).map_err(|error| {
        let said = error.to_string();
        let lines = said.lines().take_while(|line| !line.starts_with("For more"));
        let words: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
        anyhow!("{}", words.join(" ").trim_start_matches("error: ").to_owned())
    })
}
