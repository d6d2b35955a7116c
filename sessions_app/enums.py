"""The words that rows, sockets and pages share."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    TEACHER = "teacher", _("Teacher")
    ADMIN = "admin", _("Admin")


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


class TokenScope(TextChoices):
    """What a program may do with a token; writing includes reading."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


class Jurisdiction(TextChoices):
    """Where the school is; presets of what the law lets the admin choose."""

    EU = "eu", _("European Union or EEA")
    OTHER = "other", _("Elsewhere")


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
