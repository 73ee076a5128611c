"""The coverage-guided fuzzer: `make fuzz SECONDS=600`. It takes libFuzzer's options.

A text that breaks a promise, hangs, or eats the memory ends the run and is written into `found/`, where the
tests pick it up. What covers something new stays in the folder `.fuzz` for the next run.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    import atheris  # only `make fuzz` installs it

    with atheris.instrument_imports(include=["deltasib_query"]):
        from fuzz.invariants import Case, hold, seeds

    corpus = Path(".fuzz")
    corpus.mkdir(exist_ok=True)
    for number, case in enumerate(seeds()):
        Path(corpus, f"conformance-{number}").write_bytes(case.written())
    here = Path(__file__).parent
    options = [f"-dict={here / 'filters.dict'}", f"-artifact_prefix={here / 'found'}/", str(corpus)]
    atheris.Setup([*sys.argv, *options], lambda data: hold(Case.read(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
