//! `jidi run`: an analysis of a collection or of a file; its flags are read from the table.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use super::run_language::Language;
use super::run_words::write_summary;
use super::{DataArgs, whole_file};
use crate::domain::Bbox;
use crate::formats::Layout;
use crate::formats::geojson::Members;
use crate::process::{
    self, Arguments, Default, Failed, Inline, Kind, PROCESSES, Parameter, Process, Run, Subject,
};
use crate::store::{Catalog, Collection, Progress, Selection};

/// What `jidi run` was told.
#[derive(Debug)]
pub(super) struct RunArgs {
    process: &'static Process,
    input: String,
    bbox: Option<Bbox>,
    filter: Option<String>,
    output: Option<PathBuf>,
    json: bool,
    arguments: Arguments,
}

impl RunArgs {
    /// The language that was asked for.
    fn language(&self) -> Language {
        match self.arguments.text(&[], "lang") {
            Some("zh") => Language::Chinese,
            _ => Language::English,
        }
    }
}

impl Args for RunArgs {
    fn augment_args(command: Command) -> Command {
        command
            .about("Run an analysis of a collection or a file")
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommand_value_name("PROCESS")
            .subcommand_help_heading("Processes")
            .disable_help_subcommand(true)
            .after_help("Examples:\n  jidi run clusters bases\n  jidi run clusters firms.csv --eps-km 2 --min-points 10 -o clusters.geojson\n  jidi run clusters hubs --by industry_group --json\n  jidi run regions hubs --industry electronics --level prefecture\n  jidi run clusters hubs --region Jiangsu --filter \"year >= 2010\"")
            .subcommands(PROCESSES.iter().map(|process| subcommand(process)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn subcommand(process: &'static Process) -> Command {
    let input = Arg::new("input").required(true).value_name("COLLECTION|FILE").help(
        "Collection, such as bases, or a file with positions: CSV, XLSX, GeoJSON, GeoPackage, …",
    );
    let bbox = Arg::new("bbox")
        .long("bbox")
        .value_name("W,S,E,N")
        .allow_hyphen_values(true)
        .value_parser(|text: &str| text.parse::<Bbox>())
        .help("Only points in the box, edges included; west > east crosses the antimeridian");
    let filter = Arg::new("filter")
        .long("filter")
        .value_name("CQL2")
        .help("Only points that match a condition in CQL2 Text, or in CQL2 JSON");
    let output = Arg::new("output")
        .short('o')
        .long("output")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("File to write the answer to; `-` for standard output");
    let json = Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .help("Write the answer as JSON instead of a summary");
    Command::new(process.name)
        .about(process.title[0])
        .long_about(process.words[0])
        .after_help(format!("References:\n  {}", process.references.join("\n  ")))
        .arg(input)
        .args(process.all_parameters().map(flag))
        .args([bbox, filter, output, json])
}

/// The flag of a parameter.
fn flag(parameter: &'static Parameter) -> Arg {
    let arg = Arg::new(parameter.name).long(parameter.name.replace('_', "-"));
    let arg = match parameter.default {
        Default::Fixed(text) if parameter.kind != Kind::Switch => {
            arg.help(format!("{} [default: {text}]", parameter.words[0]))
        }
        Default::Chosen(rule) => arg.help(format!("{} [default: {}]", parameter.words[0], rule[0])),
        _ => arg.help(parameter.words[0]),
    };
    if parameter.kind == Kind::Switch {
        return arg.action(ArgAction::SetTrue);
    }
    if parameter.kind == Kind::Table {
        return arg.value_name("FILE.csv").value_parser(|path: &str| {
            let read = fs::read_to_string(path);
            let table = read.map_err(|error| format!("`{path}` cannot be read: {error}"))?;
            if table.trim().is_empty() {
                return Err(format!("`{path}` is empty: it should hold a table as CSV"));
            }
            Ok(table)
        });
    }
    let checked = |text: &str| match parameter.check(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(refused) => Err(refused.reason),
    };
    let arg = arg.allow_hyphen_values(true).value_parser(checked);
    arg.value_name(match parameter.kind {
        Kind::Choice(words) => words.join("|"),
        Kind::Count { .. } => "N".to_owned(),
        Kind::Above0 { .. } => "NUMBER".to_owned(),
        Kind::Table => "FILE.csv".to_owned(),
        Kind::Switch | Kind::Text => "TEXT".to_owned(),
    })
}

impl FromArgMatches for RunArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let process = process::find(name).ok_or_else(missing)?;
        let mut arguments = Arguments::default();
        for parameter in process.all_parameters() {
            let text = if parameter.kind == Kind::Switch {
                matches.get_flag(parameter.name).then(|| "true".to_owned())
            } else {
                matches.get_one::<String>(parameter.name).cloned()
            };
            if let Some(text) = text {
                let refused = |error: process::Refused| {
                    clap::Error::raw(clap::error::ErrorKind::InvalidValue, format!("{error}\n"))
                };
                arguments.add(parameter, &text).map_err(refused)?;
            }
        }
        Ok(Self {
            process,
            input: matches.get_one::<String>("input").cloned().unwrap_or_default(),
            bbox: matches.get_one::<Bbox>("bbox").copied(),
            filter: matches.get_one::<String>("filter").cloned(),
            output: matches.get_one::<PathBuf>("output").cloned(),
            json: matches.get_flag("json"),
            arguments,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

pub(super) fn run(args: &RunArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let catalog = data.load()?;
    let collection = input(args, &catalog)?;
    let filter = match super::filter::read(args.filter.as_deref(), &collection) {
        Ok(filter) => filter,
        Err(error) => {
            eprintln!("jidi: {error}");
            return Ok(ExitCode::from(2));
        }
    };
    let selection = Selection { bbox: args.bbox, filter, ..Selection::default() };
    let subject = Subject::of(&collection, &selection)?;
    let collections = |id: &str| catalog.collection(id).map(Arc::clone);
    let progress = Progress::default();
    let run = Run {
        subject: &subject,
        arguments: &args.arguments,
        industries: &catalog.industries,
        collections: &collections,
        progress: &progress,
    };
    let answer = match process::run(args.process, &run, f64::INFINITY) {
        Ok(answer) => answer,
        Err(Failed::Refused(refused)) => {
            let what = match refused.name.as_str() {
                "collection" => args.input.clone(),
                name => format!("--{}", name.replace('_', "-")),
            };
            eprintln!("jidi: {what} is refused: {}", refused.reason);
            return Ok(ExitCode::from(2));
        }
        Err(error) => return Err(error.into()),
    };
    let layout = Layout::new(false);
    let is_file = args.output.as_deref().is_some_and(|path| path != Path::new("-"));
    if args.output.is_none() && !args.json && io::stdout().is_terminal() {
        let mut out = io::stdout().lock();
        write_summary(&mut out, args.process, &subject.name, &answer, args.language())?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    whole_file::write(path, |out| answer.write(out, layout, &Members::new()))
        .with_context(|| format!("{} cannot be written", path.display()))?;
    if is_file {
        // The words go where a person reads them, while the answer goes into the file.
        write_summary(
            &mut io::stderr().lock(),
            args.process,
            &subject.name,
            &answer,
            args.language(),
        )?;
        let said = args.language().of("The answer is in", "结果已写入");
        eprintln!("\n{said} {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The collection that was named, or the one that a file makes.
fn input(args: &RunArgs, catalog: &Catalog) -> anyhow::Result<Arc<Collection>> {
    if let Some(collection) = catalog.collection(&args.input) {
        return Ok(Arc::clone(collection));
    }
    let path = Path::new(&args.input);
    if !path.is_file() {
        let ids: Vec<&str> =
            catalog.collections.iter().map(|one| one.about().id.as_str()).collect();
        anyhow::bail!(
            "`{}` is neither a file nor a collection: choose one of {}",
            args.input,
            ids.join(", ")
        );
    }
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", args.input))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let inline = Inline::read(catalog, &bytes, [&name, ""], usize::MAX)
        .with_context(|| args.input.clone())?;
    for row in &inline.refused {
        eprintln!("line {} was not read: {}: {}", row.line, row.reason, row.value);
    }
    for warning in &inline.warnings {
        eprintln!("Warning: {}.", warning.en);
    }
    Ok(Arc::new(inline.collection))
}
