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
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone

import ed25519

PREFIXES = {"open": "O", "inactive": "IA", "aged-out": "AO", "closed": "C"}
CODES = {code: status for status, code in PREFIXES.items()}
OFFICE = "REFERRAL STAFF DEBRIEF COMPLAINT FEEDBACK HANDOVER PROGRAMME".split()
ROLES = "administrator case-manager case-supervisor project-director records-custodian".split()
H = "[0-9a-f]{64}"
UNIT = "[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}"
PERSON = "[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?"
NOTE_NAME = f"[0-9]{{8}}-{H}"


class Refused(Exception):
    """What is read breaks a rule of the format; the text says which."""


def need(true, why):
    if not true:
        raise Refused(why)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def matches(pattern, text):
    return isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII) is not None


# --- spellings (chapters 1 to 3, 7) -----------------------------------------------------------------------------------


def strict_json(line):
    """One JSON object: no duplicate keys, only integers of 64 bits, no control bytes, nothing around it."""
    need(line.startswith(b"{") and line.endswith(b"}"), "not one JSON object")
    need(not any(byte < 0x20 or byte == 0x7F for byte in line), "a control byte")

    def integer(text):
        need(text != "-0" and -(2**63) <= int(text) < 2**64, "a number that is no 64-bit integer")
        return int(text)

    def refuse(text):
        raise Refused("a number that is no integer")

    def once(pairs):
        keys = [key for key, _ in pairs]
        need(len(keys) == len(set(keys)), "a key given twice")
        return dict(pairs)

    try:
        text = line.decode("utf-8")
        value = json.loads(text, object_pairs_hook=once, parse_int=integer, parse_float=refuse, parse_constant=refuse)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # no lone surrogates
    except (ValueError, RecursionError) as error:
        raise Refused("not JSON") from error
    return value


def base64_bytes(text, length):
    """Canonical base64 of so many bytes."""
    need(isinstance(text, str), "not base64")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("not base64") from error
    need(len(data) == length and base64.b64encode(data).decode() == text, "not canonical base64")
    return data


def is_time(text):
    if not matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text):
        return False
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return False
    return True


