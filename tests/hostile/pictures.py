"""Pictures that are too large, too many, cut short, or say more than their pixels do."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.hostile import FORM, HARMLESS, Hostile, hostile
from tests.hostile.programs import photo
from tests.hostile.writing import zeros

KINDS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF")
GPS = b"48 deg 35 min N"
CUTS = 8
SIDE = 20_000


def made() -> Iterator[Hostile]:
    yield from large()
    yield from cut()
    yield from many()
    yield from talkative()
    yield from odd()


def png(width: int, height: int, data: bytes, *, depth: int = 8, more: bytes = b"") -> bytes:
    head = struct.pack("!IIBBBBB", width, height, depth, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack("!I", len(data)) + body + struct.pack("!I", zlib.crc32(body))


def large() -> Iterator[Hostile]:
    whole = zeros(382)  # every pixel of 20,000 x 20,000
    yield hostile("PNG of 20,000 x 20,000, whole", "a.png", png(SIDE, SIDE, whole), FORM)
    yield hostile("PNG of 20,000 x 20,000, only said", "a.png", png(SIDE, SIDE, b""), FORM)
    yield hostile("PNG of 2 billion lines", "a.png", png(1, 2**31 - 1, b""), FORM)
    jpeg = photo("JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    for side in (SIDE, 65_500):
        patched = jpeg[:at] + struct.pack("!HH", side, side) + jpeg[at + 4 :]
        yield hostile(f"JPEG that says {side} x {side}", "a.jpg", patched, FORM)
    webp = photo("WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")
    patched = webp[:24] + b"\x1f\x4e\0\x1f\x4e\0" + webp[30:]
    yield hostile("WebP that says 20,000 x 20,000", "a.webp", patched, FORM)
    tiff = photo("TIFF")
    patched = tiff.replace(
        struct.pack("<HHII", 256, 4, 1, 40), struct.pack("<HHII", 256, 4, 1, SIDE)
    )
    patched = patched.replace(
        struct.pack("<HHII", 257, 4, 1, 30), struct.pack("<HHII", 257, 4, 1, SIDE)
    )
    yield hostile("TIFF that says 20,000 x 20,000", "a.tif", patched, FORM)
    heic = photo("HEIF", (64, 64))
    at = heic.index(b"ispe") + 8
    patched = heic[:at] + struct.pack("!II", SIDE, SIDE) + heic[at + 8 :]
    yield hostile("HEIC that says 20,000 x 20,000", "a.heic", patched, "too_many_pixels", "damaged")
    out = io.BytesIO()
    pages = [Image.new("1", (100, 100)), Image.new("1", (9_000, 9_000))]
    pages[0].save(out, "TIFF", compression="group4", save_all=True, append_images=pages[1:])
    yield hostile("TIFF whose second page is a wall", "a.tif", out.getvalue(), "too_many_pixels")


def cut() -> Iterator[Hostile]:
    for kind in KINDS:
        whole = photo(kind, (300, 200))
        for number in range(CUTS):
            at = 4 + number * (len(whole) - 60) // CUTS
            what = f"{kind} cut at {at}"
            yield hostile(what, "a.jpg", whole[:at], FORM, "damaged")


def many() -> Iterator[Hostile]:
    for count in (61, 2_000):
        out = io.BytesIO()
        page = Image.new("1", (8, 8))
        page.save(out, "TIFF", save_all=True, append_images=[page] * (count - 1))
        yield hostile(f"TIFF of {count} pages", "a.tif", out.getvalue(), "too_many_pages")
    ring = photo("TIFF")
    first = struct.unpack("<I", ring[4:8])[0]
    count = struct.unpack("<H", ring[first : first + 2])[0]
    link = first + 2 + 12 * count
    looped = ring[:link] + struct.pack("<I", first) + ring[link + 4 :]
    yield hostile("TIFF in a ring", "a.tif", looped, HARMLESS, "damaged", "too_many_pages")
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")] * 20
    for kind in ("PNG", "WEBP"):
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:])
        yield hostile(f"{kind} that moves", "a.png", out.getvalue(), FORM, HARMLESS, gone=b"fdAT")


def talkative() -> Iterator[Hostile]:
    exif = Image.Exif()
    exif[0x010E] = GPS.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 35.0, 0.0), 3: "E", 4: (7.0, 45.0, 0.0)})
    for kind in KINDS:
        said = photo(kind, exif=exif.tobytes() if kind != "TIFF" else exif)
        yield hostile(f"{kind} that says where", "carte.jpg", said, HARMLESS, gone=GPS)
    for kind in ("JPEG", "WEBP"):
        broken = b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(range(256))
        said = photo(kind, exif=broken)
        yield hostile(f"{kind} with broken EXIF", "a.jpg", said, HARMLESS, gone=broken[:12])
    words = photo("JPEG", xmp=b"<x:xmpmeta>secret words</x:xmpmeta>")
    yield hostile("JPEG with XMP", "a.jpg", words, HARMLESS, gone=b"secret words")
    profile = photo("JPEG", icc_profile=b"secret profile" * 20)
    yield hostile("JPEG with a profile", "a.jpg", profile, HARMLESS, gone=b"secret profile")


def odd() -> Iterator[Hostile]:
    for mode, kind in (
        ("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("RGBA", "PNG"),
        ("I;16", "PNG"), ("1", "TIFF"), ("CMYK", "TIFF"), ("I;16", "TIFF"), ("LAB", "TIFF"), ("F", "TIFF"),
        ("RGBA", "WEBP"), ("RGBA", "HEIF"), ("L", "HEIF"),
    ):  # fmt: skip
        out = io.BytesIO()
        Image.new(mode, (30, 20)).save(out, kind)
        yield hostile(f"{kind} in {mode}", "a.png", out.getvalue(), HARMLESS)
    for name in (b"iCCP", b"zTXt", b"iTXt"):
        packed = b"a\0\0" + (b"\1\0\0\0" if name == b"iTXt" else b"") + zeros(300)
        swollen = png(9, 9, zlib.compress(bytes(90)), more=chunk(name, packed))
        yield hostile(
            f"PNG with a bomb in {name!r}", "a.png", swollen, HARMLESS, "damaged", "too_heavy"
        )
    bomb = png(7_000, 7_000, zeros(60))
    yield hostile("PNG that is all zeros", "a.png", bomb, HARMLESS, "too_heavy")
    sides = {"no width": (0, 9), "no height": (9, 0)}
    for what, (width, height) in sides.items():
        yield hostile(f"PNG with {what}", "a.png", png(width, height, b""), "damaged", FORM)
    yield hostile("PNG without pixels", "a.png", png(9, 9, b""), "damaged")
