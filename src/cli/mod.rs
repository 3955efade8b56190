//! Which verb was typed? One file for each.

mod backup;
mod check;
mod collections;
mod config;
mod config_file;
mod doctor;
mod export;
mod filter;
mod geocode;
mod import;
mod industries;
mod log;
mod nearest;
mod pins;
mod processes;
mod progress;
mod publish;
mod review;
mod run;
mod run_language;
mod run_words;
mod serve;
mod settings;
mod stores;
mod table;
mod token;
mod whole_file;

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use config_file::ConfigFile;

use crate::store::pg::{MAX_HELD_ROWS, Publication};
use crate::store::{Boundaries, Catalog, Collection, Geodata};

const EXAMPLES: &str = "\
Examples:
  jidi serve                                    the map on http://127.0.0.1:8080
  jidi nearest bases --to base-09 -k 3          the three bases nearest to Tongnan
  jidi nearest hubs --at 120.74,31.65           the five hubs nearest to a position
  jidi run clusters bases                       which bases lie close together
  jidi export bases -o bases.geojson            all bases as GeoJSON
  jidi export hubs -o east.csv --bbox 117,28,123,33
  jidi geocode list.csv -o located.csv          where the places of a list are
  jidi import firms.csv --collection firms      a list of one's own becomes a collection
  jidi backup copy.gpkg                         a copy of what is kept, while it is in use
  jidi industries 新能源汽车                    which industry a label stands for
  jidi token create --name editor               a token for changes over the API
  jidi collections                              what there is
  jidi doctor                                   what is loaded, from where, what is missing
  jidi config                                   each setting and where it comes from";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "jidi", version, about, after_help = EXAMPLES, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    data: DataArgs,
    #[command(subcommand)]
    verb: Verb,
}

/// Where the geodata comes from; the same for every verb.
#[derive(Debug, Args)]
#[command(next_help_heading = "Data and settings")]
struct DataArgs {
    /// Folder whose files replace the bundled geodata files of the same names
    #[arg(long, global = true, value_name = "DIR", env = "JIDI_GEODATA")]
    geodata: Option<PathBuf>,
    /// TopoJSON file with the objects provinces, prefectures, counties; or `none`
    #[arg(long, global = true, value_name = "FILE|none", env = "JIDI_BOUNDARIES")]
    boundaries: Option<String>,
    /// Where lists are kept, instead of jidi/jidi.gpkg in the user's data folder: a file, a server, or `none`
    #[arg(long, global = true, value_name = "FILE.gpkg|postgres://…|none", env = "JIDI_STORE")]
    store: Option<String>,
    /// Replica of the server of --store, which takes questions off it; more of them apart by commas
    #[arg(
        long,
        global = true,
        value_name = "postgres://…",
        env = "JIDI_READ_REPLICA",
        value_delimiter = ','
    )]
    read_replica: Vec<String>,
    /// Collections with more rows stay in the database of --store, and are not held in memory
    #[arg(long, global = true, value_name = "ROWS", env = "JIDI_MAX_HELD_ROWS", default_value_t = MAX_HELD_ROWS)]
    max_held_rows: u64,
    /// The tables of the database that the settings file publishes
    #[arg(skip)]
    published: Vec<Publication>,
    /// File with settings, instead of jidi/jidi.toml in the user's configuration folder; or `none`
    #[arg(long, global = true, value_name = "FILE|none", env = "JIDI_CONFIG")]
    config: Option<PathBuf>,
}

/// Holds what the program was told, and by what.
struct Told {
    matches: ArgMatches,
    file: ConfigFile,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Serve(serve::ServeArgs),
    Nearest(nearest::NearestArgs),
    Run(run::RunArgs),
    Processes(processes::ProcessesArgs),
    Export(export::ExportArgs),
    Geocode(geocode::GeocodeArgs),
    Import(import::ImportArgs),
    Industries(industries::IndustriesArgs),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Token(token::TokenArgs),
    Collections(collections::CollectionsArgs),
    Doctor(doctor::DoctorArgs),
    Config(config::ConfigArgs),
}

impl DataArgs {
    fn geodata(&self) -> Geodata {
        let boundaries = match self.boundaries.as_deref() {
            None | Some("") => Boundaries::Bundled,
            Some("none") => Boundaries::None,
            Some(path) => Boundaries::File(path.into()),
        };
        Geodata { folder: self.geodata.clone(), boundaries }
    }
}

/// Reads the arguments and does what the verb says.
///
/// # Shape
///
/// 0 when it was done, 1 when it failed, 2 when the arguments make no sense.
#[must_use]
pub fn run() -> ExitCode {
    match told().and_then(|told| act(&told)) {
        Ok(code) => code,
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "jidi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the arguments, the variables and the settings file; ends the process when they make no
/// sense or ask for help.
fn told() -> anyhow::Result<Told> {
    let first = Cli::command().get_matches();
    let named = first.get_one::<PathBuf>("config").map(PathBuf::as_path);
    let file = ConfigFile::find(named, users_config(), &Cli::command())?;
    let matches = file.apply(Cli::command()).get_matches();
    Ok(Told { matches, file })
}

/// Where the user's settings file stands.
fn users_config() -> Option<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(folder.join("jidi/jidi.toml"))
}

fn act(told: &Told) -> anyhow::Result<ExitCode> {
    let mut cli = Cli::from_arg_matches(&told.matches)?;
    cli.data.published.clone_from(&told.file.published);
    match cli.verb {
        Verb::Serve(args) => serve::run(args, &cli.data),
        Verb::Nearest(args) => nearest::run(&args, &cli.data),
        Verb::Run(args) => run::run(&args, &cli.data),
        Verb::Processes(args) => processes::run(&args),
        Verb::Export(args) => export::run(&args, &cli.data),
        Verb::Geocode(args) => geocode::run(&args, &cli.data),
        Verb::Import(args) => import::run(&args, &cli.data),
        Verb::Industries(args) => industries::run(&args, &cli.data),
        Verb::Backup(args) => backup::backup(&args, &cli.data),
        Verb::Restore(args) => backup::restore(&args, &cli.data),
        Verb::Token(args) => token::run(args, &cli.data),
        Verb::Collections(args) => collections::run(&args, &cli.data),
        Verb::Doctor(args) => doctor::run(&args, &cli.data),
        Verb::Config(args) => config::run(&args, told),
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Finds a collection, or says which there are.
fn collection<'a>(catalog: &'a Catalog, id: &str) -> anyhow::Result<&'a Collection> {
    let ids = || {
        let ids: Vec<&str> =
            catalog.collections.iter().map(|one| one.about().id.as_str()).collect();
        ids.join(", ")
    };
    catalog
        .collection(id)
        .map(Arc::as_ref)
        .ok_or_else(|| anyhow::anyhow!("there is no collection `{id}`: choose one of {}", ids()))
}
