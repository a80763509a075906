"""Invoices and proofs of payment of nobody, drawn by a seed: printed, as data, and as scanners and
telephones take them. With what stands in each, and what does not."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from facturx import generate_from_binary
from PIL import Image, ImageFilter

from cessions.policies.reading.wanted import Identity, KnownInvoice, Wanted
from hosting.lib.pdf import render_pdf
from tests.evidence import layouts
from tests.evidence.companies import COMPANIES, Company
from tests.evidence.layouts import Paper
from tests.lib.reading.papers import PDF, picture, saved

JPEG, PNG = "image/jpeg", "image/png"
PRINTED, DATA, SCAN = "text PDF", "Factur-X", "scan"


@dataclass(frozen=True)
class Sample:
    """A file, what it truly says, and what it does not say though it could be taken for it."""

    name: str
    kind: str
    """"invoice" or "payment"."""
    form: str
    """`PRINTED`, `DATA` or `SCAN`."""
    content: bytes
    content_type: str
    wanted: Wanted
    decoys: Wanted
    paper: Paper


def samples(seed: int = 1, forms: tuple[str, ...] = (PRINTED, DATA, SCAN)) -> Iterator[Sample]:
    """Per company: three printed invoices, one with data, three scans, a printed proof of payment and a
    scanned one: 90 with all ten."""
    for number, company in enumerate(COMPANIES):
        chance = random.Random(seed * 1000 + number)
        for turn in range(3):
            paper = _paper(company, number, turn, chance)
            if PRINTED in forms:
                yield _printed(paper, f"{number}-{turn}")
            if DATA in forms and turn == 0:
                yield _with_data(paper, f"{number}-{turn}")
            if SCAN in forms:
                yield _scanned(paper, f"{number}-{turn}", chance)
        paid = _paper(company, number, number, chance)
        if PRINTED in forms:
            yield _paid(paid, f"{number}")
        if SCAN in forms:
            yield _as_scan(_paid(paid, f"{number}"), chance)


def _paper(company: Company, number: int, turn: int, chance: random.Random) -> Paper:
    issued = date(2025, 1, 1) + timedelta(days=chance.randrange(500))
    start = issued.replace(day=1) + timedelta(days=32)
    start = start.replace(day=1)
    net = Decimal(chance.randrange(4_000, 240_000)) / 100
    french = company.language == "fr"
    forms = (
        ("F-{y}-{n:04d}", "{y}/{n:03d}", "FA{n:05d}") if french else ("RE-{y}-{n}", "{y}-{n:04d}")
    )
    written = forms[chance.randrange(len(forms))].format(
        y=issued.year, n=chance.randrange(101, 9_000)
    )
    layout = layouts.LAYOUTS[(number + turn) % len(layouts.LAYOUTS)]
    return Paper(
        company=company,
        number=written,
        issued=issued,
        due=issued + timedelta(days=30),
        start=start,
        end=start.replace(year=start.year + 1) - timedelta(days=1),
        net=net,
        shown_number=chance.choice(company.printed_numbers),
        layout=layout,
        date_form=chance.randrange(3),
    )


def wanted_of(paper: Paper, account: str = "C000001") -> Wanted:
    company = paper.company
    return Wanted(
        identities=(
            Identity(account, "trade_name", company.trade_name),
            Identity(account, "registration_number", company.number, company.number_kind),
            Identity(account, "full_name", company.full_name),
        ),
        services=(company.a_label,),
        invoices=(KnownInvoice(1, (paper.number,), (f"{paper.total:.2f}",)),),
    )


def decoys_of(paper: Paper) -> Wanted:
    """Names, numbers and domains that are not in the paper; some look like those that are."""
    others = [other for other in COMPANIES if other is not paper.company]
    own = paper.company.a_label
    return Wanted(
        identities=tuple(
            identity
            for number, other in enumerate(others)
            for identity in wanted_of(replace(paper, company=other), f"D{number}").identities
        ),
        services=(
            *(other.a_label for other in others),
            f"x{own}",
            own.replace(".example", ".test"),
            own.replace(".example", ".com.example"),
            own.replace(".example", "s.example"),
        ),
        invoices=(
            KnownInvoice(2, (f"{paper.number}1", f"9{paper.number}"), (f"{paper.total + 1:.2f}",)),
        ),
    )


def _sample(
    paper: Paper, name: str, kind: str, form: str, content: bytes, as_: str = PDF
) -> Sample:
    return Sample(
        f"{kind} {name} {form}", kind, form, content, as_, wanted_of(paper), decoys_of(paper), paper
    )


def _printed(paper: Paper, name: str) -> Sample:
    return _sample(paper, name, "invoice", PRINTED, render_pdf(layouts.invoice(paper)))


def _with_data(paper: Paper, name: str) -> Sample:
    made = generate_from_binary(
        render_pdf(layouts.invoice(paper)), layouts.data(paper).encode(), check_xsd=True
    )
    return _sample(paper, name, "invoice", DATA, made)


def _paid(paper: Paper, name: str) -> Sample:
    return _sample(paper, name, "payment", PRINTED, render_pdf(layouts.payment(paper)))


def _scanned(paper: Paper, name: str, chance: random.Random) -> Sample:
    return _as_scan(_printed(paper, name), chance)


def _as_scan(printed: Sample, chance: random.Random) -> Sample:
    """The printed page as a scanner or a telephone takes it."""
    take = chance.choice(TAKES)
    content, content_type = take(printed.content, chance)
    return replace(
        printed,
        name=printed.name.replace(PRINTED, f"{SCAN} {take.__name__}"),
        form=SCAN,
        content=content,
        content_type=content_type,
    )


def flat(pdf: bytes, chance: random.Random) -> tuple[bytes, str]:
    """A scanner's: level, a little grain."""
    return saved(_grain(picture(pdf, dpi=200), chance, 0.01), "JPEG", quality=70), JPEG


