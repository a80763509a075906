"""Identity documents of people who do not exist, drawn with their machine-readable zones (D5).

The same seed draws the same documents. Zones are set in OCR-B at their true size for 300 dpi.
"""

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from cessions.policies.findings import FindingCode, Outcome
from hosting.lib.reading.mrz import check_digit

OCR_B = "/usr/share/fonts/opentype/ocr-b/OCRB.otf"
SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
PITCH = 30  # pixels a sign: ten to the inch
ON = date(2026, 6, 9)
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"


@dataclass(frozen=True)
class Bearer:
    """Somebody made up: as he writes himself, and as his document spells him."""

    name: str
    surnames: str
    given: str
    born: date = date(1979, 3, 4)
    sex: str = "F"


@dataclass(frozen=True)
class Sample:
    """A drawn document, the name it is compared with, and what has to be found on `ON`."""

    label: str
    content: bytes
    content_type: str
    wanted: str
    expects: dict[FindingCode, Outcome] = field(default_factory=dict)
    number: str = ""
    on: date = ON


BEARERS = (
    Bearer("Hélène Lefèvre", "LEFEVRE", "HELENE<MARIE"),
    Bearer("Jürgen Groß-Öhler", "GROSS<OEHLER", "JUERGEN", date(1961, 12, 30), "M"),
    Bearer("Camille d’Artois", "DARTOIS", "CAMILLE<LOU", date(1990, 7, 15)),
    Bearer("Søren Møller", "MOELLER", "SOEREN", date(1985, 1, 31), "M"),
    Bearer("Jean-Pierre Kieffer", "KIEFFER", "JEAN<PIERRE", date(1972, 10, 8), "M"),
    Bearer("Begoña Ibáñez", "IBANEZ", "BEGONA", date(1999, 2, 28)),
)


def yymmdd(day: date) -> str:
    return f"{day:%y%m%d}"


def with_digit(signs: str, *, wrong: bool = False) -> str:
    """`signs` and their check digit, or another digit."""
    return signs + str((check_digit(signs) + wrong) % 10)


def padded(text: str, width: int) -> str:
    return text[:width].ljust(width, "<")


def td3(
    who: Bearer, number: str, expires: date, country: str = "FRA", wrong: str = ""
) -> list[str]:
    """A passport; `wrong` names the part whose digit is forged."""
    upper = f"P<{padded(country, 3)}{padded(f'{who.surnames}<<{who.given}', 39)}"
    numbered = with_digit(padded(number, 9), wrong=wrong == "number")
    born = with_digit(yymmdd(who.born), wrong=wrong == "birth")
    until = with_digit(yymmdd(expires), wrong=wrong == "expiry")
    personal = "<" * 14 + "0"
    lower = numbered + padded(country, 3) + born + who.sex + until + personal
    return [upper, lower + str(check_digit(numbered + born + until + personal))]


def td1(
    who: Bearer, number: str, expires: date, country: str = "FRA", wrong: str = ""
) -> list[str]:
    """A card of the size of a bank card: the French one since 2021, the German one."""
    numbered = with_digit(padded(number, 9), wrong=wrong == "number")
    born = with_digit(yymmdd(who.born), wrong=wrong == "birth")
    until = with_digit(yymmdd(expires), wrong=wrong == "expiry")
    first = f"ID{padded(country, 3)}{numbered}{'<' * 15}"
    optional = "<" * 11
    whole = check_digit(first[5:] + born + until + optional)
    second = f"{born}{who.sex}{until}{padded(country, 3)}{optional}{whole}"
    return [first, second, padded(f"{who.surnames}<<{who.given}", 30)]


def td2(
    who: Bearer, number: str, expires: date, country: str = "ROU", wrong: str = ""
) -> list[str]:
    numbered = with_digit(padded(number, 9), wrong=wrong == "number")
    born = with_digit(yymmdd(who.born), wrong=wrong == "birth")
    until = with_digit(yymmdd(expires), wrong=wrong == "expiry")
    upper = f"ID{padded(country, 3)}{padded(f'{who.surnames}<<{who.given}', 31)}"
    optional = "<" * 7
    whole = check_digit(numbered + born + until + optional)
    return [upper, f"{numbered}{padded(country, 3)}{born}{who.sex}{until}{optional}{whole}"]


