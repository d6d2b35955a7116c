"""Django's admin: accounts to steer, the rest to look at.

Nothing is deleted here, since its confirmation page would list a class's participants
and their decisions one by one; the product's own pages delete. Participants, consents
and cell keys are not shown at all.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_plus

from allauth.account import admin as addresses_admin
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa import admin as second_factor_admin
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as sign_on_admin
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth import admin as accounts_admin
from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest
from django.db.models import Model
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from sessions_app.forms.text import no_hidden_characters
from sessions_app.models import (
    AuditEntry,
    ClassMinute,
    ClassSession,
    Course,
    Policy,
    User,
)
from sessions_app.services import audit, people
from sessions_app.web.access import admin_required


def _nothing(request: HttpRequest) -> HttpResponse:
    raise Http404


admin.site.site_header = admin.site.site_title = "Classmood"
# A password is changed on the product's own page, which ends log-ins and tokens.
admin.site.password_change = admin_required(  # type: ignore[method-assign,assignment]
    lambda request, *_: redirect("password_change")
)
# One door with one lock-out for everybody: strangers are sent there, teachers told no.
admin.site.login = admin_required(admin.site.login)  # type: ignore[method-assign]
# No form here asks for it, and it would list staff and classes unaudited.
admin.site.autocomplete_view = _nothing  # type: ignore[method-assign]
# These register where they are imported. A provider is set by the environment alone, and
# nobody's school account is given to somebody else here.
assert accounts_admin
assert addresses_admin
assert second_factor_admin
assert sign_on_admin
admin.site.unregister([Group, EmailAddress, SocialAccount, SocialApp, SocialToken])
admin.site.unregister(Authenticator)
assert not admin.site.is_registered(EmailConfirmation)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Every admin may look, which is written down; nobody adds, changes or deletes."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if self.has_view_permission(request):
            _write_down(request, f"List of {self.opts.verbose_name_plural}")
        return super().changelist_view(request, extra_context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        answer = super().change_view(request, object_id, form_url, extra_context)
        return self._seen(request, object_id, answer)

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        answer = super().history_view(request, object_id, extra_context)
        return self._seen(request, object_id, answer)

    def _seen(
        self, request: HttpRequest, object_id: str, answer: HttpResponse
    ) -> HttpResponse:
        """Write down a page that shows a row, also with a form that was refused."""
        if answer.status_code == HTTPStatus.OK:
            _write_down(request, f"{self.opts.verbose_name} {object_id}".capitalize())
        return answer

    def lookup_allowed(
        self, lookup: str, value: str, request: HttpRequest | None = None
    ) -> bool:
        """Take the list's own filters from the address, and nothing else.

        Django's rule takes any look-up on a model's own columns, and so lets a column
        that no page shows be read digit by digit, a password's hash for instance.
        """
        return lookup in {f"{name}__exact" for name in self.list_filter}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return admin.site.has_permission(request)

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return admin.site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


def _admin(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin site saw to that
    return request.user


def _write_down(request: HttpRequest, what: str) -> None:
    """Append a look-up with what was searched and filtered for.

    Raises:
        BadRequest: If that has no room in an entry, which would hide its end.
    """
    asked = (
        f", {unquote_plus(query)}" if (query := request.META["QUERY_STRING"]) else ""
    )
    said = f"{what} on the admin site{asked}"
    if len(said) > audit.MOST_DETAIL:
        raise BadRequest(gettext("This search is too long."))
    audit.looked_at(said, by=_admin(request))


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Rename, change a role, close an account. People come in by invitation."""

    list_display = ["email", "name", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "role", "is_active", "last_login", "date_joined"]
    readonly_fields = ["email", "last_login", "date_joined"]

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return admin.site.has_permission(request)

    def get_form(
        self, request: HttpRequest, *args: Any, **options: Any
    ) -> "type[ModelForm[User]]":
        """A page carries what it shows, so that one of before takes nothing back."""
        form = super().get_form(request, *args, **options)
        carried = any(name.startswith("initial-") for name in request.POST)
        for field in form.base_fields.values():
            field.show_hidden_initial = carried or request.method != "POST"
        if "name" in form.base_fields:  # absent where one may only look
            form.base_fields["name"].validators.append(no_hidden_characters)
        return form

    def save_model(
        self, request: HttpRequest, obj: User, form: "ModelForm[User]", change: bool
    ) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        people.change(user=obj, by=_admin(request), **values)


@admin.register(Course)
class CourseAdmin(ReadOnlyAdmin):
    list_display = ["title", "term", "teacher"]
    list_select_related = ["teacher"]
    search_fields = ["title", "teacher__name"]


@admin.register(ClassSession)
class ClassSessionAdmin(ReadOnlyAdmin):
    list_display = ["title", "teacher", "course", "state", "started_at", "ended_at"]
    list_filter = ["state"]
    list_select_related = ["teacher", "course"]
    search_fields = ["title", "teacher__name", "course__title"]
    # Three are set when the first student joins, where the environment alone decides or was
    # changed, so they tell whether anybody has; a note is its teacher's alone.
    exclude = ["min_group", "kept_days", "device_only", "note"]


@admin.register(ClassMinute)
class ClassMinuteAdmin(ReadOnlyAdmin):
    """Minutes as they were released."""

    list_display = ["session", "index", "starts_at", "status", "size", "coverage"]
    exclude = ["numbers"]
    list_filter = ["status", "pulse_status"]
    list_select_related = ["session"]


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin):
    """Changed on its own page, which writes the change down."""

    list_display = ["jurisdiction", "expression_on", "min_group", "sessions_kept_days"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "action", "detail"]
    list_filter = ["action"]
    search_fields = ["actor", "object_id", "detail"]
