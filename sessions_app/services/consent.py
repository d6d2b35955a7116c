"""What students decide: join, agree, withdraw, leave without trace."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from sessions_app import clock
from sessions_app.enums import Purpose
from sessions_app.events import session_changed
from sessions_app.minutes.current_store import get_store
from sessions_app.models import Browser, ClassSession, Consent, Participant
from sessions_app.models.consent import text_version
from sessions_app.selectors.consent import asked_again, offered, written_choices
from sessions_app.services import withdrawals
from sessions_app.services.sessions import WrongState

Decisions = Mapping[Purpose, bool]


class NotSignedIn(ValueError):
    """The class is for students whom the school's sign-on knows."""


class ClassFull(ValueError):
    """As many students have joined as a class may have."""


def join(
    *,
    session: ClassSession,
    display_name: str = "",
    decisions: Decisions,
    sign_in_hash: str = "",
    browser: str = "",
) -> Participant:
    """Make a participant with one consent row per answered question.

    Args:
        session: What is joined.
        display_name: For the student's own eyes.
        decisions: The answered questions.
        sign_in_hash: Of a student who signed in (`web.sign_in.hash_of`).
        browser: The key of the browser. A student who is already in the class, by hash or
            browser, comes back as the same participant, whose decisions are now these.

    Raises:
        WrongState: If the session is over.
        NotSignedIn: If it asks for that, and there is no hash.
        ClassFull: If it has `FER_STUDENTS_PER_CLASS` students, and this is another one.
        NotWritten: If a student who is in it says a no that could not be written yet.
    """
    before = known(session, "", browser)
    already = known(session, sign_in_hash, browser)
    person, is_new = (
        (already, False)
        if already
        else _enter(session, display_name, decisions, sign_in_hash, browser)
    )
    if not is_new:  # in no transaction: a no holds whatever becomes of all else
        decide(participant=person, decisions=decisions)
        _open_with(browser, person)
    if before and before != person:
        say_no_for(before)
    return person


@transaction.atomic
def _enter(
    session: ClassSession,
    display_name: str,
    decisions: Decisions,
    sign_in_hash: str,
    browser: str,
) -> tuple[Participant, bool]:
    """Make a participant, or find the one whom another press has just made.

    Decisions keep what `session` said when its page was checked, not what it says by now.
    """
    locked = ClassSession.objects.select_for_update().get(pk=session.pk)
    if locked.is_over:
        raise WrongState(_("This lesson is over."))
    if already := known(session, sign_in_hash, browser):
        return already, False
    if locked.signed_in_only and not sign_in_hash:
        raise NotSignedIn
    if locked.participants.count() >= settings.FER_STUDENTS_PER_CLASS:
        raise ClassFull(
            _(
                "This lesson is full. You have made no mistake; please tell your teacher."
            )
        )
    participant = session.participants.create(
        display_name=display_name, sign_in_hash=sign_in_hash
    )
    _open_with(browser, participant)
    _keep_promise(locked)
    _append(participant, decisions)
    return participant, True


def say_no_for(student: Participant) -> None:
    """Stop counting a student at whose browser another student has signed in.

    A page or a panel that is still open there is somebody else's now. Who has a telephone, too,
    has to say yes again on it.
    """
    with suppress(withdrawals.NotWritten):  # it holds already, and is tried again
        decide(participant=student, decisions=dict.fromkeys(Purpose, False))


def known(session: ClassSession, sign_in_hash: str, browser: str) -> Participant | None:
    """The student who is in the class already, by the school's name or by the browser."""
    if sign_in_hash:
        return session.participants.filter(sign_in_hash=sign_in_hash).first()
    return session.participants.filter(browsers__key=browser).first()


def decide(*, participant: Participant, decisions: Decisions) -> None:
    """Append what differs from the current decisions. Safe to repeat.

    On a new text every answer is appended, also the same one as on the old text. A no
    stops the reading before it is written.

    Raises:
        WrongState: If a yes is given to what the session does not offer (any more).
            A no is always taken.
        NotWritten: If there is a no that the database could not take yet.
    """
    noes = {purpose: yes for purpose, yes in decisions.items() if not yes}
    yeses = {purpose: yes for purpose, yes in decisions.items() if yes}
    if noes:
        withdrawals.stop_reading(participant.session_id, participant.pk, noes.keys())
        writing = partial(_decide, participant=participant, decisions=noes)
        withdrawals.write(participant, f"no {sorted(noes)}", noes, writing)
    if yeses:
        _decide(participant=participant, decisions=yeses)


@transaction.atomic
def _decide(*, participant: Participant, decisions: Decisions) -> None:
    # The lesson's row first, as where students are deleted: nobody waits in a circle.
    _keep_promise(participant.session)
    # One decision of a participant at a time, so that the latest row is the last word.
    Participant.objects.select_for_update().get(pk=participant.pk)
    wanted = {purpose for purpose, given in decisions.items() if given}
    if wanted - offered(participant.session):
        raise WrongState(_("This lesson does not use this signal at the moment."))
    current, again = written_choices(participant), asked_again(participant)
    _append(
        participant,
        {
            purpose: yes
            for purpose, yes in decisions.items()
            if yes != current[purpose] or purpose in again
        },
    )
    transaction.on_commit(partial(withdrawals.mark_written, participant, decisions))


def leave(*, participant: Participant) -> None:
    """Delete the participant and every decision; closed minutes name nobody.

    Raises:
        NotWritten: If nothing is read any more, but could not be deleted yet.
    """
    withdrawals.stop_reading(participant.session_id, participant.pk, tuple(Purpose))
    writing = partial(_leave, participant=participant)
    withdrawals.write(participant, "leave", tuple(Purpose), writing)


@transaction.atomic
def _leave(*, participant: Participant) -> None:
    # A minute that is closing just now remembers who counts; it comes before or after.
    ClassSession.objects.select_for_update().get(pk=participant.session_id)
    session, person = participant.session_id, participant.pk
    transaction.on_commit(partial(withdrawals.forget, session, person))
    Participant.objects.filter(pk=person).delete_whole()


def _open_with(browser: str, participant: Participant) -> None:
    """Let a browser be this participant's, also if another student used it before."""
    if browser:
        Browser.objects.update_or_create(
            key=browser, defaults={"participant": participant}
        )


def _keep_promise(session: ClassSession) -> None:
    """Hold the class to what was just read, whatever the operator sets later."""
    read = session.promise
    held = (session.min_group, session.kept_days, session.device_only)
    if held != (read.min_group, read.sessions_kept_days, read.device_only):
        ClassSession.objects.filter(pk=session.pk).hold_to(read)


def _append(participant: Participant, decisions: Decisions) -> None:
    read = participant.session.promise
    Consent.objects.bulk_create(
        Consent(
            participant=participant,
            purpose=purpose,
            given=given,
            text_version=text_version(),
            min_group=read.min_group,
            kept_days=read.sessions_kept_days,
            students_see=read.students_see,
            inference=read.inference if purpose == Purpose.EXPRESSION else "",
            decided_at=clock.now(),  # as frames are timed, however a machine's clock is set
        )
        for purpose, given in decisions.items()
    )
    withdrawn = {purpose for purpose, given in decisions.items() if not given}
    transaction.on_commit(
        partial(_forget, participant.session_id, participant.pk, withdrawn)
    )


def _forget(session: UUID, person: UUID, purposes: Collection[Purpose]) -> None:
    """Delete what the open minute holds for some purposes; tell the sockets."""
    get_store().forget(session, person, purposes)
    session_changed(session)
