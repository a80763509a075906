"""What is sealed opens only whole, in order, under its own name and key."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interventions.backups.errors import BackupDamaged
from interventions.backups.sealing import MAGIC, TAG, Sealer, unseal

KEY = bytes(range(32))
CHUNK = 16
quick = settings(
    max_examples=200,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
PIECES = st.lists(st.binary(max_size=50), max_size=8)


def sealed(pieces: list[bytes], key: bytes = KEY, name: str = "a") -> bytes:
    kept = bytearray()
    sealer = Sealer(key, name, kept.extend, CHUNK)
    for piece in pieces:
        sealer.write(piece)
    sealer.close()
    return bytes(kept)


def opened(stored: bytes, key: bytes = KEY, name: str = "a") -> bytes:
    return b"".join(unseal(BytesIO(stored), key, name, CHUNK))


def chunks(stored: bytes) -> list[bytes]:
    body = stored[len(MAGIC) :]
    return [body[at : at + CHUNK + TAG] for at in range(0, len(body), CHUNK + TAG)]


@quick
@given(PIECES)
def test_what_is_sealed_in_any_pieces_opens_as_it_was(pieces: list[bytes]):
    plain = b"".join(pieces)
    stored = sealed(pieces)
    assert opened(stored) == plain
    assert sealed([plain]) == stored
    assert len(plain) < 8 or plain not in stored[len(MAGIC) :]


@quick
@given(PIECES, st.data())
def test_any_flipped_bit_shows(pieces: list[bytes], data: st.DataObject):
    stored = bytearray(sealed(pieces))
    at = data.draw(st.integers(0, len(stored) * 8 - 1))
    stored[at // 8] ^= 1 << at % 8
    with pytest.raises(BackupDamaged):
        opened(bytes(stored))


@quick
@given(PIECES, st.data())
def test_any_cut_tail_shows_also_between_two_chunks(pieces: list[bytes], data: st.DataObject):
    stored = sealed(pieces)
    with pytest.raises(BackupDamaged):
        opened(stored[: data.draw(st.integers(0, len(stored) - 1))])
    for number in range(len(chunks(stored))):
        with pytest.raises(BackupDamaged):
            opened(MAGIC + b"".join(chunks(stored)[:number]))


@quick
@given(st.binary(min_size=2 * CHUNK + 1, max_size=200), st.data())
def test_moved_doubled_dropped_and_appended_chunks_show(plain: bytes, data: st.DataObject):
    parts = chunks(sealed([plain]))
    one, other = data.draw(st.sampled_from([(a, b) for a in range(len(parts)) for b in range(a)]))
    moved = list(parts)
    moved[one], moved[other] = moved[other], moved[one]
    for wrong in (moved, parts[:one] + parts[other:], parts[:other] + parts[one:], [*parts, b"x"]):
        if wrong != parts:
            with pytest.raises(BackupDamaged):
                opened(MAGIC + b"".join(wrong))


@quick
@given(PIECES, st.binary(min_size=1, max_size=60))
def test_appended_bytes_show(pieces: list[bytes], more: bytes):
    with pytest.raises(BackupDamaged):
        opened(sealed(pieces) + more)


@quick
@given(PIECES)
def test_another_name_or_key_opens_nothing(pieces: list[bytes]):
    stored = sealed(pieces)
    for key, name in ((KEY, "b"), (bytes(32), "a")):
        with pytest.raises(BackupDamaged):
            opened(stored, key, name)


def test_a_key_has_256_bits():
    with pytest.raises(ValueError, match="32 bytes"):
        sealed([], key=b"short")


def test_a_plain_file_is_no_sealed_one():
    with pytest.raises(BackupDamaged, match="no backup of this kind"):
        opened(b"PK\3\4" + bytes(100))
