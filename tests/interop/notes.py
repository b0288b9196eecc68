"""Signed notes and their graph (chapters 3 and 5 of docs/format.md)."""

import hashlib

import ed25519
from spelling import NOTE_NAME, WORD, Refused, base64_bytes, is_person, is_time, matches, need, strict_json


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

    op = property(lambda self: self.json["op"])
    day = property(lambda self: self.json["time"][:10])

    @property
    def hash(self):
        return self.name[9:]

    def signed_by(self, number, key):
        """Whether the signature with this number was made with this key (32 bytes)."""
        name = f"{self.key_name}{self.signers[number]}"
        key_id, signature = self.signatures[number]
        good_id = hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4] == key_id
        return good_id and ed25519.verify(key, self.line + b"\n", signature)


def check_common_fields(body):
    """What staff notes and entries have in common beyond their byte form."""
    need(is_time(body.get("time")), "the time")
    need(matches(WORD, body.get("op")), "op")
    crit = body.get("crit")
    need(isinstance(crit, list) and all(matches(WORD, word) for word in crit), "crit")


def heads_first(notes):
    return sorted(notes, key=lambda note: (note.seq, note.hash))


class Graph:
    """Notes that name their parents: which are valid, invalid (with the reason) or pending."""

    def __init__(self, notes):
        self.notes = {note.name: note for note in notes}
        self.valid, self.invalid, self.pending = {}, {}, {}
        self.below = {}  # of each valid note: the names of all its ancestors
        self.lines, self.first = {}, {}  # of each line: who stands for it; of each second file: the first

    def build(self):
        for note in heads_first(self.notes.values()):
            try:
                waits = self.check(note, self.check_parents(note))
            except Refused as error:
                self.invalid[note.name] = str(error)
                continue
            if waits:
                self.pending[note.name] = waits
            elif note.line in self.lines:
                self.first[note.name] = self.lines[note.line]
            else:
                self.lines[note.line] = note.name
                self.valid[note.name] = note
                self.below[note.name] = self.ancestors(note.parents)
        return self

    def check_parents(self, note):
        """The reason to wait, or nothing; raises where the note is invalid."""
        seqs = [int(parent[:8]) for parent in note.parents]
        need(note.seq == (1 + max(seqs) if seqs else 0), "seq")
        need(not any(parent in self.invalid for parent in note.parents), "names an invalid note")
        waits = [p for p in note.parents if self.first.get(p, p) not in self.valid]
        return f"waits for {waits[0]}" if waits else None

    def missing(self):
        """The notes that others name as parents and that are not there."""
        named = {parent for note in self.notes.values() for parent in note.parents}
        return sorted(named - set(self.notes))

    def ancestors(self, names):
        """These notes and everything below them."""
        found = {self.first.get(name, name) for name in names}
        for name in list(found):
            found |= self.below[name]
        return found

    def heads(self):
        parents = {self.first.get(p, p) for note in self.valid.values() for p in note.parents}
        return sorted(name for name in self.valid if name not in parents)

    def settings(self, names, wanted):
        """Among these notes the ones `wanted` that no other one wanted descends from, first ones first."""
        found = [self.valid[name] for name in names if wanted(self.valid[name])]
        hidden = set().union(*(self.below[note.name] for note in found)) if found else set()
        return heads_first(note for note in found if note.name not in hidden)
