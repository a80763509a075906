"""What is kept as data beside the services: plans, top-level domains, notices (S2, S4, N5)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from hosting.models import Notice, Plan, TopLevelDomain
from hosting.records.services import journal
from hosting.records.services.journal import SYSTEM


@transaction.atomic
def keep_in_catalogue(
    row: Plan | TopLevelDomain, *, changed: Sequence[str], now: datetime, actor: str = SYSTEM
) -> None:
    """Save a plan or a top-level domain that a form has filled in (S2, S4); journal what changed."""
    row.full_clean()
    row.save()
    stream = f"{row._meta.model_name}:{row.pk}"
    journal(stream, "catalogue.saved", at=now, actor=actor, fields=list(changed))


@transaction.atomic
def publish_notice(
    *, code: str, language: str, title: str, body: str, now: datetime, actor: str = SYSTEM
) -> Notice:
    """Publish a text under the next version of its code and language (N5). Older ones stay as they
    are: people accepted them."""
    versions = Notice.objects.filter(code=code, language=language)
    last = versions.aggregate(last=Max("version"))["last"] or 0
    notice = Notice(
        code=code,
        version=last + 1,
        language=language,
        title=" ".join(title.split()),
        body=body.strip().replace("\r\n", "\n"),
        published_at=now,
    )
    notice.full_clean()
    notice.save(force_insert=True)
    facts = {"version": notice.version, "language": language}
    journal(f"notice:{code}", "notice.published", at=now, actor=actor, **facts)
    return notice