def slanted(pdf: bytes, chance: random.Random) -> tuple[bytes, str]:
    """The sheet lay askew."""
    turned = chance.uniform(0.5, 6) * chance.choice((-1, 1))
    return saved(
        _grain(picture(pdf, dpi=180, turned=turned), chance, 0.01), "JPEG", quality=60
    ), JPEG


def blurred(pdf: bytes, chance: random.Random) -> tuple[bytes, str]:
    """A telephone's: soft, in a shadow, slightly askew, squeezed."""
    image = picture(pdf, dpi=200, turned=chance.uniform(-3, 3))
    image = image.filter(ImageFilter.GaussianBlur(0.9))
    shadow = Image.linear_gradient("L").resize(image.size).point(lambda v: 255 - v // 4)
    image = Image.composite(image, Image.new("L", image.size, 90), shadow)
    return saved(image, "JPEG", quality=50), JPEG


def sideways(pdf: bytes, chance: random.Random) -> tuple[bytes, str]:
    """The sheet lay across."""
    turned = chance.choice((90, 270)) + chance.uniform(-1.5, 1.5)
    return saved(
        _grain(picture(pdf, dpi=180, turned=turned), chance, 0.005), "JPEG", quality=70
    ), JPEG


def in_pdf(pdf: bytes, chance: random.Random) -> tuple[bytes, str]:
    """A scanner that makes PDFs of pictures."""
    image = _grain(picture(pdf, dpi=200, turned=chance.uniform(-1, 1)), chance, 0.01)
    return saved(image, "PDF", resolution=200), PDF


TAKES: tuple[Callable[[bytes, random.Random], tuple[bytes, str]], ...] = (
    flat, slanted, blurred, sideways, in_pdf,
)  # fmt: skip


def _grain(image: Image.Image, chance: random.Random, share: float) -> Image.Image:
    """Specks on a share of the pixels, and the noise of a sensor."""
    noise = Image.frombytes("L", image.size, chance.randbytes(image.width * image.height))
    soft = noise.filter(ImageFilter.GaussianBlur(1)).point(lambda v: min(255, v + 110))
    grey = Image.blend(image, soft, 0.08)
    specks = noise.point(lambda v: 255 if v < 256 * share / 2 else 0)
    return Image.composite(Image.new("L", image.size, 120), grey, specks)
