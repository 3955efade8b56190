//! `jidi config`: each setting, its value, and where it comes from.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, CommandFactory};
use serde_json::{Value as Json, json};

use super::config_file::settings;
use super::settings::Settings;
use super::table::{self, Align};
use super::{Cli, Told};

/// Show each setting, its value, and where it comes from
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  jidi config\n  jidi config --config /etc/jidi/jidi.toml --json\n\nA settings file holds lines such as\n  listen = \"0.0.0.0:8080\"\n  max-body-mib = 32\nA flag overrules a variable, a variable the file, the file the default."
)]
pub(super) struct ConfigArgs {
    /// Write JSON instead of a table
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Holds what is shown of a setting.
#[derive(Debug)]
struct Shown {
    name: String,
    variable: String,
    value: Option<String>,
    from: &'static str,
    line: Option<usize>,
}

pub(super) fn run(args: &ConfigArgs, told: &Told) -> anyhow::Result<ExitCode> {
    let matches = told.matches.subcommand().map_or(&told.matches, |(_, matches)| matches);
    let shown: Vec<Shown> =
        settings(&Cli::command()).into_iter().map(|setting| show(setting, matches, told)).collect();
    let mut out = io::stdout().lock();
    if args.json {
        let settings: Vec<Json> = shown.iter().map(Shown::object).collect();
        let tables = told.file.published.iter().map(|one| &one.table);
        let published: Vec<&String> = tables.collect();
        let shown = json!({"file": told.file.path, "settings": settings, "published": published});
        writeln!(out, "{shown:#}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let columns = ["setting", "value", "from", "variable"].map(|name| (name, Align::Left));
    let rows: Vec<Vec<String>> = shown.iter().map(Shown::row).collect();
    table::write(&mut out, &columns, &rows)?;
    for one in &told.file.published {
        writeln!(out, "Published: {}", one.table)?;
    }
    match (&told.file.path, super::users_config()) {
        (Some(path), _) => writeln!(out, "\nSettings file: {}", path.display())?,
        (None, Some(path)) => writeln!(
            out,
            "\nNo settings file: name one with --config, or write {}",
            path.display()
        )?,
        (None, None) => writeln!(out, "\nNo settings file: name one with --config")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(setting: &Arg, matches: &ArgMatches, told: &Told) -> Shown {
    let id = setting.get_id().as_str();
    let line = told.file.line(setting);
    let from = match matches.value_source(id) {
        Some(ValueSource::CommandLine) => "flag",
        Some(ValueSource::EnvVariable) => "environment",
        _ if line.is_some() => "file",
        _ => "default",
    };
    let is_secret = setting.is_hide_env_values_set();
    let values = matches.get_raw(id).map(|values| {
        values.map(|one| masked(&one.to_string_lossy(), is_secret)).collect::<Vec<_>>().join(",")
    });
    Shown {
        name: setting.get_long().unwrap_or_default().to_owned(),
        variable: setting.get_env().unwrap_or_default().to_string_lossy().into_owned(),
        value: values,
        from,
        line: line.filter(|_| from == "file"),
    }
}

impl Shown {
    fn row(&self) -> Vec<String> {
        let from = match self.line {
            Some(line) => format!("{}, line {line}", self.from),
            None => self.from.to_owned(),
        };
        let value = self.value.clone().unwrap_or_else(|| "-".to_owned());
        vec![self.name.clone(), value, from, self.variable.clone()]
    }

    fn object(&self) -> Json {
        let mut object = json!({
            "name": self.name, "value": self.value, "from": self.from, "variable": self.variable,
        });
        if let Some(line) = self.line {
            object["line"] = json!(line);
        }
        object
    }
}

/// Hides a secret, and the password in an address.
fn masked(value: &str, is_secret: bool) -> String {
    if is_secret {
        return "***".to_owned();
    }
    let parts = value.split_once("://").and_then(|(scheme, rest)| {
        let (user, host) = rest.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        Some(format!("{scheme}://{name}:***@{host}"))
    });
    parts.unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_passwords_in_addresses_are_hidden() {
        assert_eq!(masked("s3cret", true), "***");
        assert_eq!(
            masked("postgres://jidi:a:b@c@db:5432/x", false),
            "postgres://jidi:***@db:5432/x"
        );
        assert_eq!(masked("postgres://jidi@db/x", false), "postgres://jidi@db/x");
        assert_eq!(masked("127.0.0.1:8080", false), "127.0.0.1:8080");
    }
}
