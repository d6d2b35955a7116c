"""The words that rows, sockets and pages share."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    TEACHER = "teacher", "Teacher"
    ADMIN = "admin", "Admin"


class SessionState(TextChoices):
    """A session's life. ENDING lasts seconds: the last minute is being closed."""

    DRAFT = "draft", "Not begun"
    LIVE = "live", "Live"
    PAUSED = "paused", "Paused"
    ENDING = "ending", "Ending"
    ENDED = "ended", "Ended"


class Purpose(TextChoices):
    """What a student may agree to, each by itself."""

    EXPRESSION = "expression", "Visible expression from the webcam"
    PULSE = "pulse", "One-tap pulse"


class Tap(TextChoices):
    """One tap of the pulse."""

    LOST = "lost", "I am lost"
    TOO_FAST = "too_fast", "Too fast"
    OK = "ok", "All good"
    TOO_SLOW = "too_slow", "Too slow"


class Expression(TextChoices):
    """The model's labels and their words, in the order in which pages show them."""

    HAPPY = "happy", _("Happy")
    SURPRISE = "surprise", _("Surprised")
    NEUTRAL = "neutral", _("Neutral")
    SAD = "sad", _("Sad")
    FEAR = "fear", _("Fearful")
    DISGUST = "disgust", _("Disgusted")
    ANGRY = "angry", _("Angry")


class Vote(TextChoices):
    """What the pulse of a class is made of, in the order in which pages show it."""

    LOST = "lost", _("Lost")
    TOO_FAST = "too_fast", _("Too fast")
    OK = "ok", _("All good")
    TOO_SLOW = "too_slow", _("Too slow")
    NO_ANSWER = "no_answer", _("No answer")


class MinuteStatus(TextChoices):
    """What became of one signal in one minute."""

    RELEASED = "released", "Released"
    TOO_FEW = "too_few", "Too few students"
    PAUSED = "paused", "Paused"  # by the teacher, in part of it or all along
    INTERRUPTED = "interrupted", "Interrupted"  # by the platform itself
    OFF = "off", "Not asked for"  # in this class, or anywhere


class Trouble(TextChoices):
    """What a dashboard says of the platform itself; blank while all is well."""

    CUT_OFF = "cut_off", "This minute was interrupted"
    STORE = "store", "The live numbers cannot be reached"
    DATABASE = "database", "The database does not answer"


class Coverage(TextChoices):
    """How much of the class stands behind a minute; blank where that would tell."""

    FEW = "few", "Few"
    HALF = "half", "About half"
    MOST = "most", "Most"


class TokenScope(TextChoices):
    """What a program may do with a token; writing includes reading."""

    READ = "read", "Read"
    WRITE = "write", "Read and write"


class Jurisdiction(TextChoices):
    """Where the school is; presets of what the law lets the admin choose."""

    EU = "eu", "European Union or EEA"
    OTHER = "other", "Elsewhere"


class AuditAction(TextChoices):
    VIEWED = "viewed", "Viewed"
    EXPORTED = "exported", "Exported"
    POLICY = "policy", "Changed the policy"
    MADE = "made", "Created"
    CHANGED = "changed", "Changed"
    STARTED = "started", "Started"
    PAUSED = "paused", "Paused"
    RESUMED = "resumed", "Resumed"
    ENDED = "ended", "Ended"
    DELETED = "deleted", "Deleted"
    REVOKED = "revoked", "Revoked"
    LOGGED_IN = "logged_in", "Logged in"
    LOGGED_OUT = "logged_out", "Logged out"
    REFUSED = "refused", "Log-in refused"
    PASSWORD = "password", "Chose a new password"
    ASKED = "asked", "Asked for a new password"
