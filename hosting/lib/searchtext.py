"""Text made ready for searching, by the database itself: capitals, no accents, spaces around.

The SQL function `search_text` comes from the records' migrations. Its result is a stored column with
a trigram index, so that searching costs the same among ten thousand and a million rows.
"""

from typing import Any

from django.db import connection
from django.db.models import F, Func, GeneratedField, TextField


def search_column(*names: str) -> Any:
    """A stored column of the words in the columns `names`, each word between spaces."""
    return GeneratedField(
        expression=Func(*(F(name) for name in names), function="search_text"),
        output_field=TextField(),
        db_persist=True,
        editable=False,
    )


def searched(typed: str) -> str:
    """What somebody typed, in the same form as the columns; single spaces, none around."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_text(%s)", [typed.replace("\0", "")])
        return " ".join(cursor.fetchone()[0].split())
