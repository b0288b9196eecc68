//! What enters at the edge: archive, key, passphrase, day, language, terminal.
//!
//! A flag wins over the environment, the environment over the default.

use super::args::{Color, Global};
use casefile::archive::{Archive, Case, OpenCase, Settled};
use casefile::clock::Clock;
use casefile::document::Kinds;
use casefile::error::{Class, Error, Problem, Result};
use casefile::programme::Programmes;
use casefile::render::{Engine, EngineOptions};
use casefile::seal::identity::IDENTITY_FILE_LIMIT_BYTES;
use casefile::seal::{Identity, Passphrase};
use casefile::workflow::Desk;
use chrono::NaiveDate;
use etcetera::AppStrategy;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use zeroize::Zeroizing;

/// The largest passphrase that is read.
const PASSPHRASE_LIMIT_BYTES: u64 = 4096;

/// The edge of one run of the program.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Context {
    archive: Option<PathBuf>,
    identity: Option<PathBuf>,
    templates: Option<PathBuf>,
    programmes: Option<PathBuf>,
    fonts: Vec<PathBuf>,
    color: Color,
    pub no_input: bool,
    pub json: bool,
    pub quiet: bool,
    pub dry_run: bool,
}

/// A person at work in an archive.
pub struct Seat {
    pub archive: Archive,
    pub identity: Identity,
    pub programmes: Programmes,
    pub clock: Clock,
}

impl Seat {
    /// The desk that the library's jobs are done at.
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            archive: &self.archive,
            identity: &self.identity,
            programmes: &self.programmes,
            clock: self.clock,
        }
    }
}

impl From<&Global> for Context {
    fn from(global: &Global) -> Self {
        Self {
            archive: global.archive.clone(),
            identity: global.identity.clone(),
            templates: global.templates.clone(),
            programmes: global.programmes.clone(),
            fonts: global.fonts.clone(),
            color: global.color,
            no_input: global.no_input,
            json: global.json,
            quiet: global.quiet,
            dry_run: global.dry_run,
        }
    }
}

/// A folder as its reader or anybody sees it.
pub enum Shown<'a> {
    /// Without a key, or with nothing left to open.
    Closed(Case),
    /// With the key of a reader.
    Open(OpenCase<'a>),
}

impl<'a> Shown<'a> {
    /// The folder.
    pub fn case(&self) -> &Case {
        match self {
            Self::Closed(case) => case,
            Self::Open(open) => open.case(),
        }
    }

    /// The opened folder, for its readers.
    pub fn open(&self) -> Option<&OpenCase<'a>> {
        match self {
            Self::Closed(_) => None,
            Self::Open(open) => Some(open),
        }
    }
}

impl Context {
    /// The moment of this call and the business date.
    #[allow(clippy::disallowed_methods, reason = "this is the edge where time enters")]
    pub fn clock() -> Result<Clock> {
        let now = chrono::Utc::now();
        let today = match std::env::var("CASEFILE_TODAY") {
            Ok(text) => Some(parse_today(&text)?),
            Err(_) => Some(chrono::Local::now().date_naive()),
        };
        Ok(Clock::new(now, today))
    }

    /// The programmes built in, and the agency's own.
    pub fn programmes(&self) -> Result<Programmes> {
        match &self.programmes {
            Some(folder) => Programmes::builtin().with_folder(folder),
            None => Ok(Programmes::builtin()),
        }
    }

    /// The kinds built in, and the agency's own.
    pub fn kinds(&self) -> Result<Kinds> {
        match &self.templates {
            Some(folder) => Kinds::with_overlay(folder),
            None => Kinds::builtin(),
        }
    }

    /// The folders with further fonts.
    pub fn fonts(&self) -> Vec<PathBuf> {
        self.fonts.clone()
    }

    /// The rendering engine with the fonts named; `program` is this program, for workers.
    pub fn engine(&self, program: PathBuf) -> Result<Engine> {
        let font_folders = self.fonts.clone();
        Engine::new(EngineOptions { font_folders, program: Some(program), ..EngineOptions::default() })
    }