def old_french(who: Bearer, issued: date, office: str = "671", wrong: str = "") -> list[str]:
    """The French card of 1988 to 2021: no expiry, but year and month of issue in its number."""
    upper = f"IDFRA{padded(who.surnames, 25)}{office}042"
    numbered = with_digit(f"{issued:%y%m}{office}04821", wrong=wrong == "number")
    born = with_digit(yymmdd(who.born), wrong=wrong == "birth")
    lower = f"{numbered}{padded(who.given.replace('<', '<<', 1), 14)}{born}{who.sex}"
    return [upper, lower + str(check_digit(upper + lower))]


def drawn(lines: list[str], seed: int, title: str, who: Bearer) -> Image.Image:
    """The side of a document that bears the zone, at 300 dpi."""
    grain = random.Random(seed)
    width = len(lines[0]) * PITCH + 2 * 55
    height = {30: 638, 36: 874, 44: 1039}[len(lines[0])]
    image = Image.new("L", (width, height), 232)
    pen = ImageDraw.Draw(image)
    for line in range(0, width + height, 14):
        pen.line((line, 0, line - height + grain.randrange(-40, 40), height), fill=218, width=1)
    small = ImageFont.truetype(SANS, 26)
    pen.text((50, 30), title, font=small, fill=70)
    pen.rectangle((50, 90, 270, 340), fill=150)
    words = [who.surnames.replace("<", "-"), who.given.replace("<", ", "), f"{who.born:%d.%m.%Y}"]
    for place, text in enumerate(words):
        pen.text((350, 110 + 80 * place), text, font=small, fill=40)
    set_zone(pen, lines, width, height)
    return image


def set_zone(pen: ImageDraw.ImageDraw, lines: list[str], width: int, height: int) -> None:
    font = ImageFont.truetype(OCR_B, 40)
    font = ImageFont.truetype(OCR_B, round(40 * PITCH / font.getlength("0")))
    top = height - 75 * len(lines) - 20
    for row, line in enumerate(lines):
        for place, sign in enumerate(line):
            pen.text((55 + place * PITCH, top + row * 72), sign, font=font, fill=25)


def photographed(
    image: Image.Image, *, turned: float = 0, blur: float = 0, noise: int = 0, seed: int = 1
) -> Image.Image:
    """The document on a darker desk: turned, out of focus, grainy."""
    desk = Image.new("L", (image.width + 240, image.height + 240), 120)
    desk.paste(image, (120, 120))
    taken = desk.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=120)
    if blur:
        taken = taken.filter(ImageFilter.GaussianBlur(blur))
    if noise:
        taken = Image.blend(taken, grainy(taken.size, seed), noise / 100)
    return taken


def grainy(size: tuple[int, int], seed: int) -> Image.Image:
    return Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))


def on_paper(image: Image.Image, place: tuple[int, int] = (500, 350)) -> Image.Image:
    """A copy on a sheet of A4 at 300 dpi."""
    sheet = Image.new("L", (2480, 3508), 250)
    sheet.paste(image, place)
    return sheet


def saved(image: Image.Image, content_type: str, quality: int = 80) -> bytes:
    file = io.BytesIO()
    if content_type == JPEG:
        image.save(file, "JPEG", quality=quality, dpi=(300, 300))
    elif content_type == PNG:
        image.save(file, "PNG", dpi=(300, 300))
    else:
        image.save(file, "PDF", resolution=300)
    return file.getvalue()


GOOD = {
    FindingCode.MACHINE_READABLE_ZONE: Outcome.FOUND,
    FindingCode.IDENTITY_NAME: Outcome.FOUND,
    FindingCode.IDENTITY_EXPIRY: Outcome.FOUND,
}
FORGED = {**GOOD, FindingCode.MACHINE_READABLE_ZONE: Outcome.CONTRADICTS}
EXPIRED = {**GOOD, FindingCode.IDENTITY_EXPIRY: Outcome.CONTRADICTS}
STRANGER = {**GOOD, FindingCode.IDENTITY_NAME: Outcome.CONTRADICTS}
VALID, OVER = date(2031, 4, 17), date(2025, 11, 2)

