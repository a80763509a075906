"""Demo data and the main job as a story: one driver for `./dev run`, `./dev tour` and the tests."""

from hosting.desk.demo.people import DEMO_SIGN_INS

__all__ = ["DEMO_SIGN_INS"]
