"""A restore asks for nothing but the factor (N7)."""

from hosting.lib.factor import FactorForm


class RestoreForm(FactorForm):
    """The red button, behind the factor."""
