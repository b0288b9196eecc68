"""Spellings: names, times, numbers, keys (chapters 1 to 3 and 7 of docs/format.md)."""

import base64
import hashlib
import json
import re
from datetime import date, datetime

import ed25519

PREFIXES = {"open": "O", "inactive": "IA", "aged-out": "AO", "closed": "C"}
CODES = {code: status for status, code in PREFIXES.items()}
OFFICE = "REFERRAL STAFF DEBRIEF COMPLAINT FEEDBACK HANDOVER PROGRAMME".split()
ROLES = "administrator case-manager case-supervisor project-director records-custodian".split()
H = "[0-9a-f]{64}"
UNIT = "[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}"
PERSON = "[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?"
NOTE_NAME = f"[0-9]{{8}}-{H}"
WORD = "[a-z0-9.-]{1,64}"


class Refused(Exception):
    """What is read breaks a rule of the format; the text says which."""


def need(true, why):
    if not true:
        raise Refused(why)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def matches(pattern, text):
    return isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII) is not None


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
