"""`python3 run.py studies [NAME …] [--seeds N]`: what takes many seeds to tell, with the bar beside what was found."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from tests.studies import activation, permuted, signs, stage_rates


@dataclass(frozen=True, kw_only=True)
class Study:
    """One study: what it asks, its rows over seeds, how they are summed up, how many seeds it takes, and the bar."""

    asks: str
    run: Callable[[Iterable[int]], pl.DataFrame]
    sum_up: Callable[[pl.DataFrame], pl.DataFrame]
    seeds: int
    bar: str


STUDIES = {
    "stages": Study(
        asks="Do the estimated stage rates cover the truth, and is the incident's quarter named?",
        run=stage_rates.study_stage_rates,
        sum_up=stage_rates.sum_up,
        seeds=20,
        bar="covered at least .85",
    ),
    "signs": Study(
        asks="Are planted signs found, and does noise survive?",
        run=signs.study_signs,
        sum_up=signs.sum_up,
        seeds=20,
        bar="noise surviving at most .10",
    ),
    "chance": Study(
        asks="Does pure chance look like a sign?",
        run=signs.study_chance,
        sum_up=signs.sum_up_chance,
        seeds=200,
        bar="runs with any finding at most .05",
    ),
    "activation": Study(
        asks="Is the activation finder free of immortal time, and silent where nothing is to be found?",
        run=activation.study_activation,
        sum_up=activation.sum_up,
        seeds=20,
        bar="landmark 1.00 within .05, false finds near 0",
    ),
    "permuted": Study(
        asks="Is nothing explained where outcomes were dealt out at random?",
        run=permuted.study_permuted,
        sum_up=permuted.sum_up,
        seeds=100,
        bar="nothing explained in at least .93",
    ),
}


def main() -> None:
    """Runs the studies named, or all, and prints each one's rows and sum."""
    parser = argparse.ArgumentParser(prog="run.py studies", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[*STUDIES, []], help="all by default")
    parser.add_argument(
        "--seeds", type=int, metavar="N", help="seeds 0 to N - 1; by default as many as the study takes"
    )
    asked = parser.parse_args()
    for name in asked.name or STUDIES:
        study = STUDIES[name]
        print(f"\n== {name}: {study.asks} (bar: {study.bar})", flush=True)
        found = study.run(range(asked.seeds or study.seeds))
        with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160):
            print(found, study.sum_up(found), sep="\n", flush=True)


if __name__ == "__main__":
    main()
