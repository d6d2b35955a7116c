"""The words that rows, sockets and pages share."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    TEACHER = "teacher", _("Teacher")
    ADMIN = "admin", _("Admin")


class Right(TextChoices):
    """What somebody may do with a course and its lessons. A co-teacher never has OWN."""

    SEE = "see", _("See")
    RUN = "run", _("Run")  # make, edit, start, pause, end, mark
    DELETE = "delete", _("Delete")
    OWN = "own", _("Own")  # the course itself, its link, and who teaches in it


class SessionState(TextChoices):
    """A session's life. ENDING lasts seconds: the last minute is being closed."""

    DRAFT = "draft", _("Not started")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    ENDING = "ending", _("Ending")
    ENDED = "ended", _("Ended")


class Purpose(TextChoices):
    """What a student may agree to, each by itself."""

    EXPRESSION = "expression", _("Facial expression from the webcam")
    PULSE = "pulse", _("One-tap pulse")


class Inference(TextChoices):
    """Where camera pictures may be read."""

    SERVER = "server", _("On the school's server")
    DEVICE = "device", _("On students' devices only")
    EITHER = "either", _("On students' devices or the school's server")

    def allows(self, place: "Inference") -> bool:
        """Whether pictures may be read in one of the two places."""
        return self in {place, Inference.EITHER}


class Tap(TextChoices):
    """One tap of the pulse."""

    LOST = "lost", _("I am lost")
    TOO_FAST = "too_fast", _("Too fast")
    OK = "ok", _("All good")
    TOO_SLOW = "too_slow", _("Too slow")


class Expression(TextChoices):
    """The model's labels and their words, in the order in which pages show them."""

    HAPPY = "happy", _("Happy")
    SURPRISE = "surprise", _("Surprised")
    NEUTRAL = "neutral", _("Neutral")
    SAD = "sad", _("Sad")
    FEAR = "fear", _("Fearful")
    DISGUST = "disgust", _("Disgusted")
    ANGRY = "angry", _("Angry")


class Look(TextChoices):
    """Groups of expressions (`inference.labels.GROUPS`) and their words."""

    PLEASED = "pleased", _("Pleased")
    CALM = "calm", _("Calm")
    STRAINED = "strained", _("Strained")


class Vote(TextChoices):
    """What the pulse of a class is made of, in the order of pages and exports."""

    LOST = "lost", _("Lost")
    TOO_FAST = "too_fast", _("Too fast")
    OK = "ok", _("All good")
    TOO_SLOW = "too_slow", _("Too slow")
    NO_ANSWER = "no_answer", _("No answer")


class MarkKind(TextChoices):
    """What a mark of a teacher stands for."""

    MOMENT = "moment", _("Moment")
    TOPIC = "topic", _("Topic")  # from here to where the next one begins
    REPLY = "reply", _("Reply to the class")  # which its students read


class MinuteStatus(TextChoices):
    """What became of one signal in one minute."""

    RELEASED = "released", _("Released")
    TOO_FEW = "too_few", _("Too few students")
    PAUSED = "paused", _("Paused")  # by the teacher, in part of it or all along
    INTERRUPTED = "interrupted", _("Interrupted")  # minutes/interruptions.py
    OFF = "off", _("Not used")  # in this class, or anywhere


class Coverage(TextChoices):
    """How much of the class stands behind a minute; blank where that would tell."""

    FEW = "few", _("Few")
    HALF = "half", _("About half")
    MOST = "most", _("Most")


class DeliveryState(TextChoices):
    """How far something is that leaves the platform: a mail, a call of a webhook."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given_up", _("Not sent")


class WebhookKind(TextChoices):
    """Who receives the calls of a webhook, and so in which form they come."""

    PROGRAM = "program", _("A program")
    CHAT = "chat", _("A chat")
    TEAMS = "teams", _("Microsoft Teams")


class ReportState(TextChoices):
    """How far a lesson's report is."""

    WAITING = "waiting", _("Waiting")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class ReportProblem(TextChoices):
    """Why a report could not be made, after several tries."""

    SLOW = "slow", _("Drawing the PDF took too long.")
    BROKEN = "broken", _("The PDF could not be drawn; the server's log says why.")
    GONE = "gone", _("The server ended each time while it drew the PDF.")


class GroupBy(TextChoices):
    """What lessons are added up by, in the reader's time zone."""

    WEEK = "week", _("Week")
    MONTH = "month", _("Month")
    TERM = "term", _("Term")
    COURSE = "course", _("Course")
    TEACHER = "teacher", _("Teacher")
    WEEKDAY = "weekday", _("Day of the week")
    HOUR = "hour", _("Time of day")


class TokenScope(TextChoices):
    """What a program may do with a token; writing includes reading."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


class Jurisdiction(TextChoices):
    """Where the school is, and what its rules follow from (`models/law.py`)."""

    EU = "eu", _("European Union or EEA")
    UK = "uk", _("United Kingdom")
    INDIA = "india", _("India")
    US_SCHOOLS = "us_schools", _("United States: schools")
    US_HIGHER = "us_higher", _("United States: higher education")
    OTHER = "other", _("Elsewhere")


class AgeBand(TextChoices):
    """How old the students of a course are, all of them: never of a single one."""

    CHILDREN = "under_13", _("Under 13")
    TEENS = "13_to_17", _("13 to 17")
    ADULTS = "adults", _("Adults")


class AuditAction(TextChoices):
    VIEWED = "viewed", _("Viewed")
    EXPORTED = "exported", _("Exported")
    POLICY = "policy", _("Changed the policy")
    MADE = "made", _("Created")
    CHANGED = "changed", _("Changed")
    STARTED = "started", _("Started")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    ENDED = "ended", _("Ended")
    DELETED = "deleted", _("Deleted")
    REVOKED = "revoked", _("Revoked")
    LOGGED_IN = "logged_in", _("Logged in")
    LOGGED_OUT = "logged_out", _("Logged out")
    REFUSED = "refused", _("Log-in refused")
    PASSWORD = "password", _("Chose a new password")
    ASKED = "asked", _("Asked for a new password")
