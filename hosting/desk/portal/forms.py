"""What the forms of the space share: what a verb refused stands at its field, a refused factor is known."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.forms import Form

from hosting.desk.portal.access import Visitor
from hosting.lib.factor import FactorForm
from hosting.records.services import journal


def take(form: Form, error: ValidationError) -> None:
    """Show what a verb refused, at the field that it names if the form has it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def journal_refused(form: FactorForm, visitor: Visitor, now: datetime) -> None:
    """Journal that the factor given with this form was refused, if it was: somebody may be trying."""
    if form.refused is not None:
        facts = {"act": type(form).__name__, "code": form.refused.code}
        journal(visitor.account.stream, "factor_refused", at=now, actor=visitor.actor, **facts)
