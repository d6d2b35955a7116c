"""python -m fer_platform.texts update | compile | check [LANGUAGE ...]"""

import argparse

from fer_platform.texts import catalogues
from fer_platform.texts.checking import faults
from fer_platform.texts.extraction import marked_texts


def main() -> None:
    parser = argparse.ArgumentParser(prog="fer_platform.texts", description=__doc__)
    parser.add_argument("what", choices=["update", "compile", "check"])
    parser.add_argument(
        "languages",
        nargs="*",
        help="codes as in locale/; all that are there by default",
    )
    chosen = parser.parse_args()
    languages = chosen.languages or catalogues.languages()
    if chosen.what == "update":
        texts = marked_texts()
        for language in languages:
            catalogues.update(language, texts)
    elif chosen.what == "compile":
        for language in languages:
            catalogues.compile_language(language)
    else:
        _check(languages)


def _check(languages: list[str]) -> None:
    """Print what is wrong; end with 1 where something is."""
    texts = marked_texts()
    wrong = False
    for language in languages:
        found = faults(catalogues.read(language), texts)
        wrong = wrong or bool(found)
        for fault in found:
            print(f"{language}: {fault}")  # noqa: T201
        print(f"{language}: {len(found)} faults in {len(texts)} texts")  # noqa: T201
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
