"""How protected each field of an application is."""

from tinhso.kernel.classes import FieldClass, declare

INTERNAL, PERSONAL, SENSITIVE, PUBLIC = (
    FieldClass.INTERNAL,
    FieldClass.PERSONAL,
    FieldClass.SENSITIVE,
    FieldClass.PUBLIC,
)

declare(
    "dossiers.Draft",
    data=SENSITIVE,
    sources=PERSONAL,
    version=INTERNAL,
    topic_versions=INTERNAL,
    saved_at=INTERNAL,
    submission_key=INTERNAL,
    submitted_at=INTERNAL,
)
declare("dossiers.SideCopy", topic=INTERNAL, data=SENSITIVE, based_on=INTERNAL)
declare("dossiers.Attachment", component=INTERNAL, name=PERSONAL, removed_at=INTERNAL)
declare("dossiers.DossierCounter", day=INTERNAL, last=INTERNAL)
declare(
    "dossiers.Dossier",
    code=INTERNAL,
    applicant_name=PERSONAL,
    subject_name=PERSONAL,
    tracking_digits=SENSITIVE,
    channel=INTERNAL,
    data=SENSITIVE,
    sources=PERSONAL,
    phase=INTERNAL,
    version=INTERNAL,
    last_actor=INTERNAL,
    last_act=INTERNAL,
    submitted_at=INTERNAL,
    received_at=INTERNAL,
    happenings=INTERNAL,
    finished_at=INTERNAL,
    closed_at=INTERNAL,
    due_at=INTERNAL,
)
declare(
    "dossiers.Step",
    task=INTERNAL,
    title=INTERNAL,
    role=INTERNAL,
    number=INTERNAL,
    began_at=INTERNAL,
    holder_name=INTERNAL,
    held_at=INTERNAL,
    due_at=INTERNAL,
    sort_at=INTERNAL,
    ended_at=INTERNAL,
    ended_version=INTERNAL,
    ended_by_name=INTERNAL,
    outcome=INTERNAL,
    note=PERSONAL,
)
declare(
    "dossiers.Supplement",
    number=INTERNAL,
    points=PERSONAL,
    reason=PERSONAL,
    asked_by_name=INTERNAL,
    asked_at=INTERNAL,
    answer_by=INTERNAL,
    answered_at=INTERNAL,
    answered_version=INTERNAL,
    in_time=INTERNAL,
    answer=PERSONAL,
    replaced=SENSITIVE,
)
declare(
    "dossiers.Refusal",
    reason=INTERNAL,
    reason_title=INTERNAL,
    article=INTERNAL,
    text=PERSONAL,
    in_time=INTERNAL,
    decided_by_name=INTERNAL,
    decided_at=INTERNAL,
)
declare(
    "dossiers.Pause",
    cause=INTERNAL,
    reason=PERSONAL,
    began_at=INTERNAL,
    began_by_name=INTERNAL,
    ended_at=INTERNAL,
    ended_by_name=INTERNAL,
    end_note=PERSONAL,
    amount=PERSONAL,
    receipt_number=PERSONAL,
)
declare(
    "dossiers.Extension",
    until=INTERNAL,
    due_before=INTERNAL,
    reason=PERSONAL,
    decided_by_name=INTERNAL,
    decided_at=INTERNAL,
    values=PERSONAL,
)
declare("dossiers.Warned", rule=INTERNAL, due_at=INTERNAL)
declare("dossiers.Receipt", values=PERSONAL, issued_at=INTERNAL)
declare("dossiers.Proposal", text=PERSONAL, proposed_by_name=INTERNAL, proposed_at=INTERNAL)
declare("dossiers.Rating", stars=INTERNAL, comment=PERSONAL)
declare("dossiers.EngineState", state=SENSITIVE, dossier_version=INTERNAL)
declare("dossiers.Book", kind=PUBLIC, year=PUBLIC, last=INTERNAL)
declare("dossiers.BookEntry", number=INTERNAL, written_at=INTERNAL, voided_at=INTERNAL, void_reason=PERSONAL)
declare(
    "dossiers.Result",
    title=INTERNAL,
    number=INTERNAL,
    values=SENSITIVE,
    state=INTERNAL,
    digest=INTERNAL,
    issued_at=INTERNAL,
    revoked_at=INTERNAL,
    revoked_by_name=INTERNAL,
    revoke_reason=PERSONAL,
    reissue_reason=PERSONAL,
)
declare(
    "dossiers.Signature",
    kind=INTERNAL,
    name=INTERNAL,
    form=INTERNAL,
    on_behalf_of=INTERNAL,
    position=INTERNAL,
    asked_at=INTERNAL,
    signed_at=INTERNAL,
)
declare(
    "dossiers.SigningSession",
    state=INTERNAL,
    key=INTERNAL,
    prepared=SENSITIVE,
    attempts=INTERNAL,
    last_error=INTERNAL,
    done_at=INTERNAL,
)
declare(
    "dossiers.BulkAct",
    act=INTERNAL,
    at=INTERNAL,
    done=INTERNAL,
    refused=INTERNAL,
    undone_at=INTERNAL,
    kept=INTERNAL,
)
declare("dossiers.SavedView", account_name=INTERNAL, name=INTERNAL, filters=INTERNAL)
declare(
    "dossiers.Export",
    account_name=INTERNAL,
    name=INTERNAL,
    filters=INTERNAL,
    roles=INTERNAL,
    format=INTERNAL,
    state=INTERNAL,
    asked_at=INTERNAL,
    ready_at=INTERNAL,
    expires_at=INTERNAL,
    rows=INTERNAL,
    cut=INTERNAL,
    dossiers=INTERNAL,
    hidden_from=INTERNAL,
)
declare("dossiers.SearchWords", words=SENSITIVE)
declare("dossiers.DuesRefresh", only=INTERNAL, stamp=INTERNAL, after=INTERNAL, finished=INTERNAL)
