"""The holder in a paper, as people read it: frozen values in words of its language (P2, A9)."""

from collections.abc import Mapping
from typing import Any

from accounts.enums import ContactKind, RegistrationKind
from accounts.policies import shown_contact

COUNTRY_NAMES = {
    "AT": {"fr": "Autriche", "de": "Österreich", "en": "Austria"},
    "BE": {"fr": "Belgique", "de": "Belgien", "en": "Belgium"},
    "CH": {"fr": "Suisse", "de": "Schweiz", "en": "Switzerland"},
    "DE": {"fr": "Allemagne", "de": "Deutschland", "en": "Germany"},
    "ES": {"fr": "Espagne", "de": "Spanien", "en": "Spain"},
    "FR": {"fr": "France", "de": "Frankreich", "en": "France"},
    "GB": {"fr": "Royaume-Uni", "de": "Vereinigtes Königreich", "en": "United Kingdom"},
    "IT": {"fr": "Italie", "de": "Italien", "en": "Italy"},
    "LU": {"fr": "Luxembourg", "de": "Luxemburg", "en": "Luxembourg"},
    "MC": {"fr": "Monaco", "de": "Monaco", "en": "Monaco"},
    "NL": {"fr": "Pays-Bas", "de": "Niederlande", "en": "Netherlands"},
}
"""Names of the countries where customers live; another country stands as its ISO code."""


def transferor_words(holder: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What the templates say of the holder that a draft froze."""
    names = COUNTRY_NAMES.get(holder["country"], {})
    return {
        **holder,
        "registration_label": RegistrationKind(holder["registration_kind"]).label,
        "country_name": names.get(language, holder["country"]),
        "emails": [shown_contact(ContactKind.EMAIL, value) for value in holder["emails"]],
        "telephones": [shown_contact(ContactKind.PHONE, value) for value in holder["telephones"]],
    }