    /// The archive named by `--archive`.
    pub fn archive(&self) -> Result<Archive> {
        let archive = Archive::open(self.archive_folder()?, memory().as_deref())?;
        let today = Self::clock_of(&archive)?.now().date_naive();
        Ok(archive.on(today))
    }

    /// Repairs the archive named by `--archive`, which may be too damaged to be opened.
    pub fn repair(&self, from: &Path) -> Result<Settled> {
        Archive::repair(self.archive_folder()?, from, memory().as_deref(), self.dry_run)
    }

    fn archive_folder(&self) -> Result<&Path> {
        self.archive.as_deref().ok_or_else(|| {
            let problem = Problem::error("archive.not-named", "which archive?")
                .hint("name it with --archive DIR, or set CASEFILE_ARCHIVE");
            Error::new(Class::Usage, problem)
        })
    }

    /// A person at work: archive, unlocked key, programmes and the day.
    pub fn seat(&self) -> Result<Seat> {
        let archive = self.archive()?;
        let clock = Self::clock_of(&archive)?;
        Ok(Seat { identity: self.identity()?, programmes: self.programmes()?, archive, clock })
    }

    /// The moment and the business date in an archive; in one made for tests, both follow `CASEFILE_TODAY`.
    pub fn clock_of(archive: &Archive) -> Result<Clock> {
        let clock = Self::clock()?;
        let noon = clock.today().and_hms_opt(12, 0, 0).map(|noon| noon.and_utc());
        Ok(match noon {
            Some(noon) if archive.root().is_test() => Clock::new(noon, Some(clock.today())),
            _ => clock,
        })
    }

    /// The person's own key, unlocked.
    pub fn identity(&self) -> Result<Identity> {
        let Some(file) = &self.identity else {
            let problem = Problem::error("key.not-named", "this needs your key")
                .hint("name it with -i FILE, or set CASEFILE_IDENTITY");
            return Err(Error::new(Class::Access, problem));
        };
        self.unlock(file)
    }

    /// The person's own key if one is named.
    pub fn identity_if_named(&self) -> Result<Option<Identity>> {
        self.identity.as_deref().map(|file| self.unlock(file)).transpose()
    }

    /// A folder, opened with the person's own key if one is named and there is something left to open.
    pub fn opened_if_named<'a>(&self, archive: &'a Archive, case: Case) -> Result<Shown<'a>> {
        match self.identity_if_named()? {
            Some(identity) if !case.is_destroyed() => archive.unlock_case(case, &identity).map(Shown::Open),
            _ => Ok(Shown::Closed(case)),
        }
    }

    /// The key in `file`, unlocked.
    pub fn unlock(&self, file: &Path) -> Result<Identity> {
        let bytes = casefile::fs::read(file, IDENTITY_FILE_LIMIT_BYTES)?;
        let passphrase = self.passphrase(&format!("Passphrase of {}", file.display()))?;
        Identity::from_file(&bytes, &passphrase).map_err(|error| error.in_file(file))
    }

    /// A passphrase for a new key, asked for twice on a terminal.
    pub fn new_passphrase(&self) -> Result<Passphrase> {
        let first = self.passphrase("Passphrase for the new key")?;
        if !asks() {
            return Ok(first);
        }
        self.same_again(first)
    }

    /// The passphrase that takes another's place, asked for twice on a terminal.
    pub fn other_passphrase(&self) -> Result<Passphrase> {
        if let Some(file) = std::env::var_os("CASEFILE_NEW_PASSPHRASE_FILE") {
            return passphrase_in(Path::new(&file));
        }
        let first = self.ask("New passphrase", "CASEFILE_NEW_PASSPHRASE_FILE")?;
        self.same_again(first)
    }

    fn same_again(&self, first: Passphrase) -> Result<Passphrase> {
        let second = self.ask("The same again", "CASEFILE_PASSPHRASE_FILE")?;
        if first == second {
            return Ok(first);
        }
        let problem = Problem::error("key.passphrases-differ", "the two passphrases are not the same");
        Err(Error::new(Class::Input, problem.hint("run the command again; nothing was written")))
    }

    /// Whether messages are coloured.
    pub fn colored(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => std::env::var_os("NO_COLOR").is_none() && std::io::stderr().is_terminal(),
        }
    }

    /// A passphrase, from where the environment says or the terminal.
    pub fn passphrase(&self, prompt: &str) -> Result<Passphrase> {
        if let Some(file) = std::env::var_os("CASEFILE_PASSPHRASE_FILE") {
            return passphrase_in(Path::new(&file));
        }
        if let Ok(command) = std::env::var("CASEFILE_PASSPHRASE_COMMAND") {
            return passphrase_from(&command);
        }
        self.ask(prompt, "CASEFILE_PASSPHRASE_FILE or CASEFILE_PASSPHRASE_COMMAND")
    }

    /// Asks on the terminal; where nobody can be asked, says which variable would answer.
    fn ask(&self, prompt: &str, variable: &str) -> Result<Passphrase> {
        if self.no_input || !std::io::stdin().is_terminal() {
            let problem =
                Problem::error("key.no-passphrase", "a passphrase is needed and nobody can be asked")
                    .hint(format!("set {variable}"));
            return Err(Error::new(Class::NeedsAnswer, problem));
        }
        let text = rpassword::prompt_password(format!("{prompt}: "))
            .map_err(|error| Error::io("ask for the passphrase on", Path::new("the terminal"), &error))?;
        passphrase_of(text.into_bytes())
    }
}

