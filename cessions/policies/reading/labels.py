"""The words beside or above a value that say what it is: “échéance”, “Rechnungsnummer” (P5, D5)."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from enum import StrEnum

from cessions.policies.reading.folding import folded
from cessions.policies.reading.page import Pages
from cessions.policies.reading.values import SPACES

FILLERS = r"[\s:.,;()#-]*(?:\b(?:le|la|l'|au|am|den|dem|der|zum|on|the|est|ist|is|of|eur|euros?|€)\b[\s:.,;()-]*){0,2}€?\s*"
ROWS_ABOVE = 3.5  # heights of a word between a heading and what stands below it
CELLS_LOOKED_AT = 40
BEFORE = 70  # letters before a value that are looked at


class Label(StrEnum):
    """What a value may be."""

    NUMBER = "number"
    ISSUED = "issued"
    DUE = "due"
    UNTIL = "until"
    PAID = "paid"
    TOTAL = "total"
    OTHER = "other"


def _one_of(forms: str) -> str:
    return "|".join(form.strip() for form in forms.strip().splitlines())


PATTERNS = {  # of folded text; the first label that fits counts, so that rarer ones stand first
    Label.UNTIL: r"""
        valables? jusqu'au
        jusqu'au
        expir(?:e|ation)(?: le)?
        renouvell?ement
        prochaine echeance
        echeance du (?:service|contrat|domaine)
        gultig bis
        (?:laufzeit|lauft|bezahlt) bis
        verlangerung
        nachste falligkeit
        valid until
        renews
        expires
        until
    """,
    Label.PAID: r"""
        (?:payee?|reglee?|acquittee?|encaissee?|execute|debite)s?
        paiement (?:recu|effectue?)
        date (?:de |d')?(?:paiement|valeur|operation|execution|reglement|comptable)
        (?:bezahlt|ausgefuhrt)(?: am)?
        buchung(?:stag|sdatum)?
        wertstellung
        valuta
        zahlungsdatum
        paid(?: on)?
    """,
    Label.DUE: r"""
        (?:date d')?echeance
        date limite(?: de (?:paiement|reglement))?
        (?:regler|payer|payable|paiement|reglement)(?: (?:avant|au plus tard|jusqu'au|du|attendu))+
        payable
        falligkeit(?:sdatum|stermin)?
        fallig(?: (?:am|bis|zum))*
        zahlbar(?: (?:bis|am|zum|spatestens))*
        zahlungsziel
        (?:zu zahlen|zahlung|uberweisen) bis
        uberweisen sie(?: \S+){0,5} bis
        bis spatestens
        du (?:date|on)
        pay(?:able)? by
    """,
    Label.NUMBER: r"""
        n(?:umero|[o°.])*\s*(?:de (?:la )?)?facture
        facture\s*(?:n(?:umero|[o°.])*|nr|ref\.?|:)?
        rechnung(?:s)?[- ]?(?:nummer|nr|no)
        rechnung
        beleg(?:nummer|[- ]?nr)
        invoice\s*(?:number|no|nr|n[o°])?
        avoir\s*(?:n[o°])?
    """,
    Label.ISSUED: r"""
        date (?:de (?:la )?|d')(?:facture|facturation|emission)
        (?:emis|facture)e? le
        facture du
        fait(?: a \w+)?
        (?:rechnungs|ausstellungs)datum
        rechnung vom
        ausgestellt(?: am)?
        invoice date
        date of (?:issue|invoice)
        issued(?: on)?
        date
        datum
    """,
    Label.TOTAL: r"""
        total (?:ttc|general|a payer|du)
        (?:net|reste|solde|montant)(?: total)? a (?:payer|regler)
        montant (?:total|ttc)(?: ttc)?
        gesamt(?:betrag|summe)?(?: brutto)?
        (?:rechnungs|end|zahl|brutto)betrag
        zu zahlen(?:der betrag)?
        summe brutto
        grand total
        amount du
        total
    """,
}
SINGLE = {  # a heading that is this alone
    Label.NUMBER: r"n[o°.]*|nr\.?|numero|nummer|number|no\.?",
}
NOT_THE_TOTAL = re.compile(r"(?:total|summe|montant)\s*(?:ht|h\.t|hors|netto|net ht|tva|t\.v\.a)")
DIRECT = {
    label: re.compile(rf"(?<![\w'])(?:{_one_of(forms)}){FILLERS}$")
    for label, forms in PATTERNS.items()
}
HEADING = {
    label: re.compile(rf"(?<![\w'])(?:{_one_of(forms)})(?!\w)|^(?:{SINGLE.get(label, '$.')})$")
    for label, forms in PATTERNS.items()
}


def label_of(pages: Pages, words: Sequence[int], among: Iterable[Label]) -> Label:
    """What the words before a value, or the heading above it, call it; OTHER without any of `among`."""
    asked = tuple(among)
    for order, position in zip(pages.orders, pages.positions, strict=True):
        at = position[words[0]]
        before = _text(pages, order[max(0, at - 12) : at])[-BEFORE:]
        for label in asked:
            if DIRECT[label].search(before) and not NOT_THE_TOTAL.search(before[-30:]):
                return label
    heading = heading_of(pages, words[0])
    return next((label for label in asked if HEADING[label].search(heading)), Label.OTHER)


def heading_of(pages: Pages, number: int) -> str:
    """The folded text of the cell just above a word; empty without one, and where that is a value."""
    word = pages.level[number]
    highest = word.top - ROWS_ABOVE * (word.bottom - word.top)
    below = bisect_right(pages.feet, (word.page, word.top, (len(pages.words),)))
    for page, foot, piece in reversed(pages.feet[max(0, below - CELLS_LOOKED_AT) : below]):
        if page != word.page or foot < highest:
            break
        first, last = pages.level[piece[0]], pages.level[piece[-1]]
        if first.left <= word.right and last.right >= word.left:
            text = _text(pages, piece).strip(" :")
            return "" if any(sign.isdigit() for sign in text) else text
    return ""


def _text(pages: Pages, numbers: Iterable[int]) -> str:
    return " ".join(folded(pages.words[number].text.translate(SPACES)) for number in numbers)
