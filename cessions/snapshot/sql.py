# ruff: noqa: S608 (put together from constants of this package alone; values are parameters)
"""The pieces that the statements of this package are made of."""


def person(column: str) -> str:
    """SQL: the user in `column` as id and name, or null."""
    return (
        "(SELECT json_build_object('id', u.id, 'name', coalesce(nullif(u.full_name, ''), u.email))"
        f" FROM accounts_user u WHERE u.id = {column})"
    )


def one(select: str) -> str:
    """SQL: the row of `select` as a JSON object, or null."""
    return f"(SELECT row_to_json(one) FROM ({select}) one)"


def many(select: str) -> str:
    """SQL: the rows of `select` as a JSON list."""
    return f"(SELECT coalesce(json_agg(row_to_json(each)), '[]') FROM ({select}) each)"
