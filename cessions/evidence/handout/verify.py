#!/usr/bin/env python3
"""Check an archive of evidence: python3 -I -S verify.py [--seal DATE=HASH ...]

It needs Python 3.8 or newer and nothing else. It reads the files beside it, changes nothing, and asks
no network. It prints a line for each thing that is WRONG and ends with 1 then; with 0 when all holds.
"NOT SHOWN" is what these files cannot prove, by themselves or at all.

1. Each file has the hash that SHA256SUMS says, and no other file is there.
2. The journal is a chain: the hash of each entry covers its content and the entry before.
3. Seals, made once a day over the ends of all journals of the provider, hold an entry of this one.
4. The hash of each document and letter stands in the journal, under its number.
5. The hash of each mail's words (subject, text, HTML) is computed from the .eml and compared.

--seal gives a seal's hash that you know from elsewhere, so that not even the provider who made this
archive could have written the journal anew since.
"""

import base64
import email
import hashlib
import json
import os
import re
import sys
from email.header import decode_header

HERE = os.path.dirname(os.path.realpath(__file__))
SUMS = "SHA256SUMS"
HASH = re.compile(r"[0-9a-f]{64}\Z")
wrong = []
not_shown = []


def plain(words):
    """On one line, without signs that move a screen's cursor: the files here may be somebody's forgery."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(words))


def say_wrong(where, what):
    wrong.append(where)
    print("WRONG      %s: %s" % (plain(where), plain(what)))


def say_not_shown(where, what):
    not_shown.append(where)
    print("NOT SHOWN  %s: %s" % (plain(where), plain(what)))


def is_here(name):
    """Whether a name says a file of this archive, and nothing outside of it."""
    return (
        isinstance(name, str)
        and re.match(r"[\w .,()+@=-]+(/[\w .,()+@=-]+)*\Z", name) is not None
        and not {".", ".."} & set(name.split("/"))
    )


def path_of(name):
    """Where a file of this archive is. Raises OSError for what is no ordinary file here."""
    path = os.path.join(HERE, *name.split("/")) if is_here(name) else None
    if path is None or not os.path.isfile(path) or os.path.realpath(path) != path:
        raise OSError("no file of this archive")
    return path


def hash_of_words(*words):
    return hashlib.sha256("\n".join(words).encode("utf-8")).hexdigest()


def hash_of_file(name):
    """The SHA-256 of a file here, or None where there is none."""
    found = hashlib.sha256()
    try:
        with open(path_of(name), "rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                found.update(piece)
    except OSError:
        return None
    return found.hexdigest()


def lines_of(name):
    """(number, value) of each line of a file of JSON lines. One that cannot be read is told and left out."""
    try:
        with open(path_of(name), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    value = json.loads(line)
                except ValueError:
                    say_wrong("%s line %d" % (name, number), "it is not JSON")
                else:
                    yield number, value
    except (OSError, UnicodeDecodeError) as error:
        say_wrong(name, "it cannot be read (%s)" % type(error).__name__)


# -- 1. The files --------------------------------------------------------------------------------


def check_files():
    """Every file against SHA256SUMS; how many were right."""
    listed = {}
    try:
        with open(path_of(SUMS), encoding="utf-8") as file:
            for line in file.read().split("\n"):
                name = line[66:]
                if line and (name in listed or not is_here(name) or not HASH.match(line[:64])):
                    say_wrong(SUMS, "this line is not as it should be: %s" % line)
                elif line:
                    listed[name] = line[:64]
    except (OSError, UnicodeDecodeError):
        say_wrong(SUMS, "it cannot be read")
    for name, expected in sorted(listed.items()):
        found = hash_of_file(name)
        if found is None:
            say_wrong(name, "the file is missing")
        elif found != expected:
            say_wrong(name, "the file is not the one that was put here (SHA-256 is %s)" % found)
    for folder, folders, names in os.walk(HERE):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(names + links):
            found = os.path.relpath(os.path.join(folder, name), HERE).replace(os.sep, "/")
            if found != SUMS and found not in listed:
                say_wrong(found, "no such file was put here")
    return len(listed)


# -- 2. The journal ------------------------------------------------------------------------------


def check_journal():
    """The entries whose chain holds, by sequence."""
    entries, previous, stream = {}, "", None
    for number, row in lines_of("journal.jsonl"):
        sequence, expected = row.get("sequence"), len(entries) + 1
        where = "journal.jsonl line %d (entry %s)" % (number, sequence)
        stream = stream or row["stream"]
        words = [previous, row["stream"], str(sequence), row["at"], row["actor"], row["event"]]
        if row["stream"] != stream:
            say_wrong(where, "it is of another journal")
        elif sequence != expected:
            say_wrong(where, "entry %d is missing before it" % expected)
        elif row["previous_hash"] != previous:
            say_wrong(where, "it does not follow from the entry before it")
        elif hash_of_words(*words, row["facts"]) != row["hash"]:
            say_wrong(where, "its content is not what was written")
        else:
            entries[sequence] = dict(row, facts=json.loads(row["facts"]))
            previous = row["hash"]
            continue
        break  # what follows hangs on a broken chain
    return entries


# -- 3. The seals --------------------------------------------------------------------------------


def check_seals(entries, known):
    """The last entry that a seal holds; 0 without one. `known` are hashes by date, from elsewhere."""
    last, before, seen = 0, None, set()
    stream = entries[1]["stream"] if entries else None
    for number, seal in lines_of("seals.jsonl"):
        where = "seals.jsonl line %d (seal of %s)" % (number, seal["date"])
        if before is not None and seal["previous_hash"] != before:
            say_wrong(where, "it does not follow from the seal before it")
        before = seal["hash"]
        expected = known.get(seal["date"])
        seen.add(seal["date"])
        if expected and expected != seal["hash"]:
            say_wrong(where, "you know another hash of this seal")
        if seal["heads"] is None:
            continue  # nothing of this journal was sealed on that day: the seal only links two others
        if (
            hash_of_words(seal["previous_hash"], seal["date"], seal["sealed_at"], seal["heads"])
            != seal["hash"]
        ):
            say_wrong(where, "its content is not what was sealed")
            continue
        head = json.loads(seal["heads"]).get(stream)
        if head is None:
            say_wrong(where, "it says nothing of this journal")
        elif head[0] not in entries:
            say_wrong(
                "journal.jsonl entry %d" % head[0], "sealed on %s, but missing" % seal["date"]
            )
        elif entries[head[0]]["hash"] != head[1]:
            say_wrong(
                "journal.jsonl entry %d" % head[0], "another one was sealed on %s" % seal["date"]
            )
        else:
            last = max(last, head[0])
    for date in sorted(set(known) - seen):
        say_wrong("seals.jsonl", "the seal of %s that you know is not among these" % date)
    return last


# -- 4. Documents and letters ----------------------------------------------------------------------


def hashes_in(value):
    """Every SHA-256 anywhere in `value`."""
    if isinstance(value, str):
        return {value} if HASH.match(value) else set()
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return set().union(*[hashes_in(item) for item in value])
    return set()


def journalled(entries, what):
    """The hashes that the journal names for each document (or letter, ...), by its number."""
    found = {}

    def look(value):
        if isinstance(value, list):
            for item in value:
                look(item)
        if isinstance(value, dict):
            if isinstance(value.get(what), int):
                found.setdefault(value[what], set()).update(hashes_in(value))
            for item in value.values():
                look(item)

    for entry in entries.values():
        look(entry["facts"])
    return found


def check_stored_files(entries):
    """Each row of files.jsonl against its file and the journal; how many files are here."""
    here = 0
    known = {
        what: journalled(entries, what) for what in ("document", "letter", "challenge", "contract")
    }
    rows = {what: set() for what in known}
    judged = {
        entry["facts"].get("document")
        for entry in entries.values()
        if entry["event"] in ("document_accepted", "document_refused")
    }
    names_all = not any(  # journals begun with older software did not name what came with a draft
        entry["event"] == "filing_submitted" and "documents" not in entry["facts"]
        for entry in entries.values()
    )
    for number, row in lines_of("files.jsonl"):
        where = row["file"] or "files.jsonl line %d (%s %d)" % (number, row["what"], row["number"])
        rows[row["what"]].add(row["number"])
        written = known[row["what"]].get(row["number"], set())
        received, kept = row["received_sha256"] or row["sha256"], row["sha256"]
        if row["file"]:
            here += 1
            if hash_of_file(row["file"]) != kept:
                say_wrong(where, "it is not the file whose hash files.jsonl says")
        else:
            say_not_shown(where, "it is not in this archive: %s" % row["why_not"])
        if kept in written:
            continue
        if row["what"] == "document" and row["number"] in judged:
            say_wrong(where, "the journal says another hash of what was judged")
        elif not written:
            elsewhere = row["what"] in ("challenge", "contract")
            say = say_wrong if names_all and not elsewhere else say_not_shown
            say(where, "the journal names no hash of %s %d" % (row["what"], row["number"]))
        elif received in written:
            say_not_shown(
                where,
                "it was written anew by the check of uploads (photos lose their"
                " place data so); the journal holds the hash as it came",
            )
        else:
            say_wrong(where, "its hash does not stand in the journal")
    for what in ("document", "letter"):
        for number in sorted(set(known[what]) - rows[what]):
            say_wrong("files.jsonl", "%s %d of the journal is not listed" % (what, number))
    return here


# -- 5. Mails --------------------------------------------------------------------------------------


def words_of(name):
    """Subject, text and HTML of an .eml, exactly as they were written."""
    with open(path_of(name), "rb") as file:
        mail = email.message_from_bytes(file.read())
    subject = "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part
        for part, charset in decode_header(mail["Subject"] or "")
    )
    found = {"text/plain": "", "text/html": ""}
    for part in mail.walk():
        if not part.is_multipart():
            body = base64.b64decode(part.get_payload(), validate=False)
            found[part.get_content_type()] = body.decode("utf-8")
    return mail["Message-ID"], subject, found["text/plain"], found["text/html"]


def check_mails(entries):
    """Each row of mails.jsonl against its .eml and the journal; how many were recomputed."""
    recomputed, rows = 0, set()
    written, with_hash = {}, set()
    for entry in entries.values():
        facts = entry["facts"]
        if isinstance(facts, dict) and "message_id" in facts:
            written.setdefault(facts["message_id"], set()).update(hashes_in(facts))
            if entry["event"] == "mail.accepted" and "content_hash" in facts:
                with_hash.add(facts["message_id"])
    for number, row in lines_of("mails.jsonl"):
        where = row["file"] or "mails.jsonl line %d (mail %s)" % (number, row["message_id"])
        rows.add(row["message_id"])
        known = written.get(row["message_id"], set())
        if not row["file"]:
            say_not_shown(where, "its words are not in this archive: %s" % row["why_not"])
        else:
            try:
                message_id, subject, text, html = words_of(row["file"])
            except (OSError, ValueError, LookupError) as error:
                say_wrong(where, "it cannot be read (%s)" % type(error).__name__)
                continue
            words = "\0".join((subject, text, html)).encode("utf-8")
            recomputed += 1
            if message_id != row["message_id"]:
                say_wrong(where, "it is another mail than mails.jsonl says")
            elif row.get("hash_with_seals") and row["message_id"] not in with_hash:
                # sent by older software, which did not journal the hash of what was accepted
                recomputed -= 1
                say_not_shown(where, "its hash was made with seals that are not handed out")
            elif hashlib.sha256(words).hexdigest() != row["content_hash"]:
                say_wrong(where, "its words are not those whose hash was kept")
        if known and row["content_hash"] not in known:
            say_wrong(where, "the journal says another hash of its words")
        elif not known:
            say_not_shown(where, "the journal does not hold the hash of its words")
    for message_id in sorted(set(written) - rows):
        say_wrong("mails.jsonl", "mail %s of the journal is not listed" % message_id)
    return recomputed


def main(words):
    known = {}
    while words:
        if (
            words[0] != "--seal"
            or len(words) < 2
            or not re.match(r"[\d-]{10}=[0-9a-f]{64}\Z", words[1])
        ):
            print(__doc__)
            return 2
        date, _, value = words[1].partition("=")
        known[date] = value
        words = words[2:]
    files = check_files()
    entries = check_journal()
    sealed = check_seals(entries, known)
    documents = check_stored_files(entries)
    mails = check_mails(entries)
    if sealed < len(entries):
        what = "they came after the last seal; until the next one, only the chain holds them"
        say_not_shown("journal.jsonl entries %d to %d" % (sealed + 1, len(entries)), what)
    if not known:
        what = "give a seal's hash that you know from elsewhere with --seal, see the instructions"
        say_not_shown("that the provider wrote no other journal before", what)
    print(
        "%d files, %d journal entries (%d sealed), %d documents and letters, %d mails"
        % (files, len(entries), sealed, documents, mails)
    )
    print(
        "%d things are WRONG" % len(wrong) if wrong else "Everything that can be checked is right."
    )
    return 1 if wrong else 0


def checked(words):
    """The same for files that are not made as ours are: they are wrong, and said to be."""
    try:
        return main(words)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        say_wrong(
            "this archive",
            "it is not made as it should be (%s: %s)" % (type(error).__name__, error),
        )
        return 1


if __name__ == "__main__":
    sys.exit(checked(sys.argv[1:]))
