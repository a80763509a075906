"""Existing customers and services, from a CSV file (docs/import.md): read and checked row by row,
compared with what is here, written in one transaction or not at all."""

from hosting.imports.comparing import compare
from hosting.imports.rows import FileRefused, Problem, read
from hosting.imports.writing import Result, write

__all__ = ["FileRefused", "Problem", "Result", "compare", "read", "write"]
