"""Field history: what a row was before each change, kept by a trigger of the database (pghistory).

Good for looking back, not for evidence: that is the journal's.
"""

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=type[models.Model])
NOT_KEPT = ["search", "unicode_name"]  # computed from the others


def kept_before_change(name: str) -> Callable[[M], M]:
    """Decorate a model: every UPDATE that changes something stores the row as it was.

    The rows are at `.history`; `pgh_context` holds the user where staff changed it on a page.
    """

    def decorate(model: M) -> M:
        own = {field.name for field in model._meta.fields}
        return pghistory.track(  # type: ignore[no-any-return]
            pghistory.UpdateEvent("before", row=pghistory.Old),
            exclude=[field for field in NOT_KEPT if field in own],
            model_name=f"{model.__name__}Before",
            obj_field=pghistory.ObjForeignKey(related_name="history"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # pghistory takes None
            meta={"verbose_name": f"{name} before a change", "ordering": ["-pgh_id"]},
        )(model)

    return decorate
