"""Verification of the claimant: challenges with one-time codes (V1, V2).

Each verb locks the filing, judges again, writes, journals, and puts mail into the outbox. What cannot
be done raises `ChallengeRefused` with words for the reader; a wrong code is an answer and no exception,
so that the try stays counted. The claimant begins `dns` and `file` himself; the others are begun by
staff, who find the target and say where. Codes: `code_of`, and what has to be put where: `dns_record`,
`site_file`.
"""

from cessions.services.challenges.beginning import begin, drop, open_kinds, replace
from cessions.services.challenges.calls import note_call, open_script
from cessions.services.challenges.common import (
    ChallengeRefused,
    CodeAnswer,
    DnsRecord,
    SiteFile,
    can_be_passed,
    challenge_of,
    code_of,
    dns_record,
    is_running,
    site_file,
)
from cessions.services.challenges.expiry import expire_due
from cessions.services.challenges.letters import letter_posted, print_letter
from cessions.services.challenges.machines import check_by_machine, check_due
from cessions.services.challenges.passing import (
    answer_question,
    confirm_click,
    deny_click,
    enter_code,
    judge,
)
from cessions.services.challenges.waiting import waits_for_staff

__all__ = [
    "ChallengeRefused",
    "CodeAnswer",
    "DnsRecord",
    "SiteFile",
    "answer_question",
    "begin",
    "can_be_passed",
    "challenge_of",
    "check_by_machine",
    "check_due",
    "code_of",
    "confirm_click",
    "deny_click",
    "dns_record",
    "drop",
    "enter_code",
    "expire_due",
    "is_running",
    "judge",
    "letter_posted",
    "note_call",
    "open_kinds",
    "open_script",
    "print_letter",
    "replace",
    "site_file",
    "waits_for_staff",
]
