"""Ship how what is shown of a minute goes together with the truth, for usual sizes."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inference.artefact import ArtefactRefused, load_calibration
from sessions_app.minutes import shipped_moments
from sessions_app.minutes.span_moments import learn_groups, learn_pulse


class Command(BaseCommand):
    help = (
        "Learn what spans of minutes are read by, for usual sizes of a class, and write it "
        "beside the code. Call it after a change of the network, of its calibration or of "
        "the noise; it takes some minutes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            calibration = load_calibration(settings.FER_ARTEFACT)
        except ArtefactRefused as error:
            raise CommandError(str(error)) from error
        learnt = {}
        for release in shipped_moments.usual():
            learnt["groups", release] = learn_groups(release, calibration)
            learnt["votes", release], learnt["answers", release] = learn_pulse(release)
        shipped_moments.write(learnt, calibration.artefact_hash)
        self.stdout.write(
            f"Moments of {len(shipped_moments.usual())} sizes are written."
        )
