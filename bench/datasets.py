"""Many rows, quickly: accounts, contacts and services made by the database itself.

Every account gets a name of two words out of a few hundred, an e-mail address, a telephone and a
domain; the columns for searching are computed as for any other row. A handful of accounts are the
same in every size, so that a search finds the same rows among ten thousand and a million.
"""

import sys
import time

from django.core.management import call_command
from django.db import connection, connections

ACCOUNTS = """
INSERT INTO accounts_customeraccount
    (number, kind, trade_name, registration_kind, registration_number, full_name, street,
     postal_code, city, country, language, created_at)
SELECT 'C' || lpad(n::text, 7, '0'),
       CASE WHEN n %% 3 = 0 THEN 'direct' ELSE 'reseller' END,
       initcap(left(md5('t' || n %% 4099), 7)) || ' ' || initcap(left(md5('u' || n %% 5003), 6)),
       'siren', lpad((100000000 + n)::text, 9, '0'),
       initcap(left(md5('f' || n %% 3001), 6)) || ' ' || initcap(left(md5('g' || n), 8)),
       n || ' rue du Puits', '67000', 'Strasbourg', 'FR', 'fr',
       timestamptz '2020-01-01' + n * interval '1 minute'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
CONTACTS = """
INSERT INTO accounts_contactmethod
    (account_id, kind, value, label, "order", verified_how, created_at)
SELECT id, way.kind, way.value, '', way.place, '', created_at
FROM accounts_customeraccount,
     LATERAL (VALUES ('email', lower(replace(full_name, ' ', '.')) || '@' ||
                               left(md5(number), 9) || '.example', 0),
                     ('phone', '+333' || lpad((substr(number, 2)::bigint * 7919 %% 100000000)::text,
                                              8, '0'), 1)) AS way (kind, value, place)
WHERE substr(number, 2)::bigint BETWEEN %(first)s AND %(last)s
"""
SERVICES = """
INSERT INTO hosting_service (account_id, kind, name, unicode_name, status, created_at)
SELECT id, 'domain', left(md5('d' || number), 12) || '.example', '', 'active', created_at
FROM accounts_customeraccount
WHERE substr(number, 2)::bigint BETWEEN %(first)s AND %(last)s
"""
LANDMARKS = """
UPDATE accounts_customeraccount SET trade_name = 'Zygomatique ' || number
WHERE substr(number, 2)::bigint BETWEEN 1 AND 20
"""


def fill_accounts(count: int) -> None:
    """Add `count` accounts with contacts and domains to an empty database, and analyse it."""
    with connection.cursor() as cursor:
        for statement in (ACCOUNTS, CONTACTS, SERVICES):
            cursor.execute(statement, {"first": 1, "last": count})
        cursor.execute(LANDMARKS)
        cursor.execute("ANALYZE")


def make_database(size: str, count: int) -> None:
    """A database named `size` with `count` accounts, beside the default one."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {size}")
    connections.databases[size] = connections.databases["default"] | {"NAME": size}
    use(size)
    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    fill_accounts(count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"# {count} accounts in {time.perf_counter() - begun:.0f} s", file=sys.stderr)


def use(size: str) -> None:
    """Turn everything that asks the default database to another one; both stay connected."""
    connections["default"] = connections[size]
