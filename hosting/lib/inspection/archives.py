"""A ZIP behind another file: its own readers look from the end (D6)."""

END, ENTRY = b"PK\x05\x06", b"PK\x01\x02"
LONGEST_COMMENT = 0xFFFF
RECORD = 22


def hides_archive(path: str) -> bool:
    """Whether the directory of a ZIP lies where a last record says: no accident of bytes."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        start = max(0, size - LONGEST_COMMENT - RECORD)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(END)
        if at < 0 or len(tail) - at < RECORD:
            return False
        directory = int.from_bytes(tail[at + 12 : at + 16], "little")
        file.seek(max(0, start + at - directory))
        return file.read(4) in (ENTRY, END)
