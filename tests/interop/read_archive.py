#!/usr/bin/env python3
"""An independent reader of `archive/1`, written from docs/format.md alone.

    read_archive.py ARCHIVE [--identity FILE]

Needs nothing but Python 3 and, with --identity (a plain age identity file), the program `age`. It never writes. It
checks root, staff log, entries and the presence, size and hash of every object; with an identity also the envelopes,
cards, documents and reasons that this person can open. It prints one JSON object and ends with 0, or with 5 if
something is damaged, 2 if this is no archive it may read.

Chapters in the comments are those of docs/format.md.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone

from entries import MAY_DROP, Log, check_entry_fields
from notes import Note, check_common_fields, heads_first
from spelling import (
    CODES, H, NOTE_NAME, PERSON, PREFIXES, UNIT, Refused, check_root_keys, is_case_unit, is_time, matches, need, sha256,
    strict_json,
)
from staff import Staff

SIGNS = [(b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")]


class Archive:
    def __init__(self, folder, identity=None):
        self.folder, self.identity = folder, identity
        self.damage, self.notices = [], []
        self.files = self.list_files()
        self.root = self.read_root()
        self.staff = self.read_staff()
        units = {}
        for path in self.files:
            parts = path.split("/")
            if parts[0] == "office":
                units.setdefault(parts[1], []).append(path)
            elif parts[0] in PREFIXES:
                units.setdefault(parts[1].rsplit("-", 1)[0], []).append(path)
        self.cases = [case for unit in sorted(units) for case in self.read_unit(unit, units[unit])]

    def found(self, path, what):
        if {"path": path, "what": what} not in self.damage:
            self.damage.append({"path": path, "what": what})

    def note(self, path, what):
        self.notices.append({"path": path, "what": what})

    def read(self, path):
        with open(os.path.join(self.folder, path), "rb") as file:
            return file.read()

    def list_files(self):
        """Every file that has a name of chapter 1; the others are noticed."""
        known = []
        for top, folders, files in os.walk(self.folder, followlinks=False):
            folders.sort()
            links = [f for f in folders if os.path.islink(os.path.join(top, f))]
            for name in sorted(files + links):
                path = os.path.relpath(os.path.join(top, name), self.folder).replace(os.sep, "/")
                if os.path.islink(os.path.join(top, name)) or not self.is_known(path):
                    temporary = any(part.startswith(".tmp-") for part in path.split("/"))
                    reserved = path.split("/")[0] in ("escrow", "claims")
                    self.note(path, "temporary" if temporary else "reserved" if reserved else "foreign")
                elif not path.startswith("register/"):
                    known.append(path)
        return known

    @staticmethod
    def is_known(path):
        in_folder = rf"(?:{H}\.age|{NOTE_NAME}\.(?:note|snap))"
        case = re.fullmatch(rf"(?:{'|'.join(PREFIXES)})/({UNIT})-(?:{'|'.join(CODES)})/{in_folder}", path, re.ASCII)
        office = re.fullmatch(rf"office/({UNIT})/{in_folder}", path, re.ASCII)
        return bool(
            path == "casefile.json" or matches(rf"staff/{NOTE_NAME}\.note", path)
            or matches(rf"keys/{UNIT}/{H}\.age", path)
            or matches(rf"register/{PERSON}/{NOTE_NAME}\.(?:note|json|cosig)", path)
            or (case and is_case_unit(case[1])) or (office and not is_case_unit(office[1]))
        )

    def read_root(self):
        data = self.read("casefile.json")
        need(data.endswith(b"\n"), "casefile.json is not one line")
        root = strict_json(data[:-1])
        need(root.get("casefile") == "archive/1", "not an archive of this format")
        need(root.get("must") == [], "this archive needs features that this reader does not know")
        need(is_time(root.get("created")) and matches("[0-9a-f]{32}", root.get("nonce")), "created, nonce")
        need(type(root.get("test")) is bool, "test")
        check_root_keys(root.get("root"))
        self.id = sha256(data)
        return root

    def whole(self, path):
        """The bytes of a file whose hash is its name, or nothing."""
        data = self.read(path)
        if sha256(data) == os.path.basename(path).split(".")[0][-64:]:
            return data
        self.found(path, "the hash of the content is not the name")
        return None

    def read_notes(self, paths, check, strict):
        """The notes among these files; with `strict`, fields that are missing are damage and not foreign."""
        notes = {}
        for path in sorted(paths, key=os.path.basename):
            name = os.path.basename(path)[: -len(".note")]
            data = self.whole(path)
            if data is None or name in notes:
                continue
            try:
                note = Note(name, data, self.id)
            except Refused as error:
                self.note(path, f"foreign: {error}")
                continue
            try:
                check(note.json)
            except Refused as error:
                (self.found if strict else self.note)(path, f"{'invalid' if strict else 'foreign'}: {error}")
                continue
            note.path = path
            notes[name] = note
        return notes.values()

    def report(self, graph, place):
        """A note that is missing is damage; entries that wait for it are noticed."""
        for name, why in sorted(graph.invalid.items()):
            self.found(graph.notes[name].path, f"invalid: {why}")
        for name, why in sorted(graph.pending.items()):
            (self.found if place == "staff" else self.note)(graph.notes[name].path, f"pending: {why}")
        for name in graph.first:
            self.note(graph.notes[name].path, "foreign: the same note with other signatures")
        present = {os.path.basename(path) for path in self.files}
        for name in graph.missing():
            if f"{name}.note" not in present:
                self.found(f"{place}/{name}.note", "missing: others build on it")

    def read_staff(self):
        def fields(body):
            check_common_fields(body)
            need(body.get("casefile") == "staff/1", "not a staff note")
            need("person" in body and (body["person"] is None or isinstance(body["person"], dict)), "person")
            need("register" in body and (body["register"] is None or isinstance(body["register"], str)), "register")

        notes = self.read_notes([p for p in self.files if p.startswith("staff/")], fields, strict=True)
        staff = Staff(notes, self.root["root"]).build()
        self.report(staff, "staff")
        need(staff.valid, "no staff log")
        staff.people = staff.people_at(set(staff.valid))
        for name, text in staff.reports:
            self.note(f"staff/{name}.note", text)
        return staff

    def read_unit(self, unit, paths):
        notes = self.read_notes([p for p in paths if p.endswith(".note")], check_entry_fields, strict=False)
        place = os.path.dirname(paths[0])
        objects = {}
        for path in paths:
            if path.endswith(".age"):
                objects.setdefault(os.path.basename(path)[:-4], []).append(path)
        folders = {}
        for note in heads_first(notes):
            folders.setdefault(note.json["folder"] or note.hash, []).append(note)
        cases, live, named = [], set(), set()
        for folder, mine in folders.items():
            log = Log(mine, self.staff).build()
            case = Case(self, log, folder, place, objects)
            if case.state["label"] != unit if case.state else all(n.json["label"] != unit for n in mine):
                self.note(place, f"entries of another unit: {len(mine)}")
                continue
            self.report(log, place)
            case.check_objects()
            live, named = live | {a["h"] for _, a in case.added}, named | case.named
            if case.state:
                case.read(paths)
                cases.append(case)
            else:
                self.found(place, "a folder without a valid first entry")
        cited = {f"staff/{name}.note" for mine in folders.values() for note in mine for name in note.json["roster"]}
        for path in cited - set(self.files):
            self.found(path, "missing: entries cite it")
        if not folders:
            self.note(place, "no entry")
        for name, places in objects.items():
            if name not in live:
                for place in places:
                    self.note(place, "reappeared" if name in named else "orphan")
            for path in places:
                self.whole(path)
        envelopes = {case.state["envelope"] for case in cases if not case.end}
        destroyed = cases and all(case.end for case in cases)
        for path in self.files:
            if path.startswith(f"keys/{unit}/"):
                self.whole(path)
                if os.path.basename(path)[:-4] not in envelopes:
                    self.note(path, "reappeared: the folder is destroyed" if destroyed else "orphan: not the newest envelope")
        return cases

    def age(self, path, keys):
        """Opens a sealed file with `age`; `keys` is the text of an identity file and touches no disk."""
        command = ["age", "-d", "-i", "-", os.path.join(self.folder, path)]
        done = subprocess.run(command, input=keys, capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else None

    def json(self):
        people = {name: p for name, p in self.staff.people.items() if p["roles"] and p["present"]}
        return {
            "archive": self.id, "test": self.root["test"], "created": self.root["created"],
            "people": [{"id": name, **person} for name, person in people.items()],
            "cases": [case.json() for case in self.cases],
            "damage": sorted(self.damage, key=lambda d: d["path"]), "notices": self.notices,
        }


class Case:
    """One folder: its state, where it lies, its documents."""

    def __init__(self, archive, log, folder, lies_in, objects):
        self.archive, self.log, self.folder, self.lies_in, self.objects = archive, log, folder, lies_in, objects
        self.entries = heads_first(log.valid.values())
        self.heads = log.heads()
        self.end = log.end()
        counts = log.ancestors([self.end.name]) if self.end else set(log.valid)
        self.state = log.state_at(counts) if log.valid else None
        waiting = heads_first(note for note in log.notes.values() if note.name in log.pending)
        dropped = {h for note in self.entries if note.op in MAY_DROP for h in note.json["drop"]}
        added = [(note, a) for note in [*self.entries, *waiting] for a in note.json["add"]]
        self.named = {a["h"] for _, a in added}
        # A destroyed folder has no objects (chapter 12).
        self.added = [] if self.end else [(note, a) for note, a in added if a["h"] not in dropped]
        self.going = not self.end and self.is_being_destroyed()
        if self.end and any(n.name not in counts and n.op != "destroyed" for n in [*self.entries, *waiting]):
            archive.note(lies_in, "something came after it was destroyed")
        self.opened, self.documents, self.reasons = False, [], []

    def read(self, paths):
        envelope = f"keys/{self.unit}/{self.state['envelope']}.age"
        if envelope not in self.archive.files and not self.end and not self.going:
            self.archive.found(envelope, "missing")
        self.check_placement(paths)
        self.list_documents()
        if self.archive.identity and not self.end and not self.going:
            self.open(self.archive.identity)

    def is_being_destroyed(self):
        """A decision stands, its 30 days are over and the newest envelope is gone (chapter 8)."""
        if not self.state or self.log.stage_at(set(self.log.valid), self.heads) != 3:
            return False
        latest = max(time_of(note) for note in self.entries)
        gone = f"keys/{self.unit}/{self.state['envelope']}.age" not in self.archive.files
        going = gone and datetime.now(timezone.utc) >= latest + timedelta(days=30)
        if going:
            self.archive.note(self.lies_in, "its destruction goes on")
        return going

    @property
    def unit(self):
        return self.state["label"]

    @property
    def label(self):
        status = self.state["status"]
        return self.unit if status is None else f"{self.unit}-{PREFIXES[status]}"

    @property
    def path(self):
        return f"{self.state['status'] or 'office'}/{self.label}"

    def check_objects(self):
        for note, added in self.added:
            places = self.objects.get(added["h"], [])
            if not places and not self.going:
                self.archive.found(f"{self.lies_in}/{added['h']}.age", "missing")
            for place in places:
                data = self.archive.whole(place)
                if data is not None and len(data) != added["n"]:
                    self.archive.found(place, "of another size than its entry says")

    def check_placement(self, paths):
        for folder in sorted({os.path.dirname(path) for path in paths} - {self.path}):
            self.archive.note(folder, f"misplaced: the right place is {self.path}")

    def list_documents(self):
        seen = {}
        for note, added in self.added:
            if added["r"] == "reason":
                continue
            entry = seen.setdefault(added["d"], {"d": added["d"], "seq": note.seq})
            entry[added["r"]] = added["h"]
            entry["folder"] = self.folder if note.parents else None
        self.documents = list(seen.values())

    def object(self, name, keys):
        places = self.objects.get(name)
        return self.archive.age(places[0], keys) if places else None

    def open(self, identity):
        archive, path = self.archive, f"keys/{self.unit}/{self.state['envelope']}.age"
        with open(identity, "rb") as file:
            keys = archive.age(path, file.read()) if path in archive.files else None
        if keys is None:
            return  # this person is no reader
        self.opened = True
        try:
            self.check_envelope(keys.decode())
        except (Refused, ValueError) as error:
            archive.found(path, str(error))
        for document in self.documents:
            self.open_document(document, keys)
        for note, added in self.added:
            if added["r"] == "reason":
                self.open_reason(note, added, keys)

    def check_envelope(self, text):
        lines = text.split("\n")
        need(lines[0] == "# casefile: envelope/1", "not an envelope")
        need(f"# unit: {self.unit}" in lines, "the envelope of another folder")
        public = [line[len("# public key: ") :] for line in lines if line.startswith("# public key: ")]
        secret = [at for at, line in enumerate(lines) if line.startswith("AGE-SECRET-KEY-1")]
        for at in secret:
            need(lines[at - 1].startswith("# public key: "), "a secret key without its public key")
            need(lines[at - 2].startswith("# generation: x25519 from "), "a secret key without its generation")
        need(public and len(public) == len(secret) and public[0] == self.state["key"], "the envelope does not open to `key`")

    def open_document(self, document, keys):
        place = f"{self.path}/{document.get('card', '')}.age"
        try:
            sealed = self.object(document.get("card"), keys)
            need(sealed is not None, "the card is missing or does not open")
            card = self.parse(sealed, "card/1", document)
            need("doc" in document and card.get("doc") == document["doc"], "the card of another document")
            place = f"{self.path}/{document['doc']}.age"
            plain = self.object(document["doc"], keys)
            need(plain is not None, "the document does not open")
            need(len(plain) == card.get("size") and sha256(plain) == card.get("plain"), "not what its card says")
            media = [media for sign, media in SIGNS if plain.startswith(sign)]
            need(media in ([], [card.get("media")]), "of another media type than its card says")
            if card.get("source") == "rendered" and card["media"] == "application/pdf":
                self.check_keywords(card, plain)
            document["opened"] = card
        except (Refused, KeyError, TypeError) as error:
            self.archive.found(place, str(error))

    def check_keywords(self, card, plain):
        found = re.findall(rb"<pdf:Keywords>([^<]*)</pdf:Keywords>", plain)
        code = PREFIXES.get(card["status"])
        start = f"{self.unit}-{code}; {code}" if code else self.unit
        wanted = f"{start}; {card['date']}; {card['kind']}; {card['template']}"
        need(found == [wanted.encode()], "the keywords are not those of the card")

    def open_reason(self, note, added, keys):
        try:
            plain = self.object(added["h"], keys)
            need(plain is not None, "the reason does not open")
            reason = self.parse(plain, "reason/1", {"d": added["d"], "folder": self.folder if note.parents else None})
            need(reason.get("op") == note.op, "the reason of another operation")
            self.reasons.append({"seq": note.seq, "op": note.op, "text": reason.get("text")})
        except Refused as error:
            self.archive.found(f"{self.path}/{added['h']}.age", str(error))

    def parse(self, data, kind, document):
        need(data.endswith(b"\n") and len(data) <= 65536, f"not one line of {kind}")
        card = strict_json(data[:-1])
        need(card.get("casefile") == kind and card.get("archive") == self.archive.id, f"not a {kind} of this archive")
        need("folder" in card and card["folder"] == document["folder"], f"the {kind} of another folder")
        need(card.get("d") == document["d"], f"the {kind} of another document")
        return card

    def json(self):
        state = self.state
        documents = []
        for document in self.documents:
            card = document.get("opened", {})
            shown = {field: card.get(field) for field in "title kind date source media plain size supersedes".split()}
            documents.append({"d": document["d"], "seq": document["seq"], **(shown if card else {})})
        return {
            "unit": self.unit, "label": self.label, "folder": self.folder, "place": self.path,
            "status": state["status"], "since": state["since"], "until": state["until"], "team": state["team"],
            "readers": state["readers"], "key": state["key"], "envelope": state["envelope"], "flags": state["flags"],
            "seq": max(note.seq for note in self.entries), "heads": self.heads,
            "entries": [{"seq": n.seq, "op": n.op, "signers": n.signers, "time": n.json["time"]} for n in self.entries],
            "opened": self.opened, "documents": documents, "reasons": self.reasons,
        }


def time_of(note):
    return datetime.strptime(note.json["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def flag_times(archive):
    """Clocks that were far off (chapter 5)."""
    late = timedelta(hours=24)
    for case in archive.cases:
        for note in case.entries:
            parents = [case.log.standing(parent) for parent in note.parents]
            far = any(time_of(parent) - time_of(note) > late for parent in parents)
            if far or time_of(note) - datetime.now(timezone.utc) > late:
                archive.note(note.path, "the clock of its machine was far off")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("archive")
    parser.add_argument("--identity", help="a plain age identity file")
    arguments = parser.parse_args()
    try:
        archive = Archive(arguments.archive, arguments.identity)
    except (Refused, OSError) as error:
        print(json.dumps({"refused": str(error)}))
        return 2
    flag_times(archive)
    print(json.dumps(archive.json(), indent=1, ensure_ascii=False))
    return 5 if archive.damage else 0


if __name__ == "__main__":
    sys.exit(main())
