# Where a path leads, link by link, by the rule that web servers know as SymLinksIfOwnerMatch: a link is
# followed when root made it, or the owner of what it leads to. Our account may read every site; without
# this rule whoever owns one site could put a link to another in its place.
way() { # sets $path to where the path in $1 leads, without links; leaves with 77 at a foreign one
    path=$1
    for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
        first= at=$path
        while [ "$at" != / ] && [ "$at" != . ]; do
            [ ! -L "$at" ] || first=$at
            at=$(dirname -- "$at")
        done
        [ -n "$first" ] || return 0
        target=$(readlink -- "$first") && [ -n "$target" ] || return
        case $target in /*) ;; *) target=$(dirname -- "$first")/$target ;; esac
        maker=$(stat -c %u -- "$first") && owner=$(stat -c %u -- "$target") || return
        [ "$maker" = 0 ] || [ "$maker" = "$owner" ] || { echo "foreign link: $first" >&2; exit 77; }
        path=$target${path#"$first"}
    done
    return 1
}
