"""Chapters of the report: who asks for what of whom, documents, challenges, decisions, letters."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from cessions.case_words import kind_of_act, void_words
from cessions.enums import (
    ConfirmedHow,
    ConsentCode,
    DecisionKind,
    DecisionState,
    DocumentKind,
    DocumentState,
    EventKind,
    FilingOrigin,
    LetterKind,
    RefusalReason,
    RequestState,
)
from cessions.evidence.blocks import (
    Block,
    Facts,
    Heading,
    Item,
    Section,
    Words,
    day,
    plain,
    shown,
    signed,
    yes,
)
from cessions.evidence.files import CaseFile
from cessions.models import Challenge, Filing
from cessions.naming import names
from cessions.snapshot import Case, DecisionRow, DocumentRow, Person, RequestRow, ServiceRow
from hosting.enums import ServiceKind, ServiceStatus
from hosting.records.enums import FileProblem, ScanState


def requests_in_words(case: Case) -> list[str]:
    """Each request with its state."""
    return [f"{row.number}: {RequestState(row.state).label}" for row in case.requests]


def name_of(person: Person | None) -> str:
    return person.name if person else ""


# -- Who asks for what of whom -----------------------------------------------------------------------


def claimant(case: Case) -> Section:
    """The filing: who he is, what he said, what he accepted (T1 to T3, N5)."""
    filing = case.filing
    how = ConfirmedHow(filing.confirmed_how).label if filing.confirmed_how else ""
    said = Facts(
        [
            (_("Full name"), filing.full_name),
            (_("Organisation"), filing.organisation),
            (_("E-mail address"), filing.email),
            (_("Telephone"), filing.telephone),
            (_("Postal address"), plain(filing.postal_address)),
            (_("Country"), filing.country),
            (_("He says that he is the registered owner"), yes(filing.is_registered_owner)),
            (_("Silent since"), day(filing.silent_since)),
            (_("What happened, as he believes"), str(EventKind(filing.event).label)),
            (_("Details"), plain(filing.event_details)),
            (_("What he already tried"), plain(filing.already_tried)),
        ]
    )
    way = Facts(
        [
            (_("Came by"), str(FilingOrigin(filing.origin).label)),
            (_("Begun"), shown(filing.created_at)),
            (_("Filed"), shown(filing.submitted_at)),
            (_("Arrived"), shown(filing.arrived_at)),
            (_("Entered by"), name_of(filing.entered_by)),
            (_("Confirmed"), ", ".join(w for w in (str(how), shown(filing.confirmed_at)) if w)),
            (_("Confirmed by"), name_of(filing.confirmed_by)),
        ]
    )
    labels = dict(ConsentCode.choices)
    accepted = [
        (labels.get(row.notice, row.notice), f"{_('version')} {row.version}, {shown(row.at)}")
        for row in case.consents
    ]
    return Section(
        _("The claimant and his filing"),
        [
            said,
            Heading(_("How it came")),
            way,
            Heading(_("What he accepted")),
            Facts(accepted) if accepted else Words(_("none")),
        ],
    )


def services(case: Case) -> Section:
    """What is asked for, and what was known of it when this was made (S1, S2, T7)."""
    return Section(_("Services"), many=[_service(row) for row in case.services])


def _service(row: ServiceRow) -> Item:
    status = ServiceStatus(row.status).label if row.status else _("not hosted here")
    known = [
        (_("Status"), str(status)),
        (_("Plan"), row.plan),
        (_("Due on"), day(row.due_on)),
        (_("Paid until"), day(row.paid_until)),
        (
            _("Registered owner"),
            ", ".join(w for w in (row.owner_name, row.owner_organisation) if w),
        ),
        (_("Locked until"), shown(row.locked_until)),
        (_("Others who ask for it"), ", ".join(rival.number for rival in row.rivals)),
    ]
    return Item(
        [str(ServiceKind(row.kind).label)],
        f"{row.display_name} – {RequestState(row.state).label}",
        pairs(known),
    )


def pairs(known: Sequence[tuple[str, str]]) -> list[str]:
    """Labels with words, as lines; those without words are left out."""
    return [f"{label}: {words}" for label, words in known if words]


def holder(request: RequestRow) -> Section:
    """The account whose services are asked for, and how its holder can be reached (A1 to A12)."""
    title = _("The holder (%(number)s)") % {"number": request.number}
    account = request.account
    if account is None:
        return Section(title, [Words(_("The names asked for belong to no account here."))])
    known = Facts(
        [
            (_("Account"), account.number),
            (_("Trade name"), account.trade_name),
            (_("Registration number"), account.registration_number),
            (_("Full name"), account.full_name),
            (_("Former names"), ", ".join(account.former_names)),
            (_("Country"), account.country),
            (_("Works on it"), name_of(request.assigned_to)),
        ]
    )
    reached = [
        Item(
            [str(ContactKind(row.kind).label)],
            row.value,
            pairs(
                [
                    (_("Remark"), row.label),
                    (_("Verified"), shown(row.verified_at)),
                    (_("Former since"), shown(row.ended_at)),
                ]
            ),
        )
        for row in account.methods
    ]
    stand_ins = [
        Item([_("Emergency contact")], row.full_name, [_reach(row.email, row.telephone)])
        for row in account.trusted
    ] + [
        Item([_("Representative")], row.full_name, [_reach(row.email, row.telephone)])
        for row in account.representatives
    ]
    contracts = [
        Item(
            [_("Transfer contract")],
            row.reference,
            pairs(
                [
                    (_("Assignee"), row.assignee),
                    (_("Signed on"), day(row.signed_on)),
                    (_("Accepted"), shown(row.accepted_at)),
                ]
            ),
        )
        for row in account.contracts
    ]
    return Section(title, [known], many=[*reached, *stand_ins, *contracts])


def _reach(*ways: str) -> str:
    return ", ".join(way for way in ways if way)


# -- Documents and challenges ------------------------------------------------------------------------


def documents(case: Case, files: Sequence[CaseFile]) -> Section:
    """Each document with who checked what, and what became of its bytes (D4, D6, D7)."""
    stored = {file.number: file for file in files if file.what == "document"}
    return Section(
        _("Documents"), many=[_document(row, stored[row.id], case) for row in case.documents]
    )


def _document(row: DocumentRow, file: CaseFile, case: Case) -> Item:
    about = [s.display_name for s in case.services if s.id == row.requested_service_id]
    judged = signed(name_of(row.reviewed_by), row.reviewed_at)
    known = [
        (_("File"), file.name or bytes_in_words(file)),
        (_("Name it came with"), plain(row.file_name)),
        (_("For the service"), ", ".join(about)),
        (_("Handed in"), shown(row.added_at)),
        (_("Checked by"), judged),
        (_("Refused as"), str(RefusalReason(row.refusal).label) if row.refusal else ""),
        (_("Reason"), plain(row.reason)),
        (_("Issued on"), day(row.issued_on)),
        (_("Valid until"), day(row.valid_until)),
        (_("Carries a handwritten statement"), yes(row.has_statement or None)),
        (
            _("Accepted as equivalent of"),
            str(DocumentKind(row.equivalent_for).label) if row.equivalent_for else "",
        ),
        (_("Replaced"), shown(row.replaced_at)),
    ]
    title = f"{DocumentKind(row.kind).label}: {DocumentState(row.state).label}"
    return Item([f"{row.id}"], title, pairs(known), small=hashes_in_words(file))


def bytes_in_words(file: CaseFile) -> str:
    """Why the bytes of a file are not in the archive."""
    stored = file.stored
    if file.why_not == "destroyed":
        return _("destroyed on %(at)s, its hash stays") % {"at": shown(stored.destroyed_at)}
    if file.why_not == "missing":
        return _("missing in the storage: please ask the provider")
    words = [str(ScanState(stored.scan_state).label)]
    if stored.problem:
        words.append(str(FileProblem(stored.problem).label))
    return _("not handed out: %(why)s") % {"why": ", ".join([*words, stored.found]).rstrip(", ")}


def hashes_in_words(file: CaseFile) -> str:
    """The hash of a file; both where its check wrote it anew."""
    stored = file.stored
    if stored.received_sha256 and stored.received_sha256 != stored.sha256:
        words = {"kept": stored.sha256, "received": stored.received_sha256}
        return _("SHA-256 %(kept)s, as it came %(received)s") % words
    return f"SHA-256 {stored.sha256}"


def challenges(filing: Filing) -> Section:
    """How the claimant was verified (V1, V2)."""
    rows = Challenge.objects.filter(filing=filing).select_related(
        "requested_service", "asked_by", "judged_by", "replaced_by"
    )
    return Section(
        _("Verification of the claimant"), many=[_challenge(r) for r in rows.order_by("pk")]
    )


def _challenge(row: Challenge) -> Item:
    known = [
        (_("Service"), row.requested_service.display_name),
        (_("Where"), plain(row.target)),
        (_("Where it was found"), plain(row.source)),
        (_("Question"), plain(row.question)),
        (_("Answer"), plain(row.answer)),
        (_("Begun by"), str(row.asked_by or _("claimant"))),
        (_("Expires"), shown(row.expires_at)),
        (_("Tries"), f"{row.tries}/{row.tries_allowed}"),
        (_("Seen at the last try"), plain(row.seen)),
        (_("Ended"), signed(str(row.judged_by or ""), row.ended_at)),
        (_("Remark"), plain(row.outcome_note)),
        (_("Posted"), shown(row.posted_at)),
    ]
    title = f"{row.get_kind_display()}: {row.get_state_display()}"
    return Item([f"{row.pk}", shown(row.asked_at)], title, pairs(known))


# -- Decisions and letters ---------------------------------------------------------------------------


def decisions(case: Case, request: RequestRow) -> Section:
    """Who recommended and decided what, and why; acts of two people; longer searches (X1 to X5, C7)."""
    blocks: list[Block] = []
    if request.advice_at:
        who = signed(name_of(request.advice_by), request.advice_at)
        blocks += [Facts([(_("Advice taken"), f"{plain(request.advice)} ({who})")])]
    items = [
        *(_decision(row, case) for row in request.decisions),
        *(
            Item(
                [shown(act.proposed_at)],
                kind_of_act(act),
                pairs(
                    [
                        (_("Reason"), plain(act.reason)),
                        (_("Confirmed by"), signed(name_of(act.confirmed_by), act.confirmed_at)),
                        (_("Dropped"), shown(act.dropped_at)),
                    ]
                ),
            )
            for act in request.acts
        ),
        *(
            Item(
                [shown(row.at)],
                _("The search was made longer by %(dates)d dates") % {"dates": row.dates},
                pairs(
                    [
                        (_("By"), row.by.name),
                        (_("Reason"), plain(row.reason)),
                        (_("Taken back"), signed(name_of(row.withdrawn_by), row.withdrawn_at)),
                    ]
                ),
            )
            for row in request.extensions
        ),
    ]
    title = _("Decisions (%(number)s)") % {"number": request.number}
    return Section(title, blocks, items)


def _decision(row: DecisionRow, case: Case) -> Item:
    covered = names(s for s in case.services if s.id in row.service_ids)
    title = f"{DecisionKind(row.kind).label}: {DecisionState(row.state).label}"
    return Item([f"{row.id}"], f"{title} – {', '.join(covered)}", list(_steps(row)))


def _steps(row: DecisionRow) -> Iterator[str]:
    upheld = {None: "", True: _("The claimant was right"), False: _("The refusal stands")}
    steps = [
        (_("Recommended"), row.recommended_at, name_of(row.recommended_by), row.recommendation),
        (_("Decided"), row.decided_at, name_of(row.decided_by), row.reason),
        (_("In the hold until"), row.executes_at, "", ""),
        (_("Executed"), row.executed_at, "", ""),
        (_("Voided"), row.voided_at, "", void_words(row.void_reason) if row.void_reason else ""),
        (_("Contested"), row.contested_at, "", row.contest_text),
        (
            _("Contest decided"),
            row.contest_decided_at,
            name_of(row.contest_decided_by),
            " ".join(w for w in (upheld[row.contest_upheld], row.contest_reason) if w),
        ),
    ]
    for label, at, who, why in steps:
        if at is not None:
            yield f"{label}: {signed(who, at)}" + (f" – {plain(why)}" if why else "")


def letters(case: Case, files: Sequence[CaseFile]) -> Section:
    """Letters on paper (X5, C3)."""
    stored = {file.number: file for file in files if file.what == "letter"}
    items = []
    for request in case.requests:
        for row in request.letters:
            file = stored.get(row.id)
            known = [
                (_("File"), (file.name or bytes_in_words(file)) if file else _("being made")),
                (_("Made"), shown(row.made_at)),
                (_("Posted"), shown(row.posted_at)),
            ]
            small = hashes_in_words(file) if file else ""
            margin = [f"{row.id}", shown(row.queued_at)]
            items.append(Item(margin, str(LetterKind(row.kind).label), pairs(known), small))
    return Section(_("Letters"), many=items)