Taken = Callable[[Image.Image], Image.Image]
WAYS: tuple[tuple[str, Taken, str], ...] = (
    ("scan", lambda image: image, PNG),
    ("photo", lambda image: photographed(image, turned=1.5, noise=6), JPEG),
    ("slanted", lambda image: photographed(image, turned=-4, blur=0.8), JPEG),
    ("on A4", on_paper, PDF),
    ("soft and grainy", lambda image: photographed(image, turned=0.5, blur=1.2, noise=12), JPEG),
    ("on its side", lambda image: photographed(image, turned=90), JPEG),
    ("upside down", lambda image: on_paper(image).rotate(180), PDF),
)


def samples(seed: int = 1) -> Iterator[Sample]:
    """Documents of each kind in each way they are sent, honest and not."""
    for place, (label, way, content_type) in enumerate(WAYS):
        for kind, drawing in enumerate((_french, _german, _passport, _romanian, _old)):
            who = BEARERS[(place + kind + seed) % len(BEARERS)]
            lines, title, number = drawing(who, seed + place)
            image = way(drawn(lines, seed + place, title, who))
            content = saved(image, content_type)
            yield Sample(f"{title}, {label}", content, content_type, who.name, GOOD, number)
    yield from _dishonest(seed)


def _dishonest(seed: int) -> Iterator[Sample]:
    who, other = BEARERS[seed % len(BEARERS)], BEARERS[(seed + 1) % len(BEARERS)]
    changes = (
        ("number forged", td1(who, "X4RTBPFW4", VALID, wrong="number"), FORGED, who.name),
        ("expiry forged", td3(who, "12AC34567", VALID, wrong="expiry"), FORGED, who.name),
        ("birth forged", old_french(who, date(2019, 5, 2), wrong="birth"), FORGED, who.name),
        ("expired card", td1(who, "X4RTBPFW4", OVER), EXPIRED, who.name),
        ("expired passport", td3(who, "12AC34567", OVER), EXPIRED, who.name),
        ("expired old card", old_french(who, date(2003, 2, 3)), EXPIRED, who.name),
        ("extended old card", old_french(who, date(2013, 2, 3)), GOOD, who.name),
        ("somebody else's card", td1(who, "X4RTBPFW4", VALID), STRANGER, other.name),
        ("somebody else's passport", td3(who, "12AC34567", VALID), STRANGER, other.name),
    )
    for place, (label, lines, expects, name) in enumerate(changes):
        image = photographed(drawn(lines, seed + place, label, who), turned=1, noise=4)
        yield Sample(label, saved(image, JPEG), JPEG, name, expects, lines[-1][:9])


def _number(seed: int, signs: str, length: int) -> str:
    return "".join(random.Random(seed).choices(signs, k=length))


def _french(who: Bearer, seed: int) -> tuple[list[str], str, str]:
    number = _number(seed, "0123456789BCDFGHJKLMNPQRSTVWXZ", 9)
    return td1(who, number, VALID), "Carte d’identité", number


def _german(who: Bearer, seed: int) -> tuple[list[str], str, str]:
    number = _number(seed, "0123456789CFGHJKLMNPRTVWXYZ", 9)
    return td1(who, number, VALID, "D"), "Personalausweis", number


def _passport(who: Bearer, seed: int) -> tuple[list[str], str, str]:
    number = f"{seed % 90 + 10}{_number(seed, 'ABCDEFGHJKLP', 2)}{_number(seed, '0123456789', 5)}"
    return td3(who, number, VALID), "Passeport", number


def _romanian(who: Bearer, seed: int) -> tuple[list[str], str, str]:
    number = f"XB{_number(seed, '0123456789', 6)}"
    return td2(who, number, VALID), "Carte de identitate", number


def _old(who: Bearer, seed: int) -> tuple[list[str], str, str]:
    lines = old_french(who, date(2018, 1 + seed % 12, 12))
    return lines, "Ancienne carte", lines[1][:12]
