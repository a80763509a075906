"""Load the product's own source with one mistake planted in it, beside the product itself."""

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType

ROOTS = ("cessions.policies", "hosting.lib.dates")


@dataclass(frozen=True)
class Mutant:
    """A mistake: in the source of `module` every `old` is replaced by `new`, each exactly once.

    `noticed_by` is the name of the property that has to notice it.
    """

    name: str
    noticed_by: str
    module: str
    changes: tuple[tuple[str, str], ...]


class _MutatedSource(SourceFileLoader):
    def __init__(self, spec: ModuleSpec, mutant: Mutant) -> None:
        super().__init__(spec.name, str(spec.origin))
        self.mutant = mutant

    def get_code(self, fullname: str):
        source = self.get_data(self.path).decode()
        for old, new in self.mutant.changes:
            if source.count(old) != 1:
                raise LookupError(f"{self.mutant.name}: {old!r} is there {source.count(old)} times")
            source = source.replace(old, new)
        return compile(source, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.mutant.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        assert spec is not None
        loader = _MutatedSource(spec, self.mutant)
        return importlib.util.spec_from_file_location(fullname, str(spec.origin), loader=loader)


def _is_product(name: str) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in ROOTS)


@contextmanager
def _product_set_aside() -> Iterator[None]:
    """The loaded product steps aside, and comes back as it was."""
    aside = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_product(name)}
    parents = {root: sys.modules.get(root.rpartition(".")[0]) for root in ROOTS}
    try:
        yield
    finally:
        for name in [name for name in sys.modules if _is_product(name)]:
            del sys.modules[name]
        sys.modules.update(aside)
        for root, parent in parents.items():
            if parent is not None and root in aside:
                setattr(parent, root.rpartition(".")[2], aside[root])


def mutated(mutant: Mutant) -> ModuleType:
    """`cessions.policies` with the mistake of `mutant`; LookupError when its place is gone."""
    finder = _Finder(mutant)
    with _product_set_aside():
        sys.meta_path.insert(0, finder)
        try:
            return importlib.import_module("cessions.policies")
        finally:
            sys.meta_path.remove(finder)
