"""Pure rules of the accounts: contact values, registration numbers, reachability, effects of notes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import idna
import phonenumbers
import stdnum.ch.vat
import stdnum.de.handelsregisternummer
import stdnum.eu.vat
import stdnum.fr.siren
import stdnum.fr.siret
import stdnum.gb.vat
import stdnum.no.mva
import stdnum.util
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as NumberRefused

from accounts.enums import ContactKind, NoteEffect, RegistrationKind

# Every country a telephone number can belong to (A2 asks for one); AC and TA are no countries of
# ISO 3166-1.
COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS) - {"AC", "TA"}
LIST_SIGNS = frozenset(",;<>()\"'")
NUMBER_KINDS = frozenset({ContactKind.PHONE, ContactKind.FAX})
NUMBER_OR_NAME_KINDS = frozenset({ContactKind.WHATSAPP, ContactKind.SIGNAL, ContactKind.TELEGRAM})
REQUIRED_WAYS = (ContactKind.EMAIL, ContactKind.PHONE)
COUNTRY_OF_NUMBER = {
    RegistrationKind.SIREN: "FR",
    RegistrationKind.SIRET: "FR",
    RegistrationKind.HRB: "DE",
}
NUMBER_CHECKS: dict[str, Callable[[str], str]] = {
    RegistrationKind.SIREN: stdnum.fr.siren.validate,
    RegistrationKind.SIRET: stdnum.fr.siret.validate,
    RegistrationKind.HRB: stdnum.de.handelsregisternummer.validate,
}

VAT_PREFIX = {"GR": "EL", "MC": "FR"}
NEIGHBOURS_VAT: dict[str, Callable[[str], str]] = {
    "CH": stdnum.ch.vat.validate,
    "GB": stdnum.gb.vat.validate,
    "NO": stdnum.no.mva.validate,
}


def country_code(typed: str) -> str:
    """An ISO 3166-1 code in capitals; ValidationError for anything else (A1)."""
    code = typed.strip().upper()
    if code not in COUNTRIES:
        raise ValidationError(
            _("“%(typed)s” is not a country code. It has two letters: FR, DE, BE…"),
            code="country",
            params={"typed": typed},
        )
    return code


def registration_number(kind: str, typed: str, country: str) -> str:
    """A registration number in compact form, checked for its kind and country (A1).

    `country` is the account's ISO code. Raises ValidationError with words; an empty kind asks for an
    empty number.
    """
    number = " ".join(typed.split())
    if kind == RegistrationKind.NONE:
        if number:
            raise ValidationError(_("Please say what kind of number this is."), code="kind_missing")
        return ""
    if not number:
        raise ValidationError(
            _("Please give the number, or choose no kind."), code="number_missing"
        )
    if kind == RegistrationKind.OTHER:
        return number
    home = COUNTRY_OF_NUMBER.get(RegistrationKind(kind))
    if home and home != country:
        raise ValidationError(
            _("A %(kind)s belongs to %(home)s, but the account's country is %(country)s."),
            code="country_differs",
            params={"kind": RegistrationKind(kind).label, "home": home, "country": country},
        )
    try:
        return (
            _vat(number, country) if kind == RegistrationKind.VAT else NUMBER_CHECKS[kind](number)
        )
    except NumberRefused as error:
        raise ValidationError(
            _("“%(number)s” is not a valid %(kind)s: please check each digit."),
            code="number_invalid",
            params={"number": number, "kind": RegistrationKind(kind).label},
        ) from error


def _vat(number: str, country: str) -> str:
    """A VAT number of a member state, or of a neighbour that has a check of its own."""
    if country in NEIGHBOURS_VAT:
        return NEIGHBOURS_VAT[country](number)
    compact = stdnum.util.clean(number, " -.").upper()
    prefix = VAT_PREFIX.get(country, country)
    return stdnum.eu.vat.validate(compact if compact.startswith(prefix) else prefix + compact)


def contact_value(kind: str, typed: str, country: str) -> str:
    """What is stored of a contact method: one e-mail address, one number in E.164 form, or a text.

    `country` is the ISO code by which a number without prefix is read. Raises ValidationError.
    """
    value = " ".join(typed.split())
    if not value:
        raise ValidationError(_("Please fill this in."), code="empty")
    if kind == ContactKind.EMAIL:
        return email_address(value)
    if kind in NUMBER_KINDS:
        return telephone(value, country)
    if kind in NUMBER_OR_NAME_KINDS and not value.startswith("@"):
        return _number_if_one(value, country)
    return value


def email_address(typed: str) -> str:
    """One address, its domain in A-label form. Lists are refused: Django would send to both."""
    value = typed.strip()
    refused = ValidationError(
        _("This is not one e-mail address. It looks like name@example.fr."), code="email"
    )
    if LIST_SIGNS & set(value) or any(sign.isspace() for sign in value) or len(value) > 254:
        raise refused
    local, _at, domain = value.rpartition("@")
    try:
        address = f"{local}@{idna.encode(domain, uts46=True).decode('ascii').lower()}"
        validate_email(address)
    except (idna.IDNAError, UnicodeError, ValidationError) as error:
        raise refused from error
    return address


def telephone(typed: str, country: str) -> str:
    """One number in E.164 form (+33388123456), with `;ext=` where it has an extension."""
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _(
                "This is not a telephone number of %(country)s. Abroad it begins with + and the country."
            ),
            code="telephone",
            params={"country": country},
        )
    plain: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


def _number_if_one(typed: str, country: str) -> str:
    try:
        return telephone(typed, country)
    except ValidationError:
        return typed


def shown_contact(kind: str, value: str) -> str:
    """A contact value as people read it: numbers in groups, domains in U-label form."""
    if kind == ContactKind.EMAIL:
        local, _at, domain = value.rpartition("@")
        try:
            return f"{local}@{idna.decode(domain)}"
        except (idna.IDNAError, UnicodeError):
            return value
    if value.startswith("+"):
        try:
            number = phonenumbers.parse(value, None)
        except phonenumbers.NumberParseException:
            return value
        shown: str = phonenumbers.format_number(
            number, phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        return shown
    return value


def missing_ways(kinds: Iterable[str]) -> tuple[str, ...]:
    """A2: which of e-mail and telephone an account lacks, given the kinds of its present contacts."""
    present = set(kinds)
    return tuple(way.value for way in REQUIRED_WAYS if way not in present)


@dataclass(frozen=True)
class NoteFacts:
    """What of an internal note matters for its effect (A6)."""

    id: int
    at: datetime
    effect: str = NoteEffect.NONE
    supersedes: int | None = None


@dataclass(frozen=True)
class Eligibility:
    """Whether an account may have courtesy interventions, and the note that says so (A6, I14)."""

    eligible: bool
    note: int | None = None
    since: datetime | None = None


def eligibility(notes: Iterable[NoteFacts]) -> Eligibility:
    """A6: the present effect, derived from the notes. The latest effect that still stands counts.

    A note that replaces another of the same effect keeps its place in time: mending the words of an
    old note does not revoke again what a later note restored.
    """
    by_id = {note.id: note for note in notes}
    replaced = {note.supersedes for note in by_id.values()}
    standing = [note for note in by_id.values() if note.effect and note.id not in replaced]
    if not standing:
        return Eligibility(eligible=True)
    latest = max(standing, key=lambda note: _since(note, by_id))
    since, _place = _since(latest, by_id)
    return Eligibility(latest.effect != NoteEffect.INELIGIBLE, latest.id, since)


def _since(note: NoteFacts, by_id: dict[int, NoteFacts]) -> tuple[datetime, int]:
    """When the effect of a note was first said, through the notes it replaced."""
    first = note
    while first.supersedes is not None:
        earlier = by_id.get(first.supersedes)
        if earlier is None or earlier.effect != note.effect:
            break
        first = earlier
    return first.at, first.id