def is_day(text):
    if not matches(r"\d{4}-\d\d-\d\d", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_person(text):
    return matches(PERSON, text) and not matches("r[0-9]+", text)


def is_case_unit(text):
    return matches(UNIT, text) and text.split("-")[0] not in OFFICE


def is_unit(text):
    return matches(UNIT, text)


def is_age_recipient(text):
    """`age1` and 58 characters of lower-case bech32 whose checksum holds."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    if not matches(f"age1[{letters}]{{58}}", text):
        return False
    values = [ord(c) >> 5 for c in "age"] + [0] + [ord(c) & 31 for c in "age"]
    values += [letters.index(c) for c in text[4:]]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check == 1


def check_root_keys(root):
    need(isinstance(root, dict) and isinstance(root.get("keys"), dict) and root["keys"], "no root keys")
    for name, key in root["keys"].items():
        need(matches("r[0-9]+", name), "the name of a root key")
        need(ed25519.good_key(base64_bytes(key, 32)), "a root key")
    threshold = root.get("threshold")
    need(type(threshold) is int and 1 <= threshold <= len(root["keys"]), "the root threshold")


def check_person(person):
    """The `person` of a staff note (chapters 4 and 7)."""
    need(isinstance(person, dict) and is_person(person.get("id")), "no person")
    key = base64_bytes(person.get("sign"), 32)
    need(ed25519.good_key(key), "a signing key")
    need(is_age_recipient(person.get("age")), "an age key")
    roles = person.get("roles")
    need(isinstance(roles, list) and all(role in ROLES for role in roles) and len(set(roles)) == len(roles), "roles")
    signed = f"casefile: person/1\nid: {person['id']}\nsign: {person['sign']}\nage: {person['age']}\n"
    proof = base64_bytes(person.get("proof"), 64)
    need(ed25519.verify(key, signed.encode(), proof), "the person's proof")


# --- notes (chapter 3) ------------------------------------------------------------------------------------------------


class Note:
    """A signed note in its one byte form. Whose keys count is another question."""

    def __init__(self, name, data, archive):
        self.name = name
        need(len(data) <= 1_000_000, "too long")
        self.line, gap, lines = data.partition(b"\n\n")
        need(gap and b"\n" not in self.line, "not one line of JSON and an empty line")
        self.json = strict_json(self.line)
        need(self.json.get("archive") == archive, "a note of another archive")
        signers = self.json.get("signers")
        need(isinstance(signers, list) and 1 <= len(signers) <= 16, "signers")
        need(all(is_person(s) or matches("r[0-9]+", s) for s in signers), "the name of a signer")
        need(len(set(signers)) == len(signers), "a signer twice")
        self.signers, self.signatures = signers, []
        for signer in signers:
            line, end, lines = lines.partition(b"\n")
            self.key_name = f"{archive[:16]}/"
            start = f"— {self.key_name}{signer} ".encode()
            need(end and line.startswith(start), "a signature line")
            signature = base64_bytes(line[len(start) :].decode("ascii", "replace"), 68)
            self.signatures.append((signature[:4], signature[4:]))
        need(lines == b"", "something after the last signature line")
        parents = self.json.get("parents")
        need(isinstance(parents, list) and len(parents) <= 64, "parents")
        need(all(matches(NOTE_NAME, p) for p in parents) and parents == sorted(set(parents)), "parents")
        self.parents, self.seq = parents, self.json.get("seq")
        need(type(self.seq) is int and f"{self.seq:08}" == name[:8], "the seq is not that of the name")
        need(is_time(self.json.get("time")), "the time")
        crit = self.json.get("crit")
        need(isinstance(crit, list) and all(isinstance(word, str) for word in crit), "crit")
        need(isinstance(self.json.get("op"), str), "op")
        self.op, self.day = self.json["op"], self.json["time"][:10]

    @property
    def hash(self):
        return self.name[9:]

    def signed_by(self, number, key):
        """Whether the signature with this number was made with this key (32 bytes)."""
        name = f"{self.key_name}{self.signers[number]}"
        key_id, signature = self.signatures[number]
        good_id = hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4] == key_id
        return good_id and ed25519.verify(key, self.line + b"\n", signature)


def heads_first(notes):
    return sorted(notes, key=lambda note: (note.seq, note.hash))


class Graph:
    """Notes that name their parents: which are valid, invalid (with the reason) or pending."""

    def __init__(self, notes):
        self.notes = {note.name: note for note in notes}
        self.valid, self.invalid, self.pending = {}, {}, {}
        self.below = {}  # of each valid note: the names of all its ancestors

    def build(self):
        for note in heads_first(self.notes.values()):
            try:
                waits = self.check_parents(note) or self.check(note)
            except Refused as error:
                self.invalid[note.name] = str(error)
                continue
            if waits:
                self.pending[note.name] = waits
            else:
                self.valid[note.name] = note
                self.below[note.name] = self.ancestors(note.parents)
        return self

    def check_parents(self, note):
        """The reason to wait, or nothing; raises where the note is invalid."""
        need(not any(parent in self.invalid for parent in note.parents), "names an invalid note")
        waits = [p for p in note.parents if p not in self.valid]
        seqs = [int(parent[:8]) for parent in note.parents]
        need(note.seq == (1 + max(seqs) if seqs else 0), "seq")
        return f"waits for {waits[0]}" if waits else None

    def ancestors(self, names):
        """These notes and everything below them."""
        found = set(names)
        for name in names:
            found |= self.below[name]
        return found

    def heads(self):
        parents = {parent for note in self.valid.values() for parent in note.parents}
        return sorted(name for name in self.valid if name not in parents)

    def settings(self, names, wanted):
        """Among these notes the ones `wanted` that no other one wanted descends from, first ones first."""
        found = [self.valid[name] for name in names if wanted(self.valid[name])]
        hidden = set().union(*(self.below[note.name] for note in found)) if found else set()
        return heads_first(note for note in found if note.name not in hidden)


# --- the staff log (chapter 4) ----------------------------------------------------------------------------------------

SETS_KEYS, SETS_ROLES = ("genesis", "add", "rekey", "root"), ("genesis", "add", "role", "retire", "root")


class Staff(Graph):
    def __init__(self, notes, root):
        super().__init__(notes)
        self.first_root, self.cache, self.reports = root, {}, []

    def check_parents(self, note):
        need((note.op == "genesis") == (note.parents == []), "only the first note has no parents")
        return super().check_parents(note)

    def root_at(self, names):
        found = self.settings(names, lambda note: note.op == "root")
        if len(found) > 1:
            self.report(found[0], "root keys were set concurrently")
        return found[0].json["root"] if found else self.first_root

    def people_at(self, names):
        """Everybody who ever stood in the staff log, with the keys and roles that these notes give."""
        key = frozenset(names)
        if key not in self.cache:
            ids = {(self.valid[n].json.get("person") or {}).get("id") for n in names} - {None}
            self.cache[key] = {person: self.person_at(names, person) for person in sorted(ids)}
        return self.cache[key]

    def person_at(self, names, person):
        def of(ops):
            mine = lambda n: n.op in ops and (n.json.get("person") or {}).get("id") == person
            return self.settings(names, mine)

        keys, roles = of(SETS_KEYS), of(SETS_ROLES)
        first = keys[0].json["person"]
        if len({(n.json["person"]["sign"], n.json["person"]["age"]) for n in keys}) > 1:
            self.report(keys[0], f"keys of {person} were set concurrently")
        together = set().union(*(n.json["person"]["roles"] for n in roles))
        for note in roles:  # retiring and taking away beat adding
            before = self.people_at(self.ancestors(note.parents)).get(person, {"roles": []})["roles"]
            together -= set(before) - set(note.json["person"]["roles"])
        if any(note.op == "retire" for note in roles):
            together = set()
        return {"sign": first["sign"], "age": first["age"], "roles": sorted(together)}

    def report(self, note, text):
        if (note.name, text) not in self.reports:
            self.reports.append((note.name, text))

    def check(self, note):
        op, person, body = note.op, note.json.get("person"), note.json
        need("person" in body and "register" in body, "a field is missing")
        known = ("genesis", "add", "role", "rekey", "retire", "root", "policy")
        seen = self.ancestors(note.parents)
        people, root = self.people_at(seen), self.root_at(seen)
        if op in ("genesis", "add", "role", "rekey", "retire"):
            check_person(person)
            self.check_change(op, person, people.get(person["id"]))
            others = [p["sign"] for name, p in people.items() if name != person["id"]]
            need(person["sign"] not in others, "a signing key of two people")
        if op == "root":
            check_root_keys(body.get("root"))
            if person is not None:
                check_person(person)
                need(person["roles"] == [], "the holder of a root key with roles")
        if op == "policy":
            need(isinstance(body.get("policy"), dict) and person is None, "policy")
        if op in known or note.signers:
            self.check_signers(note, people, root, seen)

    @staticmethod
    def check_change(op, person, before):
        present = before is not None and before["roles"] != []
        same = before is not None and (before["sign"], before["age"]) == (person["sign"], person["age"])
        if op in ("genesis", "add"):
            need(person["roles"] and not present, "add is for who is not there, with a role")
        if op == "genesis":
            need("administrator" in person["roles"], "the founder is no administrator")
        if op == "role":
            need(present and same and person["roles"], "role keeps the keys of somebody present")
        if op == "rekey":
            need(present and not same and sorted(person["roles"]) == before["roles"], "rekey changes keys only")
        if op == "retire":
            need(present and same and person["roles"] == [], "retire keeps the keys and leaves no role")

    def check_signers(self, note, people, root, seen):
        new_root = note.json["root"] if note.op == "root" else {"keys": {}, "threshold": 0}
        by_root, by_new, by_admin, used = 0, 0, 0, []
        for number, signer in enumerate(note.signers):
            old, new = root["keys"].get(signer), new_root["keys"].get(signer)
            person = people.get(signer, {"roles": [], "sign": None})
            keys = {key for key in (old, new, person["sign"] if person["roles"] else None) if key}
            good = [key for key in keys if note.signed_by(number, base64.b64decode(key))]
            need(good, f"the signature of {signer}")
            used += good
            by_root, by_new = by_root + (old in good), by_new + (new in good)
            by_admin += "administrator" in person["roles"]
        person = note.json.get("person")
        if person and note.op != "genesis":
            present = people.get(person["id"], {"sign": None})["sign"]
            need(not {person["sign"], present} & set(used), "nobody signs their own role")
        enough = by_root >= root["threshold"]
        if note.op == "root":
            need(enough and by_new >= new_root["threshold"], "the thresholds of old and new root keys")
        elif note.op in ("genesis", "policy") or (person and self.ever_administrator(person, seen)):
            need(enough, "the root threshold must sign")
        elif note.op in ("add", "role", "rekey", "retire"):
            need(enough or by_admin, "no administrator signed")

    def ever_administrator(self, person, seen):
        mine = [self.valid[n].json.get("person") or {} for n in seen]
        earlier = [p.get("roles", []) for p in mine if p.get("id") == person["id"]]
        return any("administrator" in roles for roles in [*earlier, person["roles"]])


# --- entries (chapter 5) ----------------------------------------------------------------------------------------------

MAY_CHANGE = {
    "admit": "status since until team readers label key envelope", "move": "status since until", "extend": "until",
    "team": "team", "readers": "readers envelope", "relabel": "label", "key": "readers key envelope",
    "resolve": "status since until team",
}
OPERATIONS = """admit file amend review withdraw move extend team readers relabel key give hold release propose-disposal
approve-disposal cancel-disposal dispose destroyed resolve remark""".split()
STATE = "status since until team readers label key envelope".split()
MAY_DROP = ("amend", "key", "destroyed")
READERS_MAY = "amend withdraw extend team readers relabel give resolve key".split()
READERS_OR_ADMINISTRATOR = "hold propose-disposal cancel-disposal dispose destroyed release approve-disposal".split()
ANSWERS = {"release": "hold", "approve-disposal": "propose-disposal"}


def check_entry_fields(e):
    """Every field is there and of its kind; otherwise the file is foreign."""
    need(e.get("casefile") == "entry/1", "not an entry")
    need("folder" in e and (e["folder"] is None or matches(H, e["folder"])), "folder")
    need(is_unit(e.get("label")), "label")
    roster = e.get("roster")
    need(isinstance(roster, list) and roster and all(matches(NOTE_NAME, name) for name in roster), "roster")
    need("rule" in e and (e["rule"] is None or matches("[a-z0-9.-]{1,64}", e["rule"])), "rule")
    need("status" in e and (e["status"] is None or e["status"] in PREFIXES), "status")
    need(all(field in e and (e[field] is None or is_day(e[field])) for field in ("since", "until")), "since, until")
    need("team" in e and (e["team"] is None or isinstance(e["team"], dict)), "team")
    if e["team"] is not None:
        need(is_person(e["team"].get("manager")) and is_person(e["team"].get("supervisor")), "team")
    need(isinstance(e.get("readers"), list), "readers")
    for reader in e["readers"]:
        need(isinstance(reader, dict) and is_person(reader.get("id")), "a reader")
        need(isinstance(reader.get("as"), str) and reader["as"], "a reader's capacity")
        need("until" in reader and (reader["until"] is None or is_day(reader["until"])), "a reader's last day")
    need(is_age_recipient(e.get("key")) and matches(H, e.get("envelope")), "key, envelope")
    need(isinstance(e.get("add"), list) and len(e["add"]) <= 4096, "add")
    for added in e["add"]:
        need(isinstance(added, dict) and matches("[0-9a-f]{32}", added.get("d")), "add")
        need(added.get("r") in ("doc", "card", "reason") and matches(H, added.get("h")), "add")
        need(type(added.get("n")) is int and added["n"] >= 0, "add")
    need(isinstance(e.get("drop"), list) and all(matches(H, h) for h in e["drop"]), "drop")
    need(matches(r"[A-Za-z0-9 .+-]{0,40}", e.get("tool")), "tool")


class Log(Graph):
    """The entries that lie under one unit. Twins are two folders in one graph, told apart by `folder`."""

    def __init__(self, unit, notes, staff):
        super().__init__(notes)
        self.unit, self.staff, self.flags, self.cache = unit, staff, [], {}

    def folder_of(self, note):
        return note.json["folder"] or note.hash

    def state_at(self, names):
        key = frozenset(names)
        if key not in self.cache:
            self.cache[key] = self.add_up(names)
        return self.cache[key]

    def add_up(self, names):
        def setting(field):
            return self.settings(names, lambda note: field in MAY_CHANGE.get(note.op, "").split())

        moved, team, label = setting("status"), setting("team"), setting("label")
        readers, keys = setting("readers"), setting("key")
        order = [None, *PREFIXES]
        first = min(moved, key=lambda note: order.index(note.json["status"])).json
        state = {field: first[field] for field in ("status", "since", "until")}
        until = setting("until")
        if len(until) == 1:
            state["until"] = until[0].json["until"]
        state["team"], state["label"] = team[0].json["team"], label[0].json["label"]
        stay = set.intersection(*({r["id"] for r in note.json["readers"]} for note in readers))
        state["readers"] = [r for r in readers[0].json["readers"] if r["id"] in stay]
        state["key"] = keys[0].json["key"]
        mine = [note for note in setting("envelope") if note.json["key"] == state["key"]]
        state["envelope"] = (mine or keys)[0].json["envelope"]
        together = {"move": moved, "team": team, "relabel": label, "readers": readers, "key": keys}
        state["flags"] = sorted(what for what, found in together.items() if len(found) > 1)
        return state

    def check(self, note):
        e, staff = note.json, self.staff
        need(not any(name in staff.invalid for name in e["roster"]), "cites an invalid staff note")
        if not all(name in staff.valid for name in e["roster"]):
            return "waits for a staff note"
        cited = staff.ancestors(e["roster"])
        for parent in note.parents:
            need(set(self.notes[parent].json["roster"]) <= cited, "cites an older roster than its parent")
        people = staff.people_at(cited)
        for number, signer in enumerate(note.signers):
            person = people.get(signer, {"roles": []})
            need(person["roles"], f"{signer} is not active")
            need(note.signed_by(number, base64.b64decode(person["sign"])), f"the signature of {signer}")
        self.check_place(note)
        before = self.state_at(self.ancestors(note.parents)) if note.parents else None
        self.check_state(note, before)
        self.check_readers(note, before, people)
        need(any(self.allowed(note, signer, before, people) for signer in note.signers), "no signer may do this")

    def check_place(self, note):
        e = note.json
        if not note.parents:
            need(note.op == "admit" and e["folder"] is None, "a first entry that admits nothing")
            return
        need(note.op != "admit", "admits twice")
        folders = {self.folder_of(self.notes[parent]) for parent in note.parents}
        need(folders == {e["folder"]}, "of another folder than its parents")

    def check_state(self, note, before):
        e, office = note.json, note.json["label"].split("-")[0] in OFFICE
        nulls = [e["status"] is None, e["since"] is None, e["team"] is None]
        need(all(nulls) and e["until"] is None if office else not any(nulls), "status and team")
        need(len({r["id"] for r in e["readers"]}) == len(e["readers"]) > 0, "readers")
        need(note.op in MAY_DROP or e["drop"] == [], "drops what it may not")
        may = MAY_CHANGE.get(note.op, "").split()
        if before is None:
            return
        for field in STATE:
            need(field in may or e[field] == before[field], f"changes {field}")
        need(note.op != "key" or e["key"] != before["key"], "key without a new key")

    def check_readers(self, note, before, people):
        e = note.json
        old = {r["id"] for r in before["readers"]} if before else set()
        for reader in e["readers"]:
            if reader["id"] in old:
                continue
            roles = people.get(reader["id"], {"roles": []})["roles"]
            need(roles and (e["status"] is None or set(roles) != {"administrator"}), "a new reader without a role")
        if note.op in ("admit", "key"):
            need({r["id"] for r in e["readers"]} & set(note.signers), "a key made by somebody who does not stay")

    def allowed(self, note, signer, before, people):
        """The table of authority, for one signer."""
        e, op = note.json, note.op
        if op == "admit":
            return any(r["id"] == signer and r["as"] in ("manager", "supervisor") for r in e["readers"])
        if op in ("file", "remark") or op not in OPERATIONS:
            return True
        if op == "review":
            if before["team"]:
                return before["team"]["supervisor"] == signer
            return any(r["id"] == signer and r["as"] == "supervisor" for r in before["readers"])
        reads = any(r["id"] == signer and (r["until"] or "9999") >= note.day for r in before["readers"])
        administers = "administrator" in people[signer]["roles"]
        if op in ANSWERS:
            mine = [self.valid[name] for name in self.ancestors(note.parents)]
            asked = heads_first(n for n in mine if n.op == ANSWERS[op])
            return (reads or administers) and bool(asked) and signer not in asked[-1].signers
        if op == "move" and administers and before["status"] == "aged-out" and e["status"] == "closed":
            reads = reads or (e["since"] == before["until"] and e["since"] <= note.day)
        return reads or (administers and op in READERS_OR_ADMINISTRATOR)


# --- the archive ------------------------------------------------------------------------------------------------------


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
        notes, lines = {}, {}
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
            if note.line in lines:
                self.note(path, "foreign: the same note with other signatures")
                continue
            notes[name], lines[note.line] = note, note
        return notes.values()

    def report(self, graph):
        for name, why in sorted(graph.invalid.items()):
            self.found(graph.notes[name].path, f"invalid: {why}")
        for name, why in sorted(graph.pending.items()):
            self.found(graph.notes[name].path, f"pending: {why}")

    def read_staff(self):
        def fields(body):
            need(body.get("casefile") == "staff/1", "not a staff note")

        notes = self.read_notes([p for p in self.files if p.startswith("staff/")], fields, strict=True)
        staff = Staff(notes, self.root["root"]).build()
        self.report(staff)
        need(staff.valid, "no staff log")
        staff.people = staff.people_at(set(staff.valid))
        for name, text in staff.reports:
            self.note(f"staff/{name}.note", text)
        return staff

    def read_unit(self, unit, paths):
        notes = self.read_notes([p for p in paths if p.endswith(".note")], check_entry_fields, strict=False)
        log = Log(unit, notes, self.staff).build()
        self.report(log)
        objects = {}
        for path in paths:
            if path.endswith(".age"):
                objects.setdefault(os.path.basename(path)[:-4], []).append(path)
        firsts = heads_first(note for note in log.valid.values() if not note.parents)
        cases = [Case(self, log, first, paths, objects) for first in firsts]
        if not cases:
            self.found(paths[0], "a folder without a valid first entry")
        named = set().union(*(case.named for case in cases)) if cases else set()
        for name, places in objects.items():
            if name not in named:
                self.note(places[0], "orphan")
        envelopes = {note.json["envelope"] for note in log.valid.values()}
        for path in self.files:
            if path.startswith(f"keys/{unit}/"):
                self.whole(path)
                if os.path.basename(path)[:-4] not in envelopes:
                    self.note(path, "orphan envelope")
        return cases

    def age(self, path, keys):
        """Opens a sealed file with `age`; `keys` is the text of an identity file and touches no disk."""
        command = ["age", "-d", "-i", "-", os.path.join(self.folder, path)]
        done = subprocess.run(command, input=keys, capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else None

    def json(self):
        people = {name: p for name, p in self.staff.people.items() if p["roles"]}
        return {
            "archive": self.id, "test": self.root["test"], "created": self.root["created"],
            "people": [{"id": name, **person} for name, person in people.items()],
            "cases": [case.json() for case in self.cases],
            "damage": sorted(self.damage, key=lambda d: d["path"]), "notices": self.notices,
        }


class Case:
    """One folder: its state, where it lies, its documents."""

    def __init__(self, archive, log, first, paths, objects):
        self.archive, self.log, self.first, self.objects = archive, log, first, objects
        entries = [note for note in log.valid.values() if log.folder_of(note) == first.hash]
        self.entries = heads_first(entries)
        names = {note.name for note in self.entries}
        self.heads = [name for name in log.heads() if name in names]
        self.state = log.state_at(names)
        waiting = [n for n in log.notes.values() if n.name in log.pending and n.json["folder"] == first.hash]
        self.adding = self.entries + heads_first(waiting)
        dropped = {h for note in self.entries for h in note.json["drop"]}
        added = [(note, a) for note in self.adding for a in note.json["add"]]
        self.named = {a["h"] for _, a in added}
        self.added = [(note, a) for note, a in added if a["h"] not in dropped]
        self.check_objects()
        self.check_placement(paths)
        self.opened, self.documents, self.reasons = False, [], []
        self.list_documents()
        if archive.identity:
            self.open(archive.identity)

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
            if not places:
                self.archive.found(f"{self.path}/{added['h']}.age", "missing")
            for place in places:
                data = self.archive.whole(place)
                if data is not None and len(data) != added["n"]:
                    self.archive.found(place, "of another size than its entry says")
        envelope = f"keys/{self.unit}/{self.state['envelope']}.age"
        if envelope not in self.archive.files:
            self.archive.found(envelope, "missing")

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
            entry["folder"] = self.first.hash if note.parents else None
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
            need(sealed is not None, "the card does not open")
            card = self.parse(sealed, "card/1", document)
            need(card.get("doc") == document.get("doc"), "the card of another document")
            place = f"{self.path}/{document['doc']}.age"
            plain = self.object(document["doc"], keys)
            need(plain is not None, "the document does not open")
            need(len(plain) == card.get("size") and sha256(plain) == card.get("plain"), "not what its card says")
            if card.get("source") == "rendered":
                need(card.get("media") == "application/pdf" and plain.startswith(b"%PDF-"), "media type")
                self.check_keywords(card, plain)
            document["opened"] = card
        except Refused as error:
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
            reason = self.parse(plain, "reason/1", {"d": added["d"], "folder": self.first.hash if note.parents else None})
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
            "unit": self.unit, "label": self.label, "folder": self.first.hash, "place": self.path,
            "status": state["status"], "since": state["since"], "until": state["until"], "team": state["team"],
            "readers": state["readers"], "key": state["key"], "envelope": state["envelope"], "flags": state["flags"],
            "seq": max(note.seq for note in self.entries), "heads": self.heads,
            "entries": [{"seq": n.seq, "op": n.op, "signers": n.signers, "time": n.json["time"]} for n in self.entries],
            "opened": self.opened, "documents": documents, "reasons": self.reasons,
        }


def flag_times(archive):
    """Clocks that were far off (chapter 5)."""
    late = timedelta(hours=24)
    read = lambda note: datetime.strptime(note.json["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    for case in archive.cases:
        for note in case.entries:
            parents = [case.log.valid[parent] for parent in note.parents]
            if any(read(parent) - read(note) > late for parent in parents) or read(note) - datetime.now(timezone.utc) > late:
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
