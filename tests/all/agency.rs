//! A small agency for tests that run the program as its users do: a folder, three keys, an archive.

use assert_cmd::Command;
use casefile::archive::{Archive, StatusChange};
use casefile::clock::Clock;
use casefile::names::Status;
use casefile::seal::{Identity, Passphrase};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The record that most tests admit.
pub const CASE: &str = "UASC-2016-0012";

/// An agency in a folder of its own, with its own home folder.
pub struct Agency {
    folder: TempDir,
}

impl Agency {
    /// A folder with a passphrase file and nothing else.
    pub fn empty() -> Self {
        let agency = Self { folder: TempDir::new().unwrap() };
        std::fs::write(agency.path("pass"), "correct horse battery staple").unwrap();
        agency
    }

    /// Nora administers, Selma supervises, Aisha manages cases; no case yet.
    pub fn founded() -> Self {
        Self::founded_as(&["init", "archive", "--recovery", "none"])
    }

    /// The same with an archive for tests: the moments of signing follow `CASEFILE_TODAY`.
    pub fn founded_for_tests() -> Self {
        Self::founded_as(&["init", "archive", "--recovery", "none", "--for-tests"])
    }

    fn founded_as(init: &[&str]) -> Self {
        let agency = Self::empty();
        agency.key("nora", "Nora Haddad");
        agency.ok("nora", init);
        agency.joins("selma", "Selma Lindqvist", "case-supervisor");
        agency.joins("aisha", "Aisha Rahman", "case-manager");
        agency
    }

    /// A founded agency with the case [`CASE`] admitted by Aisha.
    pub fn with_case() -> Self {
        let agency = Self::founded();
        agency.ok("aisha", &["admit", &example(CASE)]);
        agency
    }

    /// The same with tomas, another case manager, and petra, the project director.
    pub fn with_colleagues() -> Self {
        let agency = Self::with_case();
        agency.joins("tomas", "Tomas Ferreira", "case-manager");
        agency.joins("petra", "Petra Novak", "project-director");
        agency
    }

    /// An agency for tests whose case [`CASE`] was closed on 1 December 2016.
    pub fn closed() -> Self {
        let agency = Self::founded_for_tests();
        agency.ok("aisha", &["admit", &example(CASE)]);
        agency.close();
        agency
    }

    /// Selma closes [`CASE`].
    pub fn close(&self) {
        let since = "2016-12-01".parse().unwrap();
        let change = StatusChange::because("returned to the family", Status::Closed, since);
        let archive = Archive::open(&self.path("archive"), None).unwrap();
        archive.change_status(&self.identity("selma"), &CASE.parse().unwrap(), &change, &noon()).unwrap();
    }

    /// The same agency once more, in a folder of its own.
    pub fn again(&self) -> Self {
        let folder = TempDir::new().unwrap();
        copy(self.folder.path(), folder.path());
        Self { folder }
    }

    /// Somebody's key, opened.
    pub fn identity(&self, person: &str) -> Identity {
        let file = std::fs::read(self.path(&format!("{person}.key"))).unwrap();
        let pass = std::fs::read_to_string(self.path("pass")).unwrap();
        Identity::from_file(&file, &Passphrase::new(pass.trim_end().to_owned())).unwrap()
    }

    /// Makes a key and its public file; keys of tests are quick to unlock.
    pub fn key(&self, id: &str, name: &str) {
        let file = format!("{id}.key");
        let new =
            ["key", "new", "--id", id, "--name", name, "-o", &file, "--work-factor", "10", "--for-tests"];
        self.command(&new).assert().success();
        let public = self.command(&["key", "show", &file]).assert().success().get_output().stdout.clone();
        std::fs::write(self.path(&format!("{id}.pub")), public).unwrap();
    }

    /// Makes a key and puts it on the roster with a role.
    pub fn joins(&self, id: &str, name: &str, role: &str) {
        self.key(id, name);
        self.ok("nora", &["person", "add", &format!("{id}.pub"), "--role", role]);
    }

    /// A path in the agency's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, run in the agency's folder on 1 December 2016.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("casefile").unwrap();
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            .env("CASEFILE_PASSPHRASE_FILE", self.path("pass"))
            .env("CASEFILE_ARCHIVE", self.path("archive"))
            .env("CASEFILE_TODAY", "2016-12-01")
            .args(arguments);
        command
    }

    /// The program with somebody's key.
    pub fn by(&self, person: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.env("CASEFILE_IDENTITY", self.path(&format!("{person}.key")));
        command
    }

    /// Runs what must succeed and gives standard output.
    pub fn ok(&self, person: &str, arguments: &[&str]) -> String {
        let assert = self.by(person, arguments).assert().success();
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    }

    /// Runs what must fail with `code` and gives standard error.
    pub fn fails(&self, person: &str, code: i32, arguments: &[&str]) -> String {
        let assert = self.by(person, arguments).assert().code(code);
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    }

    /// Runs what must succeed on another day and gives standard output.
    pub fn ok_on(&self, today: &str, person: &str, arguments: &[&str]) -> String {
        let assert = self.by(person, arguments).env("CASEFILE_TODAY", today).assert().success();
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    }

    /// Runs what must fail with `code` on another day and gives standard error.
    pub fn fails_on(&self, today: &str, person: &str, code: i32, arguments: &[&str]) -> String {
        let assert = self.by(person, arguments).env("CASEFILE_TODAY", today).assert().code(code);
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    }

    /// Every file below the archive, sorted.
    pub fn archive_files(&self) -> Vec<PathBuf> {
        files_below(&self.path("archive"))
    }
}

/// Noon of the day on which the program runs.
pub fn noon() -> Clock {
    Clock::new("2016-12-01T12:00:00Z".parse().unwrap(), None)
}

/// The path of an example record.
pub fn example(case: &str) -> String {
    format!("{}/examples/records/{case}.yaml", env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, sorted; none where there is no such folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    if !folder.exists() {
        return Vec::new();
    }
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// A copy of a whole folder, beside what is there already: what `cp -r` and `rsync` do.
pub fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
