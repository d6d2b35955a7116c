"""The tables of a model card, in Markdown, from an artefact's metrics."""

from typing import Any

from inference.labels import EMOTIONS

_JUDGES = {
    "ferplus": "FER+: most of ten voters",
    "people": "photographs of people: their rater",
    "fer2013": "FER2013: its label",
}

_CONDITIONS = {
    "brightness": "brightness of the face",
    "light": "light from one side",
    "turn": "head turned aside",
}


def all_judges(metrics: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The figures of each judge that was asked; FER2013's label comes last."""
    found = metrics["judges"]
    return {name: found[name] for name in _JUDGES if name in found}


def judges(metrics: dict[str, Any]) -> str:
    """Every judge's figures, beside each other, with 95 % intervals."""
    lines = [
        f"| {_JUDGES[name]} | {share(each['right'])} | {share(each['three_groups'])} "
        f"| {each['macro_recall']:.1%} | {each['ece']:.3f} |"
        for name, each in all_judges(metrics).items()
    ]
    return (
        "| judge | right | three groups right | mean recall | calibration error |\n"
        "|---|---|---|---|---|\n" + "\n".join(lines) + "\n\n"
        "Three groups: happy and surprise; neutral; the others. Behind each share, its "
        "95 %\ninterval (Wilson) and the number of faces.\n\n"
    )


def share(found: dict[str, float]) -> str:
    """A share with its interval and its faces."""
    if not found["faces"]:
        return "none"
    return (
        f"{found['share']:.1%} ({found['low']:.1%} to {found['high']:.1%}, "
        f"{found['faces']:,})"
    )


def labels_table(metrics: dict[str, Any]) -> str:
    """Recall of each label by each judge."""
    judges = all_judges(metrics)
    head = " | ".join(f"recall, {name}" for name in judges)
    rows = [
        f"| {name} | "
        + " | ".join(share(each["recall"][name]) for each in judges.values())
        + " |"
        for name in EMOTIONS
    ]
    return "\n".join([f"| | {head} |", "|---" * (len(judges) + 1) + "|", *rows])


def people_path(metrics: dict[str, Any]) -> str:
    if "people_serving_path" not in metrics:
        return ""
    path = metrics["people_serving_path"]
    return (
        f"\nThe photographs of people in the same way: {path['found']:.1%} found, "
        f"{path['accuracy']:.2%} of these right,\nagainst {path['direct']:.2%}."
    )


def lessons(metrics: dict[str, Any]) -> str:
    """Classes of people whose composition is known."""
    if not metrics.get("lessons"):
        return ""
    rows = [
        f"| {name} | {each['counting']:.3f} | {each['averaging']:.3f} "
        f"| {each['estimator']:.3f} | {each['shown']['neutral']:.0%} |"
        for name, each in metrics["lessons"].items()
    ]
    return (
        "\nClasses of photographed people, before the release's noise:\n\n"
        "| students | counting | averaging | estimator | shown as neutral |\n"
        "|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def conditions(metrics: dict[str, Any]) -> str:
    """How well photographs of people are read, by light and turn of the head."""
    if "conditions" not in metrics:
        return ""
    rows = [
        f"| {_CONDITIONS[name]}: {third} | {share(each['right'])} "
        f"| {share(each['three_groups'])} | {share(each['neutral'])} |"
        for name, thirds in metrics["conditions"].items()
        for third, each in thirds.items()
    ]
    return (
        "\nThe photographs of people that were found, by what the pictures tell:\n\n"
        "| | right | three groups right | neutral as neutral |\n"
        "|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def fer2013_head(metrics: dict[str, Any]) -> str:
    """What the head that learnt FER2013's label reads alone, as Keras."""
    if "fer2013_head" not in metrics:
        return ""
    return (
        "\nThe head that learnt FER2013's label, alone and as Keras, is right about "
        f"{metrics['fer2013_head']:.2%}\nof all test images."
    )


def ferplus(metrics: dict[str, Any]) -> str:
    if "accuracy_ferplus" not in metrics:
        return ""
    return (
        f"\nAgainst the majority of FER+ votes on PrivateTest: "
        f"{metrics['accuracy_ferplus']:.2%}.\n"
        "Likeness of the scores to the shares of the votes on all test faces (1 less the\n"
        f"mean total variation distance): {metrics['judges']['ferplus']['likeness']:.3f}."
    )


def ferplus_moods(metrics: dict[str, Any]) -> str:
    if "mood_error_ferplus" not in metrics:
        return ""
    table = moods(metrics, "_ferplus")
    return (
        "\nThe same with the majority of FER+ votes as the truth:\n\n"
        "| shares, students | counting | averaging | estimator | interval |\n"
        f"|---|---|---|---|---|\n{table}\n"
    )


def moods(metrics: dict[str, Any], suffix: str) -> str:
    coverage = metrics[f"interval_coverage{suffix}"]
    return "\n".join(
        f"| {name.replace('_', ', ')} | {e['counting']:.3f} | {e['averaging']:.3f} | "
        f"{e['estimator']:.3f} | {coverage[name]:.0%} |"
        for name, e in metrics[f"mood_error{suffix}"].items()
    )
