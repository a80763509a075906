# The database of a PostgreSQL site changes its name in one transaction: live -> aside, fresh -> live.
# Whoever is connected to it is sent away first; a page that comes back at once gets another try.
# Set before: PGHOST, PGPORT, PGUSER and the SQL_... words. The password is in the environment of
# these commands alone: a file of it could stay behind when the server dies.
PGPASSWORD=$(head -c "$OPTIONS_SIZE")
PGCONNECT_TIMEOUT=20 PGCLIENTENCODING=UTF8
export PGPASSWORD PGCONNECT_TIMEOUT PGCLIENTENCODING

db() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }

dump() {
    key=
    pg_dump --help | grep -q restrict-key && key=--restrict-key=$RESTRICT_KEY
    pg_dump $key "$@"
}

obeyed() {
    for turn in 1 2 3 4 5 6 7 8 9 10; do
        printf '%s\n' "$1" | db -d postgres >/dev/null && return
        sleep 0.2
    done
    return 1
}

database_forward() { obeyed "$SQL_FORWARD"; }
database_back() { obeyed "$SQL_BACK"; }
database_leave() { obeyed "$SQL_LEAVE"; }
