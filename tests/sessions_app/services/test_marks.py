"""Marks that two devices change at once."""

import pytest

from sessions_app.models import Mark
from sessions_app.services import marks
from tests.sessions_app.factories import MarkFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "values"),
    [(marks.update, {"word": "Axiom"}), (marks.merge, {})],
    ids=["update", "merge"],
)
def test_a_mark_that_another_device_took_away_is_not_there(change, values):
    """Answered with 404; its words do not come back in the mark before it."""
    before = MarkFactory(word="Proof")
    stale = MarkFactory(session=before.session, at=before.at, word="Lemma")
    Mark.objects.filter(pk=stale.pk).delete()

    with pytest.raises(Mark.DoesNotExist):
        change(mark=stale, by=stale.session.teacher, **values)

    before.refresh_from_db()
    assert before.word == "Proof"
