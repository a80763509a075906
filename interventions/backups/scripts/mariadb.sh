# The tables of a MariaDB site change places by one RENAME TABLE: live -> aside, fresh -> live.
# Triggers hinder it, and views, routines and events cannot be renamed: they are dropped, and made anew
# from definitions.new.sql or definitions.old.sql. Set before: options, and the SQL_... words.
options=$(head -c "$OPTIONS_SIZE")

db() {
    "$(command -v mariadb || command -v mysql || echo mariadb)" --defaults-file=/dev/fd/3 \
        --default-character-set=utf8mb4 --max-allowed-packet=1G "$@" 3<<EOF
$options
EOF
}

dump() {
    "$(command -v mariadb-dump || command -v mysqldump || echo mariadb-dump)" --defaults-file=/dev/fd/3 \
        --default-character-set=utf8mb4 --max-allowed-packet=1G --single-transaction --quick --hex-blob \
        --skip-dump-date --no-tablespaces "$@" 3<<EOF
$options
EOF
}

said() { db --skip-column-names --batch --raw -e "$1" </dev/null; }

# What a dump says goes to the database alone: no command of the program's own (\!, source, tee) is
# obeyed in it. The site's owner wrote much of it, and names the server that it comes from.
loaded() { db --binary-mode -- "$1"; }

obeyed() { # run the statements that a query writes
    statements=$(said "$1") && printf '%s\n' "$statements" | loaded "$LIVE"
}

database_forward() {
    obeyed "$SQL_DROP_TRIGGERS" && db -e "$SQL_FORWARD" </dev/null && obeyed "$SQL_DROP_DEFINITIONS" \
        && loaded "$LIVE" <"$WORK/definitions.new.sql"
}

database_back() {
    obeyed "$SQL_DROP_TRIGGERS" && db -e "$SQL_BACK" </dev/null && obeyed "$SQL_DROP_DEFINITIONS" \
        && loaded "$LIVE" <"$WORK/definitions.old.sql"
}

database_leave() { db -e "$SQL_LEAVE" </dev/null; }
