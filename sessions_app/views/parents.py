"""The letter to the parents of a course's students, and the note that it is signed."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions_app.enums import AgeBand, Right
from sessions_app.models.parents_letter import ParentsLetter
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.visible import visible_course_or_404
from sessions_app.services import audit
from sessions_app.services import courses as services
from sessions_app.services.courses import WrongLetter
from sessions_app.web.access import StaffRequest
from sessions_app.web.links import shown_link
from sessions_app.web.reader_language import offered


@login_required
@require_safe
def letter(request: StaffRequest, pk: int) -> HttpResponse:
    """To be printed, in the language of the parents: `?in=hi`."""
    course = visible_course_or_404(user=request.user, pk=pk)
    if course.age == AgeBand.ADULTS:
        raise Http404
    audit.opened("Letter to parents", course, by=request.user)
    policy = effective_policy()
    language = offered(request.GET.get("in", "")) or translation.get_language()
    context = {
        "course": course,
        "policy": policy,
        "letter": ParentsLetter.of(policy.promise),
        "school": settings.FER_SCHOOL_NAME,
        "written_in": language,
        "privacy_url": shown_link(request, reverse("privacy")),
    }
    with translation.override(language):
        return render(request, "courses/letter.html", context)


@login_required
@require_POST
def letters_signed(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that the letter with this code is signed by all, or not any more."""
    course = visible_course_or_404(user=request.user, pk=pk, right=Right.OWN)
    if "taken_back" in request.POST:
        services.take_letters_back(course=course, by=request.user)
        messages.success(
            request, _("Students of this course are asked for the pulse alone.")
        )
        return redirect("course-detail", pk)
    try:
        services.note_letters(
            course=course, by=request.user, code=request.POST.get("code", "")
        )
    except WrongLetter as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Students of this course may be asked for facial expressions.")
        )
    return redirect("course-detail", pk)
