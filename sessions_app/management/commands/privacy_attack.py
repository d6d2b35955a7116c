"""Can a teacher find out what one student shows? Attack simulated classes and count."""

import json
from argparse import ArgumentParser
from importlib.util import find_spec
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inference.artefact import ArtefactRefused, load_calibration
from inference.contracts import Calibration
from sessions_app.enums import Purpose
from sessions_app.lab.attack import signals, trial
from sessions_app.lab.attack.afterwards import Afterwards
from sessions_app.lab.attack.classes import HOLD, NONE, Protection
from sessions_app.lab.attack.outcome import Outcome
from sessions_app.lab.attack.presence import GROUP_LASTS
from sessions_app.lab.attack.signals import ClassSignal
from sessions_app.minutes.release import (
    NOISE_PARTS,
    is_grouped,
    noise_scale,
    rough_sizes,
)
from sessions_app.models.policy import LEAST_GROUP

_USUAL_NOISE = np.array(
    [-2.0, 2.0]
)  # of a size, in standard deviations: nearly all of it


class Command(BaseCommand):
    help = (
        "Attack what simulated classes publish; report how much better than from the "
        "class alone one student's expression is guessed, by the worst attacker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--classes",
            type=int,
            default=2000,
            help="number of classes for each attack",
        )
        parser.add_argument(
            "--sizes",
            type=int,
            nargs="+",
            default=[10, 20, 30],
            help="students besides the target",
        )
        parser.add_argument(
            "--min-group",
            type=int,
            default=LEAST_GROUP,
            help="k; the smallest that an admin may set, so that every minute is seen",
        )
        parser.add_argument("--noise-scale", type=float, help="s, instead of that of n")
        parser.add_argument(
            "--group-lasts",
            type=int,
            default=GROUP_LASTS,
            help="minutes that a group stays the same",
        )
        parser.add_argument(
            "--hold",
            type=float,
            default=HOLD,
            help="chance that a student keeps an expression for another minute",
        )
        parser.add_argument(
            "--signals", nargs="+", choices=Purpose.values, default=Purpose.values
        )
        parser.add_argument(
            "--unprotected",
            action="store_true",
            help="exact shares, another group each minute: the attackers must succeed",
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["classes"] < 100:
            raise CommandError("Fewer than 100 classes cannot tell attackers apart.")
        if find_spec("sklearn") is None:
            raise CommandError(
                "The attackers learn with scikit-learn, which is not installed; add the "
                "group `training` of pyproject.toml."
            )
        calibration = _calibration()
        outcomes = [
            (size, kind, self._attack(kind, size, calibration, options))
            for kind in options["signals"]
            for size in options["sizes"]
        ]
        report = {
            "network": calibration.artefact_hash,
            "calibration": signals.fingerprint(calibration),
            "classes": options["classes"],
            "minutes": trial.MINUTES,
            "hold": options["hold"],
            "group_lasts": options["group_lasts"],
            "noise_parts": NOISE_PARTS,
            "min_group": options["min_group"],
            **{
                _key(kind): {
                    str(size): _worst(size, found, _protection(kind, size, options))
                    for size, of, found in outcomes
                    if of == kind
                }
                for kind in options["signals"]
            },
            "attacks": [
                {"n": size, **_figures(outcome)}
                for size, _, found in outcomes
                for outcome in found
            ],
        }
        self.stdout.write(
            json.dumps(report, indent=2) if options["json"] else _text(report)
        )

    def _attack(
        self, kind: str, size: int, calibration: Calibration, options: dict[str, Any]
    ) -> list[Outcome]:
        seed = options["seed"]
        published = {False: signals.pulse()}
        if kind == Purpose.EXPRESSION:
            published = _expressions(calibration, np.random.default_rng(seed))
        return [
            max(
                (
                    trial.run(
                        attack,
                        signal,
                        others=size,
                        classes=options["classes"],
                        protection=_protection(kind, size, options),
                        hold=options["hold"],
                        seed=seed,
                    )
                    for grouped, signal in published.items()
                    if len(published) == 1 or grouped in _ways(attack, size)
                ),
                key=lambda outcome: outcome.gain,
            )
            for attack in trial.ALL
            if attack.signal == kind
        ]


def _expressions(
    calibration: Calibration, rng: np.random.Generator
) -> dict[bool, ClassSignal]:
    """What leaves of a class: all seven numbers, or those of its groups alone."""
    faces = signals.expected_faces(calibration, rng)
    return {
        grouped: signals.expression(calibration, faces, grouped=grouped)
        for grouped in (False, True)
    }


def _ways(attack: trial.AnyAttack, size: int) -> set[bool]:
    """Whether a class of this size leaves as groups alone, which its rough size decides.

    Rows say their rough size themselves; who reads them needs no other way.
    """
    if isinstance(attack, Afterwards):
        return {False}
    sizes = rough_sizes(np.array([size]), _USUAL_NOISE).tolist()
    return {is_grouped(about) for about in sizes}


def _calibration() -> Calibration:
    try:
        return load_calibration(settings.FER_ARTEFACT)
    except ArtefactRefused as error:
        raise CommandError(str(error)) from error


def _protection(kind: str, size: int, options: dict[str, Any]) -> Protection:
    if options["unprotected"]:
        return NONE
    fixed = options["noise_scale"]

    def scale(n: int) -> float:
        return noise_scale(Purpose(kind), n) if fixed is None else float(fixed)

    return Protection(min(size, options["min_group"]), scale, options["group_lasts"])


def _key(kind: str) -> str:
    return "by_n" if kind == Purpose.EXPRESSION else f"{kind}_by_n"


def _worst(
    size: int, outcomes: list[Outcome], protection: Protection
) -> dict[str, Any]:
    worst = max(outcomes, key=lambda outcome: outcome.gain)
    return {
        **_figures(worst),
        "noise_scale": protection.scale(size),
    }


def _figures(outcome: Outcome) -> dict[str, Any]:
    return {
        "attack": outcome.attack,
        "attacker": round(outcome.attacker, 3),
        "base": round(outcome.base, 3),
        "gain": round(outcome.gain, 3),
        "mood_error_exact": round(outcome.mood_error_exact, 3),
        "mood_error_released": round(outcome.mood_error_released, 3),
    }


def _text(report: dict[str, Any]) -> str:
    lines = [
        f"n {row['n']:3}  gain {row['gain']:+.3f} ({row['attacker']:.3f} against "
        f"{row['base']:.3f})  error {row['mood_error_exact']:.3f} -> "
        f"{row['mood_error_released']:.3f}  {row['attack']}"
        for row in report["attacks"]
    ]
    return "\n".join(lines)