/// Whether passphrases come from a terminal.
fn asks() -> bool {
    std::env::var_os("CASEFILE_PASSPHRASE_FILE").is_none()
        && std::env::var_os("CASEFILE_PASSPHRASE_COMMAND").is_none()
}

fn parse_today(text: &str) -> Result<NaiveDate> {
    text.parse().map_err(|_| {
        let problem = Problem::error("clock.today", "CASEFILE_TODAY is no date such as 2016-12-01");
        Error::new(Class::Usage, problem.hint("set it to a date, or unset it"))
    })
}

/// The passphrase that a file holds.
fn passphrase_in(file: &Path) -> Result<Passphrase> {
    let bytes = casefile::fs::read(file, PASSPHRASE_LIMIT_BYTES)?;
    passphrase_of(bytes).map_err(|error| error.in_file(file))
}

/// A passphrase without the line end that editors and shells add.
fn passphrase_of(bytes: Vec<u8>) -> Result<Passphrase> {
    let bytes = Zeroizing::new(bytes);
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Error::new(Class::Input, Problem::error("key.passphrase-text", "a passphrase is UTF-8 text"))
    })?;
    let trimmed = text.trim_end_matches(['\n', '\r']);
    if trimmed.is_empty() {
        let problem = Problem::error("key.passphrase-empty", "the passphrase is empty");
        return Err(Error::new(Class::Input, problem.hint("four or more unrelated words make a good one")));
    }
    Ok(Passphrase::new(trimmed.to_owned()))
}

/// What a command such as `pass show casefile` prints.
fn passphrase_from(command: &str) -> Result<Passphrase> {
    let failed = |what: String| {
        let problem = Problem::error("key.passphrase-command", format!("CASEFILE_PASSPHRASE_COMMAND {what}"));
        Error::new(Class::Access, problem.hint("run that command by itself to see why"))
    };
    let output = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|_| failed("could not be run".to_owned()))?;
    if !output.status.success() {
        return Err(failed(format!("ended with {}", output.status)));
    }
    passphrase_of(output.stdout)
}

/// Where this person's memory of archives lives.
fn memory() -> Option<PathBuf> {
    let app = etcetera::AppStrategyArgs {
        top_level_domain: "org".to_owned(),
        author: "casefile".to_owned(),
        app_name: "casefile".to_owned(),
    };
    let strategy = etcetera::choose_app_strategy(app).ok()?;
    Some(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()))
}
