"""The mistakes that the properties have to notice, each planted in the product's own source."""

from tests.mutants.product import Mutant

DATES = "hosting.lib.dates"
CLOCKS = "cessions.policies.clocks"
SENDING = "cessions.policies.sending"
CONTACT = "cessions.policies.contact"
LAID_OUT = "cessions.policies.search"
BLOCKERS = "cessions.policies.blockers"

K1 = "K1 decision opens"
RUN = "C4 run of dates"
ATTEMPTS = "C2 first and next attempt"
RETRIES = "C3 retries"
SEARCH = "C4 period"
DEAD_MAIL = "C3 dead mail"
SIGNS = "C9 sign of life"

MISTAKES = (
    # The date of an instant
    Mutant(
        "UTC dates for local dates",
        RUN,
        DATES,
        (("return as_utc(at).astimezone(zone).date()", "return as_utc(at).date()"),),
    ),
    Mutant(
        "midnight of UTC for local midnight",
        K1,
        DATES,
        (
            (
                "return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)",
                "return datetime.combine(day, clock, tzinfo=UTC)",
            ),
        ),
    ),
    # K1
    Mutant("10 x 24 h only", K1, CLOCKS, (("return max(elapsed, eleventh)", "return elapsed"),)),
    Mutant(
        "the 11th date only", K1, CLOCKS, (("return max(elapsed, eleventh)", "return eleventh"),)
    ),
    Mutant(
        "wall-clock 10 days",
        K1,
        CLOCKS,
        (
            (
                "elapsed = after(received_at, timedelta(hours=DECISION_HOURS))",
                "elapsed = received_at.astimezone(zone) + timedelta(days=10)",
            ),
        ),
    ),
    Mutant("the 10th date", K1, CLOCKS, (("DECISION_DATE = 11", "DECISION_DATE = 10"),)),
    # C3, C4 in contact_run
    Mutant(
        "distinct instead of consecutive dates",
        RUN,
        CONTACT,
        (("longest=max((_length(run) for run in runs), default=0)", "longest=len(counted)"),),
    ),
    Mutant(
        "count of attempts instead of dates",
        RUN,
        CONTACT,
        (
            (
                "longest=max((_length(run) for run in runs), default=0)",
                "longest=sum(attempt.valid for attempt in known)",
            ),
        ),
    ),
    Mutant(
        "bounced counted",
        RUN,
        CONTACT,
        (
            (
                "counted = {local_date(attempt.at, zone) for attempt in known if attempt.valid}",
                "counted = {local_date(attempt.at, zone) for attempt in known}",
            ),
        ),
    ),
    Mutant(
        "attempts of the future counted",
        RUN,
        CONTACT,
        (
            (
                "known = [attempt for attempt in attempts if as_utc(attempt.at) <= now]",
                "known = list(attempts)",
            ),
        ),
    ),
    Mutant(
        "today a gap",
        RUN,
        CONTACT,
        (("dates_between(first, today - ONE_DAY)", "dates_between(first, today)"),),
    ),
    # The same in the period, where decisions are made
    Mutant(
        "distinct instead of consecutive dates in the period",
        SEARCH,
        LAID_OUT,
        (
            (
                "while day + step in counted:",
                "while min(counted) <= day + step <= max(counted):",
            ),
        ),
    ),
    Mutant(
        "count of attempts instead of dates in the period",
        SEARCH,
        LAID_OUT,
        (
            (
                "return (last - first).days + 1 >= self.facts.required_dates",
                "return len(self.attempts) >= self.facts.required_dates",
            ),
        ),
    ),
    Mutant(
        "bounced counted in the period",
        SEARCH,
        LAID_OUT,
        (
            (
                "return self.dates(attempt for attempt in self.attempts if attempt.valid)",
                "return self.dates(attempt for attempt in self.attempts if attempt.tried)",
            ),
        ),
    ),
    Mutant(
        "today counted before it is over",
        SEARCH,
        LAID_OUT,
        (
            (
                "if day < self.today:",
                "if day <= self.today:",
            ),
        ),
    ),
    Mutant(
        "attempts of an earlier run counted",
        SEARCH,
        LAID_OUT,
        (
            (
                "if start <= as_utc(a.at) <= now)\n    letters",
                "if as_utc(a.at) <= now)\n    letters",
            ),
        ),
    ),
    Mutant(
        "an extension ignored",
        SEARCH,
        LAID_OUT,
        (("min(minimum + self.further_dates, MAXIMUM_DATES)", "0"),),
    ),
    Mutant(
        "the contested channel suffices",
        SEARCH,
        LAID_OUT,
        (("if self.independent_missing(first, last):", "if False:"),),
    ),
    Mutant(
        "mail that recovered taken for dead",
        DEAD_MAIL,
        LAID_OUT,
        (("return failed and not recovered", "return failed"),),
    ),
    Mutant(
        "one dead address of several is enough",
        DEAD_MAIL,
        LAID_OUT,
        (
            (
                "return bool(emails) and all(self._fails",
                "return bool(emails) and any(self._fails",
            ),
        ),
    ),
    Mutant(
        "dead mail without a letter",
        DEAD_MAIL,
        LAID_OUT,
        (
            (
                "missing = self.letter_missing(first, last) or self.channel_dates_missing(first, last)",
                "missing = self.channel_dates_missing(first, last)",
            ),
        ),
    ),
    Mutant(
        "dead mail without another channel",
        DEAD_MAIL,
        LAID_OUT,
        (
            (
                "missing = self.letter_missing(first, last) or self.channel_dates_missing(first, last)",
                "missing = self.letter_missing(first, last)",
            ),
        ),
    ),
    # K2
    Mutant(
        "sign of life ignored",
        SIGNS,
        BLOCKERS,
        (("    _service,\n    _signs,\n", "    _service,\n"),),
    ),
    Mutant(
        "sign-in before reception taken for a sign of life",
        SIGNS,
        BLOCKERS,
        (("if sign.kind == SignKind.SIGN_IN and at < as_utc(received_at):", "if False:"),),
    ),
    Mutant(
        "only a judged sign of life blocks",
        SIGNS,
        BLOCKERS,
        (
            (
                "if sign.judgement == SignJudgement.DISMISSED:",
                "if sign.judgement != SignJudgement.CONFIRMED:",
            ),
        ),
    ),
    # C2
    Mutant(
        "eight o'clock after 24 h",
        ATTEMPTS,
        SENDING,
        (
            (
                (
                    "return today if today > after(last, timedelta(0)) else "
                    "instant(day + ONE_DAY, OPENS, zone)"
                ),
                "return today if today > after(last, timedelta(0)) else today + ONE_DAY",
            ),
        ),
    ),
    Mutant(
        "first attempt on the day whatever the hour",
        ATTEMPTS,
        SENDING,
        (("SAME_DAY_UNTIL = time(19, 30)", "SAME_DAY_UNTIL = time(23, 59)"),),
    ),
    Mutant(
        "retries run into the next date",
        RETRIES,
        SENDING,
        (("RETRIES_CLOSE = time(23, 45)", "RETRIES_CLOSE = time(23, 59)"),),
    ),
)
