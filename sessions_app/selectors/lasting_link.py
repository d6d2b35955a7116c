"""Where a course's lasting link leads: to the class that runs, or to the wait for it."""

from sessions_app.models import ClassSession, Course, ReplacedCode
from sessions_app.models.course import plain_code
from sessions_app.models.session import ClassSessionQuerySet


def course_of(code: str) -> Course | None:
    """The course whose lasting link bears this code now, with its teacher."""
    found = Course.objects.filter(join_code=plain_code(code))
    return found.select_related("teacher").first()


def was_replaced(code: str) -> bool:
    """Whether a course had this code before it got another one."""
    return ReplacedCode.objects.filter(code=plain_code(code)).exists()


def open_classes(course: Course) -> ClassSessionQuerySet:
    """The classes of a course that students can join now."""
    return course.class_sessions.open_to_students().order_by("started_at", "pk")


def next_class(course: Course) -> ClassSession | None:
    """The draft that is planned to begin first; None if no draft has a time to come."""
    return course.class_sessions.ahead().order_by("planned_at", "pk").first()


def course_told_by(session: ClassSession) -> Course | None:
    """The course to which the link of a class that is over leads on.

    None if the course's code was replaced since the class was made: a student who was
    shut out must not learn the new code from an old link.
    """
    course = session.course
    if course is None:
        return None
    later = course.replaced_codes.filter(replaced_at__gte=session.created_at)
    return None if later.exists() else course
