"""The System pages: users, outgoing mail, jobs, the audit chain and sign-in attempts. For superusers."""

import axes.admin  # noqa: F401 - registers its own pages first, which are replaced here
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from core import audit, outbox
from core.admin.base import BaseAdmin, ReadOnlyAdmin
from core.admin.confirm import Explanation, confirmed_action
from core.enums import MessageState, RunState
from core.models import AuditEntry, JobRun, OutboxAttachment, OutboxMessage, User

MESSAGE_LOOKS = {
    MessageState.QUEUED: "info",
    MessageState.SENDING: "info",
    MessageState.SENT: "success",
    MessageState.BOUNCED: "danger",
    MessageState.FAILED: "danger",
    MessageState.CANCELLED: "warning",
}
RUN_LOOKS = {RunState.RUNNING: "info", RunState.DONE: "success", RunState.FAILED: "danger"}

# Roles come from a program's members, not from Django's groups.
admin.site.unregister(Group)
admin.site.unregister(AccessAttempt)
admin.site.unregister(AccessLog)
admin.site.unregister(AccessFailureLog)


class SuperuserOnly:
    """Whoever may edit users could make themselves anything, and these ledgers hold every program's people."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)


class StaffCreationForm(UserCreationForm):
    """Asks for the e-mail address too: reports and notices go there. Whoever is added here may sign in here."""

    class Meta:
        model = User
        fields = ["username", "email"]

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = True
        user: User = super().save(commit=commit)
        return user


@admin.register(User)
class UserAdmin(SuperuserOnly, DjangoUserAdmin, BaseAdmin):  # type: ignore[misc, type-arg]  # both are ModelAdmins
    form = UserChangeForm
    add_form = StaffCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "email", "display_name", "is_active", "is_staff", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["username", "email", "first_name", "last_name"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        (
            "Access",
            {
                "fields": ["is_active", "is_staff", "is_superuser"],
                "description": "What staff may do in a program follows from their membership there. "
                "Superusers may do everything everywhere. Instead of deleting a user, untick Active.",
            },
        ),
        ("Times", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "email", "usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # The audit chain names people for good; a user who leaves is made inactive.
        return False


def explain_retry(_request: HttpRequest, messages: QuerySet[OutboxMessage]) -> Explanation:
    people = messages.values("to").distinct().count()
    return Explanation(
        will=[f"The worker tries to deliver again within seconds, to {people} address{pluralize(people, 'es')}."],
        will_not=["Nothing in the mail is changed, and mails in another state are refused."],
        undo="A mail that was sent cannot be called back.",
    )


@admin.register(OutboxMessage)
class OutboxMessageAdmin(SuperuserOnly, ReadOnlyAdmin):
    list_display = ["subject", "to", "scope", "state_badge", "attempts", "next_attempt_at", "created_at"]
    list_filter = ["state", "scope"]
    search_fields = ["to", "subject", "key", "message_id"]
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["state", "error", "attempts", "next_attempt_at", "sent_at"]}),
        ("Mail", {"fields": ["to", "from_name", "reply_to", "subject", "text", "files"]}),
        ("Origin", {"fields": ["scope", "key", "message_id", "headers", "created_at"]}),
    ]
    readonly_fields = ["files"]
    actions = ["retry"]
    actions_detail = ["retry"]

    @display(description="state", ordering="state", label=MESSAGE_LOOKS)
    def state_badge(self, message: OutboxMessage) -> tuple[str, str]:
        return message.state, message.get_state_display()

    @display(description="files")
    def files(self, message: OutboxMessage) -> str:
        names = OutboxAttachment.objects.filter(message=message).values_list("filename", flat=True)
        return ", ".join(names) or "none"

    def has_retry_permission(self, request: HttpRequest, _obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    @confirmed_action(
        label="Try again",
        done="queued again",
        title="Send again?",
        explain=explain_retry,
        permission="retry",
        available=lambda message: message.state in {MessageState.FAILED, MessageState.BOUNCED},
    )
    def retry(self, request: HttpRequest, message: OutboxMessage) -> None:
        outbox.retry(message_id=message.pk)
        audit.record(actor=request.user, action="mail.retried", obj=message, scope=message.scope)  # type: ignore[arg-type]


@admin.register(AuditEntry)
class AuditEntryAdmin(SuperuserOnly, ReadOnlyAdmin):
    list_display = ["at", "actor_name", "action", "object_label", "scope", "reason"]
    list_filter = ["scope", "action"]
    search_fields = ["actor_name", "action", "object_label", "reason"]
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["at", "actor_name", "action", "object_label", "scope", "reason", "changes"]}),
        ("Evidence", {"fields": ["object_type", "object_pk", "place", "link_hash", "body_sha256"]}),
    ]
    readonly_fields = ["changes", "place", "link_hash"]

    @display(description="changes")
    def changes(self, entry: AuditEntry) -> str:
        before, after = entry.before or {}, entry.after or {}
        names = sorted({*before, *after})
        lines = ((name, before.get(name, "-"), after.get(name, "-")) for name in names)
        return format_html_join(mark_safe("<br>"), "{}: {} → {}", lines) or "-"

    @display(description="place in the chain")
    def place(self, entry: AuditEntry) -> str:
        link = getattr(entry, "link", None)
        return f"number {link.sequence}" if link else "none: somebody removed it"

    @display(description="hash of the link")
    def link_hash(self, entry: AuditEntry) -> str:
        link = getattr(entry, "link", None)
        return (link and link.hash) or "-"


@admin.register(JobRun)
class JobRunAdmin(SuperuserOnly, ReadOnlyAdmin):
    list_display = ["job", "period", "state_badge", "attempts", "started_at", "finished_at", "error_short"]
    list_filter = ["state", "job"]
    search_fields = ["job", "period", "error"]
    ordering = ["-started_at"]

    @display(description="state", ordering="state", label=RUN_LOOKS)
    def state_badge(self, run: JobRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @display(description="error")
    def error_short(self, run: JobRun) -> str:
        return run.error[:100]


@admin.register(AccessAttempt)
class AccessAttemptAdmin(SuperuserOnly, ReadOnlyAdmin):
    list_display = ["attempt_time", "username", "ip_address", "failures_since_start", "path_info"]
    list_filter = ["attempt_time"]
    search_fields = ["username", "ip_address"]
    fields = ["attempt_time", "username", "ip_address", "user_agent", "path_info", "failures_since_start"]
    ordering = ["-attempt_time"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Deleting the attempts is how a person who locked themselves out is let in again.
        return self.has_module_permission(request)
