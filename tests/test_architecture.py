"""The house's walls stand: each contract of pyproject.toml catches the import it forbids.

Each test plants one forbidden import into a copy of the code, and sees its contract break.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from devtools.lint import PRODUCT
from devtools.paths import ROOT

FORBIDDEN = [
    ("apps", "accounts/models/accounts.py", "import cessions.models"),
    ("apps", "accounts/models/accounts.py", "import hosting.models"),
    ("apps", "hosting/services/services.py", "import cessions.services"),
    ("apps", "cessions/models/__init__.py", "import hosting.desk"),
    ("apps", "cessions/models/__init__.py", "import interventions.models"),
    ("apps", "interventions/policies.py", "import cessions.policies"),
    ("apps", "cessions/models/__init__.py", "import hosting.settings"),
    ("apps", "hosting/records/models.py", "import accounts.models"),
    ("apps", "hosting/lib/dates.py", "import hosting.records.models"),
    ("apps", "cessions/models/__init__.py", "import interventions.backups"),
    ("apps", "interventions/backups/values.py", "import cessions.models"),
    ("apps", "hosting/services/services.py", "import interventions.backups"),
    ("hosting", "hosting/models/services.py", "import hosting.services"),
    ("hosting", "hosting/policies/services.py", "import hosting.models"),
    ("hosting", "hosting/shortcuts.py", ""),
    ("inside", "cessions/policies/clocks.py", "import cessions.models"),
    ("inside", "cessions/models/__init__.py", "import cessions.services"),
    ("inside", "cessions/shortcuts.py", ""),
    ("inside", "accounts/shortcuts.py", ""),
    ("inside", "interventions/policies.py", "import interventions.models"),
    ("inside", "interventions/shortcuts.py", ""),
    ("records", "hosting/records/models.py", "import hosting.records.services"),
    ("records", "hosting/records/shortcuts.py", ""),
    ("clock", "cessions/policies/clocks.py", "import hosting.lib.clock"),
    ("clock", "cessions/services/states.py", "import hosting.lib.clock"),
    ("clock", "hosting/records/services/mail.py", "import hosting.lib.clock"),
    ("findings", "cessions/policies/blockers.py", "import cessions.policies.findings"),
    ("findings", "cessions/services/decisions.py", "import cessions.services.reading"),
    ("findings", "cessions/facts.py", "from cessions.policies import findings"),
    ("tools", "hosting/lib/dates.py", "import devtools.paths"),
    ("tools", "interventions/backups/values.py", "import tests.interventions"),
    ("tools", "cessions/services/states.py", "import tests.factories"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's code and the contracts, to be spoiled."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PRODUCT:
        ignored = shutil.ignore_patterns("__pycache__", "migrations")
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)
    return folder


@pytest.fixture
def spoil(copy: Path) -> Iterator[object]:
    """Append a line to a file of the copy (a new file if need be), and take it back."""
    undo = []

    def append(name: str, line: str) -> None:
        file = copy / name
        before = file.read_text() if file.exists() else None
        file.write_text(f"{before or ''}\n{line}\n")
        undo.append((file, before))

    yield append
    for file, before in undo:
        file.unlink() if before is None else file.write_text(before)


def broken(copy: Path, contract: str) -> tuple[bool, str]:
    """Whether `contract` is broken in the copy, and what the linter said."""
    linter = Path(sys.executable).parent / "lint-imports"
    words = [linter, "--no-cache", "--contract", contract]
    done = subprocess.run(words, cwd=copy, capture_output=True, text=True, check=False)
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return done.returncode != 0, done.stdout


@pytest.mark.parametrize("contract", sorted({contract for contract, _, _ in FORBIDDEN}))
def test_each_contract_is_kept_as_the_code_stands(copy: Path, contract: str):
    is_broken, words = broken(copy, contract)
    assert not is_broken, words


@pytest.mark.parametrize(("contract", "file", "line"), FORBIDDEN)
def test_a_forbidden_import_is_caught(copy: Path, spoil, contract: str, file: str, line: str):
    spoil(file, line)
    is_broken, _ = broken(copy, contract)
    assert is_broken


def test_every_contract_has_a_planted_import():
    text = (ROOT / "pyproject.toml").read_text()
    named = {line.split('"')[1] for line in text.splitlines() if line.startswith("id = ")}
    assert named == {contract for contract, _, _ in FORBIDDEN}


PURE = [
    "django.core.exceptions",
    "django.core.validators",
    "django.db.models",  # for TextChoices alone
    "django.utils.translation",
]


def imported(file: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of each import in `file`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def pure_files() -> list[Path]:
    found = [file for app in PRODUCT for file in (ROOT / app).rglob("*.py")]
    return [file for file in found if {"policies", "enums"} & {*file.parts, file.stem}]


@pytest.mark.parametrize("file", pure_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_policies_and_enums_know_no_model_no_query_and_no_settings(file: Path):
    from_django = [(module, name) for module, name in imported(file) if "django" in module]
    assert all(module in PURE for module, _ in from_django)
    from_models = {name for module, name in from_django if module == "django.db.models"}
    assert from_models <= {"TextChoices", "IntegerChoices"}


@pytest.mark.parametrize("file", pure_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_policies_read_no_clock(file: Path):
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"now", "utcnow", "today", "time_ns", "localtime", "localdate"}


READS_FINDINGS = {
    "evidence/rows.py",  # the bundle
    "models/__init__.py",
    "models/evidence.py",
    "policies/findings.py",
    "services/destruction.py",
    "services/erasure.py",
    "services/reading.py",
    "snapshot/query.py",  # for the list of documents on the case page
    "services/wanted_facts.py",
}


def test_only_readers_and_pages_know_the_table_of_readings():
    """No decision can rest on what machines found, not by a query either (D5, K3)."""
    app = ROOT / "cessions"
    below_pages = [
        file
        for file in app.rglob("*.py")
        if not {"admin", "views", "migrations"} & {*file.relative_to(app).parts}
    ]
    knowing = {
        str(file.relative_to(app))
        for file in below_pages
        if re.search(r"\bReading\b|cessions_reading|\breading__", file.read_text())
    }
    assert knowing <= READS_FINDINGS
    assert "document.read" not in (app / "facts.py").read_text()


BY_OTHERS = {
    "packaging": "celery and redis miss it",
    "psycopg": "Django's backend of PostgreSQL",
}


def test_every_declared_package_is_used():
    """What nothing imports, names in its settings or starts as a program is not declared."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[\[<>=; ]", line)[0] for line in declared}
    code = "\n".join(
        file.read_text()
        for package in (*PRODUCT, "devtools")
        for file in (ROOT / package).rglob("*.py")
    )
    modules: dict[str, set[str]] = {}
    for module, owners in packages_distributions().items():
        for owner in owners:
            modules.setdefault(owner.lower().replace("_", "-"), set()).add(module)
    unused = {
        name
        for name in names - BY_OTHERS.keys()
        if not any(re.search(rf"\b{module}\b", code) for module in modules.get(name, ()))
    }
    assert not unused
