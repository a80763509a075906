# The exchange of a site on its own server. Set before: ROOT the site; beside it, so that every move is
# one rename: NEW what was restored, ORIGINAL what was there, CLOSED a maintenance page, WORK our notes;
# DRAIN how many seconds the site's pages get to end before the database moves under them.
#
# Which folder stands at ROOT is seen from which of the others is missing, and the database tells by
# itself how far it is. So each verb can be interrupted anywhere and be run again, or be turned round.
# While the database is exchanged ROOT is CLOSED: no visitor ever meets a mix (I11).
set -u
umask 077

standing() { cat "$WORK/state" 2>/dev/null || echo none; }

note() { # on a full disk in the room that was kept for it
    noted "$1" || { rm -f "$WORK/room" && noted "$1"; }
}

noted() {
    printf '%s\n' "$1" >"$WORK/state.part" && sync "$WORK/state.part" \
        && mv -fT "$WORK/state.part" "$WORK/state" && sync "$WORK"
}

one_at_a_time() { # what a lost connection left running comes to its end first
    [ -d "$WORK" ] || { echo "standing:none" >&2; exit 70; }
    exec 9>"$WORK/lock" && flock -w 60 9 || { echo "another restore is at work here" >&2; exit 75; }
}

only_from() { # the standings from which the verb may begin
    now=$(standing)
    for allowed in "$@"; do [ "$now" = "$allowed" ] && return; done
    echo "standing:$now" >&2
    exit 70
}

undisturbed() { trap '' HUP INT TERM PIPE; }

remove() { # also folders that the site closed to writing
    for doomed in "$@"; do
        [ -e "$doomed" ] || continue
        find "$doomed" -type d ! -perm -u=rwx -exec chmod u+rwx {} + 2>/dev/null
        rm -rf -- "$doomed" || return
    done
}

in_place() { # nobody has put a link into the way to the site since it was backed up
    above=$(dirname -- "$ROOT")
    [ "$(cd -- "$above" && pwd -P && echo .)" = "$above
." ] || { echo "standing:moved" >&2; exit 70; }
}

begin() {
    in_place
    [ ! -e "$ORIGINAL" ] || { echo "standing:unclear" >&2; exit 70; } # never to be overwritten
    mkdir -p -- "$WORK" || return
    one_at_a_time
    only_from none preparing
    [ -e "$ROOT" ] || mkdir -- "$ROOT" || return # even the folder may be what was lost
    note preparing && head -c 65536 /dev/urandom >"$WORK/room" || return
    remove "$NEW" "$CLOSED" && mkdir -- "$NEW" "$CLOSED" || return
    printf '%s\n' "$CLOSED_HTML" >"$CLOSED/index.html" && printf '%s\n' "$CLOSED_PHP" >"$CLOSED/index.php" \
        && printf '%s\n' "$CLOSED_HTACCESS" >"$CLOSED/.htaccess" || return
    chmod a+r "$CLOSED/index.html" "$CLOSED/index.php" "$CLOSED/.htaccess" \
        && chmod --reference="$ROOT" -- "$CLOSED"
}

prepared() {
    one_at_a_time
    only_from preparing
    sync -f "$NEW" && note prepared
}

forward() {
    in_place
    undisturbed
    one_at_a_time
    only_from prepared forward
    note forward || return
    exchange || { turned_back && exit 71; return 1; }
    note restored
}

exchange() {
    [ -e "$ORIGINAL" ] || mv -T -- "$ROOT" "$ORIGINAL" || return
    [ -e "$ROOT" ] || mv -T -- "$CLOSED" "$ROOT" || return
    [ ! -e "$NEW" ] || sleep "$DRAIN"
    database_forward || return
    [ -e "$NEW" ] || return 0
    [ -e "$CLOSED" ] || mv -T -- "$ROOT" "$CLOSED" || return
    mv -T -- "$NEW" "$ROOT"
}

back() {
    in_place
    undisturbed
    one_at_a_time
    only_from preparing prepared forward restored back leaving
    [ ! -e "$ORIGINAL" ] || only_from prepared forward restored back
    turned_back
}

turned_back() {
    if [ ! -e "$ORIGINAL" ]; then # not yet set aside, or given back already
        case $(standing) in forward | back) note prepared ;; esac
        return
    fi
    note back || return
    [ -e "$NEW" ] || mv -T -- "$ROOT" "$NEW" || return
    [ -e "$ROOT" ] || mv -T -- "$CLOSED" "$ROOT" || return
    sleep "$DRAIN"
    database_back || return
    [ -e "$CLOSED" ] || mv -T -- "$ROOT" "$CLOSED" || return
    mv -T -- "$ORIGINAL" "$ROOT" && note prepared
}

leave() { # what is not served goes away
    in_place
    undisturbed
    one_at_a_time
    only_from leaving "$@"
    note leaving && database_leave || return
    remove "$ORIGINAL" "$NEW" "$CLOSED" "$WORK"
}
