"""Resellers of nobody, in France and Germany, for the papers that tests draw."""

from dataclasses import dataclass, field

import idna
import stdnum.luhn


def siren_of(first: int) -> str:
    """A SIREN whose check digit holds."""
    digits = f"{first:08d}"
    return digits + stdnum.luhn.calc_check_digit(digits)


def siret_of(siren: str, office: int = 1) -> str:
    digits = siren + f"{office:04d}"
    return digits + stdnum.luhn.calc_check_digit(digits)


def french_vat(siren: str) -> str:
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


@dataclass(frozen=True)
class Company:
    """One reseller: what his account says, and how his papers write it."""

    trade_name: str
    full_name: str
    city: str
    language: str
    number_kind: str
    number: str
    printed_numbers: tuple[str, ...]
    """As his papers show it, one way or the other."""
    domain: str
    """U-label form, of his client."""
    client: str
    printed_name: str = ""
    """Where his papers write it in another way."""
    papers: dict[str, str] = field(default_factory=dict)

    @property
    def a_label(self) -> str:
        return idna.encode(self.domain, uts46=True).decode()


def _french(
    name: str, person: str, city: str, first: int, kind: str, domain: str, client: str, printed: str = ""
) -> Company:  # fmt: skip
    siren = siren_of(first)
    siret, vat = siret_of(siren), french_vat(siren)
    groups = f"{siren[:3]} {siren[3:6]} {siren[6:]}"
    shown = (
        f"SIRET {groups} {siret[9:]}",
        f"SIREN : {groups}",
        f"N° SIRET {siret} – APE 6201Z",
        f"TVA intracom. {vat[:4]} {groups}",
        f"RCS {city} {groups.replace(' ', '.')}",
        f"N° TVA {vat}",
    )
    number = {"siren": siren, "siret": siret, "vat": vat}[kind]
    return Company(name, person, city, "fr", kind, number, shown, domain, client, printed)


def _german(
    name: str, person: str, city: str, kind: str, number: str, shown: tuple[str, ...], domain: str,
    client: str, printed: str = "",
) -> Company:  # fmt: skip
    return Company(name, person, city, "de", kind, number, shown, domain, client, printed)


COMPANIES = (
    _french("Atelier Lumen", "Camille Durand", "Strasbourg", 73282932, "siren",
            "boulangerie-martin.example", "Boulangerie Martin"),
    _french("Étoile & Fils SARL", "Hélène Lefèvre-Brosseau", "Colmar", 41238877, "siret",
            "fleurs-du-rhin.example", "Fleurs du Rhin", "ETOILE & FILS SARL"),
    _french("Web'Océan", "Loïc Le Gall", "Brest", 50311908, "vat",
            "crêperie-kermor.example", "Crêperie Ker Mor"),
    _french("DK", "Denise Kieffer", "Mulhouse", 81922457, "siren",
            "garage-kieffer.example", "Garage Kieffer"),
    _french("Hébergement Web", "Jean-Baptiste Œuvrard", "Metz", 33944120, "siret",
            "cave-œuvrard.example", "Cave Œuvrard"),
    _french("Pixel-Forge Créations", "Anaïs Schmitt", "Nancy", 79001512, "siren",
            "anais-photo.example", "Studio Anaïs", "Pixel Forge Creations"),
    _german("Pixelwerk GmbH", "Lukas Weiß", "Freiburg", "hrb", "Freiburg HRB 71234",
            ("Amtsgericht Freiburg HRB 71234", "Registergericht: Freiburg, HRB 71 234"),
            "bäckerei-groß.example", "Bäckerei Groß"),
    _german("Nordlicht Medien UG", "Jürgen Möller-Hoffmann", "Kiel", "vat", "DE136695976",
            ("USt-IdNr. DE136695976", "USt-IdNr.: DE 136 695 976"),
            "tischlerei-moeller.example", "Tischlerei Möller"),
    _german("Schwarzwald Netz e.K.", "Annika Maier", "Offenburg", "other", "14/815/08150",
            ("Steuernummer 14/815/08150", "St.-Nr. 14 / 815 / 08150"),
            "gasthof-sonne.example", "Gasthof Sonne"),
    _german("IT", "Ingo Thaler", "Passau", "vat", "DE129273398",
            ("USt-IdNr. DE129273398", "Umsatzsteuer-ID: DE 129273398"),
            "donau-blick.example", "Pension Donaublick"),
)  # fmt: skip
