"""What the reseller sends of his papers, and what he decides of them (P3, A9)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import PowerScope
from hosting.desk.portal.choosing import SHOWN
from hosting.desk.portal.papers.which import Paper
from hosting.lib.factor import FactorForm

ACCEPT = ".pdf,.jpg,.jpeg,.png,.heic,.tif,.tiff,.webp"
PAPER_HELP = _("A PDF or a photo. An electronically signed PDF is best sent as it is.")


class SignedForm(forms.Form):
    """The signed copy of one paper, and the identity document that may come along."""

    scan = forms.FileField(
        label=_("Signed copy"),
        help_text=PAPER_HELP,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    identity_copy = forms.FileField(
        label=_("Copy of your identity document"),
        required=False,
        help_text=_(
            "It must be valid on the day of the signature. We destroy it when the paper ends."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class ManyFiles(forms.FileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked as Django checks one."""

    widget = ManyFiles(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > settings.UPLOAD_MAX_FILES:
            words = _("You can send up to %(count)d files.")
            raise ValidationError(words, params={"count": settings.UPLOAD_MAX_FILES})
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class DropForm(forms.Form):
    """Files of which the code on the page says what they are."""

    papers = FilesField(label=_("Signed papers"), help_text=PAPER_HELP)


class SortForm(forms.Form):
    """Which paper a file is that could not be read: its clean value is one of `papers`."""

    paper = forms.ChoiceField(label=_("Which paper is it?"))

    def __init__(self, *args: Any, papers: Sequence[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = {paper.reference: paper for paper in papers}
        if len(papers) > SHOWN:  # too many to choose from: he types the reference
            self.fields["paper"] = forms.CharField(label=_("Reference of the paper"), max_length=20)
        else:
            self.fields["paper"].choices = [(paper.reference, name_of(paper)) for paper in papers]

    def clean_paper(self) -> Paper:
        typed = self.cleaned_data["paper"].strip().upper()
        if typed not in self.papers:
            raise ValidationError(_("None of your papers that wait for a copy has this reference."))
        return self.papers[typed]


class PowerForm(FactorForm):
    """What the provider may do in an emergency, from when until when."""

    scopes = forms.MultipleChoiceField(
        label=_("What you allow"), choices=PowerScope.choices, widget=forms.CheckboxSelectMultiple
    )
    starts_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("Left empty, it runs until you revoke it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    language = forms.ChoiceField(label=_("Language of the paper"), choices=settings.LANGUAGES)


class EndForm(FactorForm):
    """Nothing but the factor is asked."""


def name_of(paper: Paper) -> str:
    """How a paper is called in a list: its reference and whom it is with."""
    said = paper.context.get("assignee", {}).get("full_name", "")
    return (
        f"{paper.reference}, {said}" if said else f"{paper.reference}, {paper._meta.verbose_name}"
    )
