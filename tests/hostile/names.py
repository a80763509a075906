"""Good files with names that are none."""

from collections.abc import Iterator

from tests.hostile import HARMLESS, Hostile, hostile
from tests.hostile.writing import pdf

NAMES = (
    "../../../etc/passwd",
    "..\\..\\windows\\system32\\cmd.exe",
    "/etc/cron.d/x.pdf",
    "C:\\x\\facture.pdf",
    "a\nSet-Cookie: x=1\r\n.pdf",
    "a\u202egpj.exe",
    "a\u2066\u2069\u200f.pdf",
    "a\0.pdf",
    "\0",
    ".",
    "..",
    "",
    " ",
    "x" * 300 + ".pdf",
    "é" * 255 + ".pdf",
    "\ud800\udfff.pdf",
    "\udce9t\udce9.pdf",
    "<script>alert(1)</script>.pdf",
    '"><img src=x onerror=alert(1)>.pdf',
    "%s%n%(x)s{0}.pdf",
    "$(reboot)`reboot`;reboot|.pdf",
    "-rf",
    "con.pdf",
    "\u0000\u0007\u001b[2J.pdf",
    "\ufeff\u200b.pdf",
)


def made() -> Iterator[Hostile]:
    for number, name in enumerate(NAMES):
        content = pdf(head=b"%%PDF-1.7\n%%%d\n" % number)
        yield hostile(f"name {name[:40]!r}", name, content, HARMLESS)
