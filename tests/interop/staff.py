"""The staff log (chapter 4 of docs/format.md)."""

import base64

from notes import Graph
from spelling import ROLES, check_person, check_root_keys, need

SETS_KEYS, SETS_PRESENCE = ("genesis", "root", "add", "rekey"), ("genesis", "root", "add", "retire")
KNOWN_STAFF_OPS = ("genesis", "add", "role", "rekey", "retire", "root", "policy")
NOBODY = {"sign": None, "age": None, "roles": [], "present": False}


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
            known = [self.valid[n].json["person"] for n in names if self.valid[n].op in KNOWN_STAFF_OPS]
            ids = {person["id"] for person in known if person}
            self.cache[key] = {person: self.person_at(names, person) for person in sorted(ids)}
        return self.cache[key]

    def person_at(self, names, person):
        """Keys, presence and each role are settings of their own."""

        def of(wanted):
            mine = lambda n: n.op in KNOWN_STAFF_OPS and (n.json["person"] or {}).get("id") == person and wanted(n)
            return self.settings(names, mine)

        keys, roles = of(lambda n: n.op in SETS_KEYS), []
        if len({(n.json["person"]["sign"], n.json["person"]["age"]) for n in keys}) > 1:
            self.report(keys[0], f"keys of {person} were set concurrently")
        present = all(n.op != "retire" for n in of(lambda n: n.op in SETS_PRESENCE))
        for role in ROLES if present else ():
            given = of(lambda n: self.sets_role(n, role))  # taking away beats adding
            if given and all(role in n.json["person"]["roles"] for n in given):
                roles.append(role)
        first = keys[0].json["person"]
        return {"sign": first["sign"], "age": first["age"], "roles": sorted(roles), "present": present}

    def sets_role(self, note, role):
        """A note sets only the roles that it changes; one that adds a person sets all that it gives."""
        person = note.json["person"]
        before = self.people_at(self.ancestors(note.parents)).get(person["id"], NOBODY)["roles"]
        gives = role in person["roles"]
        return gives != (role in before) or (gives and note.op in ("genesis", "add"))

    def report(self, note, text):
        if (note.name, text) not in self.reports:
            self.reports.append((note.name, text))

    def check(self, note, waits):
        if waits:
            return waits
        op, person, body = note.op, note.json["person"], note.json
        if person is not None:
            check_person(person)
        seen = self.ancestors(note.parents)
        people, root = self.people_at(seen), self.root_at(seen)
        self.check_signers(note, people, root)
        need(("root" in body) == (op == "root") and ("policy" in body) == (op == "policy"), "root, policy")
        if op == "root":
            check_root_keys(body["root"])
        if op == "policy":
            need(isinstance(body["policy"], dict) and person is None, "policy")
        need(person is not None or op not in KNOWN_STAFF_OPS or op in ("root", "policy"), "no person")
        if person is not None:
            others = {p["sign"] for name, p in people.items() if name != person["id"]}
            self.check_change(op, person, people.get(person["id"], NOBODY), others)
        return None

    @staticmethod
    def check_change(op, person, before, others):
        present, roles = before["present"], person["roles"]
        same = (before["sign"], before["age"]) == (person["sign"], person["age"])
        if op in ("add", "rekey"):
            need(person["sign"] not in others, "a signing key of two people")
        if op == "genesis":
            need("administrator" in roles, "the founder is no administrator")
        if op == "root":
            need(before["sign"] is None and roles == [], "the holder of a root key is new and has no role")
        if op == "add":
            need(not present and roles, "add is for who is not there, with a role")
        if op == "role":
            need(present and same and roles, "role keeps the keys of somebody present")
        if op == "rekey":
            need(present and not same, "rekey changes the keys of somebody present")
        if op == "retire":
            need(present and same and roles == [], "retire keeps the keys and leaves no role")

    def check_signers(self, note, people, root):
        """The signatures, and whether those who made them may change the staff like this."""
        op, person = note.op, note.json["person"]
        new_root = note.json.get("root") if op == "root" else {"keys": {}, "threshold": 0}
        check_root_keys(new_root) if op == "root" else None
        used = {}
        for number, signer in enumerate(note.signers):
            active = people[signer]["sign"] if people.get(signer, NOBODY)["roles"] else None
            used[signer] = root["keys"].get(signer) or new_root["keys"].get(signer) or active
            good = used[signer] and note.signed_by(number, base64.b64decode(used[signer]))
            need(good, f"the signature of {signer}")
        reached = lambda keys: sum(used.get(name) == key for name, key in keys["keys"].items()) >= keys["threshold"]
        if op in ("genesis", "policy", "root"):
            need(reached(root) and (op != "root" or reached(new_root)), "the root threshold must sign")
        if op not in ("add", "role", "rekey", "retire"):
            return
        need(person is not None, "no person")
        before = people.get(person["id"], NOBODY)
        need(not {person.get("sign"), before["sign"]} & set(used.values()), "nobody signs their own role")
        concerns = "administrator" in before["roles"] or "administrator" in person.get("roles", [])
        administers = any("administrator" in people.get(signer, NOBODY)["roles"] for signer in used)
        need(reached(root) or (administers and not concerns), "who signed may not change this person")
