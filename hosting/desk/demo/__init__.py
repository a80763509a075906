"""Demo data: rich enough to see every screen alive, made by the same verbs that people use."""

from hosting.desk.demo.people import DEMO_SIGN_INS as STAFF_SIGN_INS
from hosting.desk.demo.space import SIGN_INS as SPACE_SIGN_INS

DEMO_SIGN_INS = [*STAFF_SIGN_INS, *SPACE_SIGN_INS]

__all__ = ["DEMO_SIGN_INS"]
