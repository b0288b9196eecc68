"""The log of a folder (chapter 5 of docs/format.md)."""

import base64

from notes import Graph, check_common_fields, heads_first
from spelling import (
    H, NOTE_NAME, OFFICE, PREFIXES, WORD, is_age_recipient, is_day, is_person, is_unit, matches, need,
)
from staff import NOBODY

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
STEPS = {"cancel-disposal": 0, "propose-disposal": 1, "approve-disposal": 2, "dispose": 3, "destroyed": 4}
AFTER = {"propose-disposal": [0], "approve-disposal": [1], "cancel-disposal": [1, 2], "dispose": [2], "destroyed": [3]}
ASPECTS = {"hold": ("hold", "release"), "propose-disposal": tuple(STEPS)}


def sets(field):
    return lambda note: field in MAY_CHANGE.get(note.op, "").split()


def check_entry_fields(e):
    """Every field is there and of its kind; otherwise the file is foreign."""
    check_common_fields(e)
    need(isinstance(e.get("casefile"), str), "casefile")
    need("folder" in e and (e["folder"] is None or matches(H, e["folder"])), "folder")
    need(is_unit(e.get("label")), "label")
    roster = e.get("roster")
    need(isinstance(roster, list) and all(matches(NOTE_NAME, name) for name in roster), "roster")
    need("rule" in e and (e["rule"] is None or matches(WORD, e["rule"])), "rule")
    need("status" in e and (e["status"] is None or e["status"] in PREFIXES), "status")
    need(all(field in e and (e[field] is None or is_day(e[field])) for field in ("since", "until")), "since, until")
    need("team" in e and (e["team"] is None or isinstance(e["team"], dict)), "team")
    if e["team"] is not None:
        need(is_person(e["team"].get("manager")) and is_person(e["team"].get("supervisor")), "team")
    need(isinstance(e.get("readers"), list), "readers")
    for reader in e["readers"]:
        need(isinstance(reader, dict) and is_person(reader.get("id")), "a reader")
        need(matches(WORD, reader.get("as")), "a reader's capacity")
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
    """The entries of one folder: what lies under its unit and has this `folder`."""

    def __init__(self, notes, staff):
        super().__init__(notes)
        self.staff, self.cache = staff, {}

    def standing(self, name):
        return self.valid[self.first.get(name, name)]

    def state_at(self, names):
        key = frozenset(names)
        if key not in self.cache:
            self.cache[key] = self.add_up(names)
        return self.cache[key]

    def add_up(self, names):
        """Four settings: label; status with its dates; team; readers with key and envelope."""
        label, moved, team, access = (self.settings(names, sets(field)) for field in ("label", "until", "team", "readers"))
        by_date = sorted(moved, key=lambda note: note.json["since"] or "", reverse=True)
        by_end = sorted(by_date, key=lambda note: note.json["until"] or "", reverse=True)
        earliest = min(by_end, key=lambda note: [None, *PREFIXES].index(note.json["status"])).json
        state = {field: earliest[field] for field in ("status", "since", "until")}
        state["label"], state["team"] = label[0].json["label"], team[0].json["team"]
        state["key"], state["envelope"] = access[0].json["key"], access[0].json["envelope"]
        state["readers"] = []
        for reader in access[0].json["readers"]:
            each = [r for note in access for r in note.json["readers"] if r["id"] == reader["id"]]
            if len(each) == len(access):
                ends = [r["until"] for r in each if r["until"]]
                state["readers"].append({**reader, "until": min(ends, default=None)})
        found = {"label": label, "status": moved, "team": team, "key": access}
        fields = {"label": ["label"], "status": ["status", "since", "until"], "team": ["team"],
                  "key": ["readers", "key", "envelope"]}
        state["flags"] = [
            what for what, notes in found.items() if any(n.json[f] != notes[0].json[f] for n in notes for f in fields[what])
        ]
        amended = self.settings(names, lambda note: note.op in ("amend", "resolve"))
        state["flags"] += ["amend"] if len(amended) > 1 else []
        return state

    def check(self, note, waits):
        e, staff = note.json, self.staff
        self.check_shape(note)
        # Without all cited staff notes, signatures are judged by the staff of today.
        known = e["roster"] and all(staff.first.get(name, name) in staff.valid for name in e["roster"])
        cited = staff.ancestors(e["roster"]) if known else set(staff.valid)
        people = staff.people_at(cited)
        for number, signer in enumerate(note.signers):
            person = people.get(signer, NOBODY)
            need(person["roles"], f"{signer} is not active")
            need(note.signed_by(number, base64.b64decode(person["sign"])), f"the signature of {signer}")
        if waits or not known:
            return waits or "waits for a staff note"
        for parent in note.parents:
            need(staff.ancestors(self.standing(parent).json["roster"]) <= cited, "cites an older roster than its parent")
        before = self.state_at(self.ancestors(note.parents)) if note.parents else None
        self.check_state(note, before)
        self.check_readers(note, before, people)
        need(any(self.allowed(note, signer, before, people) for signer in note.signers), "no signer may do this")
        self.check_steps(note)
        return None

    @staticmethod
    def check_shape(note):
        e, office = note.json, note.json["label"].split("-")[0] in OFFICE
        need(e["casefile"] == "entry/1", "no entry of this format")
        need((note.op == "admit") == (note.parents == []) == (e["folder"] is None), "`admit` is the first entry and no other")
        need((e["status"] is None) == (e["since"] is None) == (e["team"] is None) == office, "status and team")
        need(not office or e["until"] is None, "an end in an office folder")
        need(len({r["id"] for r in e["readers"]}) == len(e["readers"]) > 0, "readers")
        need(len({a["h"] for a in e["add"]}) == len(e["add"]), "adds an object twice")
        need(note.op in MAY_DROP or e["drop"] == [] or note.op not in OPERATIONS, "drops what it may not")

    def check_state(self, note, before):
        if before is None:
            return
        may = MAY_CHANGE.get(note.op, "").split()
        for field in STATE:
            need(field in may or note.json[field] == before[field], f"changes {field}")
        need(note.op != "key" or note.json["key"] != before["key"], "key without a new key")

    def stage_at(self, names, heads):
        """How far a disposal is; a decision stands only while it is the one head (chapter 12)."""
        steps = [STEPS[n.op] for n in self.settings(names, lambda n: n.op in STEPS)]
        if 4 in steps:
            return 4
        stage = min(steps, default=0)
        heads = {self.first.get(name, name) for name in heads}
        alone = len(heads) == 1 and self.valid[min(heads)].op == "dispose"
        return stage if stage < 3 or alone else 2

    def end(self):
        """The entry that destroyed the folder; the first, where there are two."""
        ends = heads_first(note for note in self.valid.values() if note.op == "destroyed")
        return ends[0] if ends else None

    def check_steps(self, note):
        """Reviews name a document; holds and disposals go step by step (chapters 5 and 12)."""
        if note.op in ("review", "withdraw"):
            need(any(added["r"] == "reason" for added in note.json["add"]), "no reason")
        seen = self.ancestors(note.parents)
        held = any(n.op == "hold" for n in self.settings(seen, lambda n: n.op in ("hold", "release")))
        stage = self.stage_at(seen, note.parents)
        need(note.op != "release" or held, "releases what is not held")
        need(note.op not in STEPS or stage in AFTER[note.op], "a disposal out of its order")
        need(note.op != "dispose" or not held, "disposes of what is held")

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
            newest = self.settings(self.ancestors(note.parents), lambda n: n.op in ASPECTS[ANSWERS[op]])
            asked = {person for n in newest if n.op == ANSWERS[op] for person in n.signers}
            return (reads or administers) and not asked & set(note.signers)
        if op == "move" and administers and before["status"] == "aged-out" and e["status"] == "closed":
            reads = reads or (e["since"] == before["until"] and e["since"] <= note.day)
        return reads or (administers and op in READERS_OR_ADMINISTRATOR)
