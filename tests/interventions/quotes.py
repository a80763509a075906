"""Quotes as far along as a test needs them, made by the verbs themselves."""

from decimal import Decimal

from interventions.models import Quote
from interventions.services import quote_answers, quotes
from interventions.services.quote_rows import Wish, usual_term
from tests import factories

LINES = (
    quotes.Line("Clean the site", Decimal("2.5"), Decimal("80.00"), "fr"),
    quotes.Line("Licence of the shop's extension", Decimal("1"), Decimal("59.99"), "fr"),
)
WISH = Wish("en", "The shop is hacked.", "Ada Martin", "ada@bakery.example", "bakery.example")


def staff():
    return factories.UserFactory(support=True)


def drafted(now, *, lines=LINES, **fields):
    """A draft with lines and an address, ready to be sent."""
    by = staff()
    account = fields.pop("account", None)
    quote = quotes.draft_for(WISH, account=account, by=by, now=now)
    if fields:
        Quote.objects.filter(pk=quote.pk).update(**fields)
    return written(quote, lines, by, now)


def written(quote, lines, by, now, **words):
    words = {
        "introduction": "We found it.",
        "address": "Ada Martin\n67000 Strasbourg",
        "vat_number": "",
        **words,
    }
    return quotes.write_draft(quote, lines=lines, by=by, now=now, **words)


def sent(now, **fields):
    """A quote that the client can answer."""
    quote = drafted(now, **fields)
    return quotes.send(quote, valid_until=usual_term(now), by=staff(), now=now)


def accepted(now, **fields):
    """One that he accepted."""
    quote = sent(now, **fields)
    quote_answers.accept(quote, name="Ada Martin", terms_version=1, now=now)
    return Quote.objects.get(pk=quote.pk)
