"""Quotes of the demo: one to be written, one that waits for its answer, one ordered (N6, B4)."""

from datetime import datetime
from decimal import Decimal

from accounts.models import CustomerAccount, User
from hosting.enums import ServiceKind
from hosting.models import Notice, Service
from interventions.enums import Tax
from interventions.models import Quote
from interventions.quoting import TERMS
from interventions.services import quote_answers, quote_wishes, quotes
from interventions.services.quote_rows import Wish, usual_term

HOUR_PRICE = Decimal("80.00")
LINES = (
    quotes.Line(
        "Nettoyage du site, fichiers et base de données", Decimal(3), HOUR_PRICE, Tax.FRANCE
    ),
    quotes.Line("Remplacement d’une extension abandonnée", Decimal("1.5"), HOUR_PRICE, Tax.FRANCE),
)
INTRODUCTION = (
    "Trois fichiers étrangers se trouvent dans le dossier des extensions. Les travaux consistent à les"
    " retirer, à fermer la faille et à vérifier les commandes."
)


def write_quotes(account: CustomerAccount, by: User, *, at: datetime) -> None:
    """Three quotes for the first site of `account`, asked for by the holder at `at`."""
    service = account.services.filter(kind=ServiceKind.HOSTING).select_related("plan").first()
    if service is None:
        raise ValueError("the demo's reseller has a site")
    _asked(service, "Refaire le formulaire de contact", at)
    for wish in ("Nettoyer le site piraté", "Remplacer une extension abandonnée"):
        quote = _asked(service, wish, at)
        quotes.write_draft(
            quote,
            lines=LINES,
            introduction=INTRODUCTION,
            address=quote.address,
            vat_number="",
            by=by,
            now=at,
        )
        quotes.send(quote, valid_until=usual_term(at), by=by, now=at)
    quote_answers.accept(quote, name=account.full_name, terms_version=_terms(), now=at)


def _asked(service: Service, wish: str, at: datetime) -> Quote:
    member = service.account.memberships.filter(ended_at=None).select_related("user").earliest("pk")
    words = Wish(
        language=service.account.language,
        wish=wish,
        full_name=service.account.full_name,
        email=member.user.email,
        site=service.display_name,
    )
    return quote_wishes.ask_as_member(words, service, by=member.user, now=at)


def _terms() -> int:
    return Notice.objects.filter(code=TERMS).latest("version").version
