"""`./dev bench [NAME ...] [--rows N]`: figures beside their floors, each bench in a process of its own.

Prints one line per figure: name, value, unit, floor or peer, ratio; the ratio is the last word.
Without names, all of them. `--rows` is the size of the large tables; a million takes minutes.
"""

import argparse
import subprocess
import sys

SIZED = ("attempts", "mail", "staff_list", "search")
BENCHES = (*SIZED, "form", "upload", "case", "pdf", "contracts", "backup", "start")
HEADER = "# name value unit floor ratio"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the large tables")
    chosen = parser.parse_args(words)
    unknown = set(chosen.names) - set(BENCHES)
    if unknown:
        parser.error(f"no bench {' '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}")
    print(HEADER, flush=True)
    results = [run(name, chosen.rows) for name in chosen.names or BENCHES]
    return max(results)


def run(name: str, rows: int) -> int:
    """Run one bench; its exit code."""
    size = [str(rows)] if name in SIZED else []
    return subprocess.run([sys.executable, "-m", f"bench.{name}", *size], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
