"""Which tool wrote a file, told by its header cells; and what that tool puts into which column."""

from dataclasses import dataclass

from feedback.enums import Tool


@dataclass(frozen=True, slots=True)
class Signature:
    """A tool by what its exports carry. All names are in lower case.

    `marks`: header sets of which one must be there whole. `ids`, `dates`: names of the response id and of the moment
    of submission, the best first. `meta`: other columns that are no questions. `personal`: who and where, kept only
    where somebody asks for it.
    """

    tool: Tool
    marks: tuple[frozenset[str], ...]
    ids: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    meta: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split("|"))


SURVEYMONKEY = Signature(
    Tool.SURVEYMONKEY,
    (_names("respondent id"), _names("respondentid")),
    ids=("respondent id", "respondentid"),
    dates=("end date", "enddate", "date modified", "start date", "startdate"),
    meta=_names("collector id|collectorid|date created|date modified|custom data 1|custom data"),
    personal=_names("ip address|email address|first name|last name"),
)

# The first that fits is taken: those with names that nobody else uses stand first.
SIGNATURES = (
    Signature(
        Tool.QUALTRICS,
        (_names("responseid|recordeddate"), _names("startdate|enddate|progress"), _names("responseid|responseset")),
        ids=("responseid",),
        dates=("recordeddate", "enddate"),
        meta=_names(
            "startdate|status|progress|duration (in seconds)|finished|distributionchannel|userlanguage|responseset|name"
            "|externalreference|externaldatareference"
        ),
        personal=_names(
            "ipaddress|recipientlastname|recipientfirstname|recipientemail|emailaddress|locationlatitude"
            "|locationlongitude|locationaccuracy"
        ),
    ),
    SURVEYMONKEY,
    Signature(
        Tool.LIMESURVEY,
        (
            _names("answer id"),
            _names("antwort id"),
            _names("id|submitdate"),
            _names("response id|date submitted|last page"),
        ),
        ids=("answer id", "antwort id", "response id", "id"),
        dates=("submitdate", "date submitted", "datum abgeschickt"),
        meta=_names(
            "lastpage|last page|letzte seite|startlanguage|start language|start-sprache|startdate|date started"
            "|datum gestartet|datestamp|date last action|datum letzte aktivität|seed"
        ),
        personal=_names("ipaddr|ip address|ip-adresse|token|zugangsschlüssel|access code|refurl|referrer url"),
    ),
    Signature(
        Tool.TYPEFORM,
        (_names("#|network id"), _names("#|submit date (utc)")),
        ids=("#",),
        dates=("submit date (utc)", "stage date (utc)"),
        meta=_names("start date (utc)|response type|stage date (utc)|tags|ending"),
        personal=_names("network id"),
    ),
    Signature(
        Tool.ALCHEMER,
        (_names("time started|date submitted|status"),),
        ids=("response id",),
        dates=("date submitted",),
        meta=_names(
            "time started|status|contact id|legacy comments|comments|language|referer|sessionid|user agent|tags"
        ),
        personal=_names("ip address|longitude|latitude|country|city|state/region|postal"),
    ),
    Signature(
        Tool.KOBO,
        (_names("_uuid|_submission_time"),),
        ids=("_uuid", "_id"),
        dates=("_submission_time",),
        meta=_names(
            "start|end|today|_id|_validation_status|_notes|_status|__version__|_version_|_tags|_index|_parent_index"
        ),
        personal=_names("deviceid|phonenumber|username|_submitted_by|simserial|subscriberid"),
    ),
    Signature(
        Tool.SURVEYCTO,
        (_names("submissiondate|key"),),
        ids=("key", "instanceid"),
        dates=("submissiondate",),
        meta=_names("starttime|endtime|formdef_version|duration|instanceid|instancename|review_status"),
        personal=_names("deviceid|subscriberid|simid|devicephonenum|username|caseid"),
    ),
    Signature(
        Tool.FORMBRICKS,
        (_names("response id|survey id|formbricks id (internal)"), _names("no.|response id|survey id")),
        ids=("response id",),
        dates=("timestamp",),
        meta=_names("no.|finished|quotas|survey id|formbricks id (internal)|tags"),
        personal=_names("user id"),
    ),
    Signature(
        Tool.MICROSOFT_FORMS,
        (_names("id|start time|completion time"),),
        ids=("id",),
        dates=("completion time",),
        meta=_names("start time|last modified time|language"),
        personal=_names("email|name"),
    ),
)

TIMESTAMPS = (
    "timestamp", "zeitstempel", "horodateur", "marca temporal", "informazioni cronologiche", "carimbo de data/hora",
    "tijdstempel", "sygnatura czasowa", "отметка времени", "タイムスタンプ", "时间戳记", "時間戳記",
)  # fmt: skip
GOOGLE_FORMS = Signature(Tool.GOOGLE_FORMS, (), dates=TIMESTAMPS, personal=_names("username|email address|nutzername"))

# For files that no known tool wrote.
GENERIC = Signature(
    Tool.GENERIC,
    (),
    ids=("response id", "response_id", "responseid", "respondent id", "respondent_id", "submission id", "uuid", "id"),
    dates=(
        *TIMESTAMPS, "submitted_at", "submitted at", "submitted", "date submitted", "submission date", "completed at",
        "completed_at", "created_at", "created at", "date", "datum",
    ),
    personal=_names(
        "ip|ip address|e-mail|email|email address|e-mail address|name|first name|last name|phone|latitude|longitude"
    ),
)  # fmt: skip


def signature_of(cells: list[str]) -> Signature | None:
    """Return the signature that the cells of a header row carry, or None."""
    names = {cell.strip().lower() for cell in cells}
    for signature in SIGNATURES:
        if any(mark <= names for mark in signature.marks):
            return signature
    return GOOGLE_FORMS if cells and cells[0].strip().lower() in TIMESTAMPS else None
