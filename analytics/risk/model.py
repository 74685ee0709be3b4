"""The risk model as a value: everything needed to score, explain and show it, in bytes that hold no code."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.contract.errors import UserError
from analytics.risk.audit import AUDIT_SCHEMA
from analytics.risk.calibration import Floats
from analytics.risk.card import REFUSED, USABLE, CardRow, show_card
from analytics.risk.columns import FeatureSpec, count_unseen, encode_columns
from analytics.risk.ensemble import Ensemble, read_ensemble
from analytics.risk.explain import convert_to_points
from analytics.risk.recipe import Matrix, Recipe

FORMAT: Final = 1
# 10 % and 90 % quantile of a normal distribution: eight refits give a steadier spread than their own second
# lowest and highest.
Z_80: Final = 1.2815515655446004


@dataclass(frozen=True, kw_only=True)
class RiskModel:
    """A trained (or refused) model.

    `ensemble` is None when training was refused. `findings` are the rows of the data audit, `card` those of
    the model card. Days are None where the data has no dates. `seed`, `n_folds`, `recipe` and `best_rounds`
    say how to train it again.
    """

    ensemble: Ensemble | None
    refits: tuple[Ensemble, ...]
    card: tuple[CardRow, ...]
    findings: tuple[tuple[str, str, str, bool], ...]
    verdict: str
    reason: str
    horizon_days: int | None
    gap_days: int | None
    recognised: str
    seed: int
    n_folds: int
    best_rounds: tuple[int, ...]
    recipe: Recipe

    @property
    def specs(self) -> tuple[FeatureSpec, ...]:
        """The columns the model reads; none when it was refused."""
        return () if self.ensemble is None else self.ensemble.specs

    @property
    def is_usable(self) -> bool:
        """Whether reasons, levers and money may be shown."""
        return self.verdict == USABLE

    def show_card(self) -> pl.DataFrame:
        """One row per metric: metric, value, low, high, baseline, text."""
        return show_card(self.card)

    def show_audit(self) -> pl.DataFrame:
        """One row per column with a finding: column, finding, evidence, refused."""
        return pl.DataFrame(list(self.findings), schema=AUDIT_SCHEMA, orient="row")

    def encode(self, features: pl.DataFrame) -> Matrix:
        """The model matrix of raw feature columns. Raises `UserError` for a missing or changed column, or a
        refused model.
        """
        return encode_columns(features, self._require_ensemble().specs)

    def count_unseen(self, features: pl.DataFrame) -> pl.DataFrame:
        """One row per text not met in training: column, level, rows. They are scored as missing."""
        return count_unseen(features, self.specs)

    def score(self, features: pl.DataFrame) -> pl.DataFrame:
        """One row per row of `features`: probability, low, high (p10-p90 over refits; null without refits),
        margin (log-odds).

        All null when the model was refused.
        """
        if self.ensemble is None:
            empty = pl.Series([None] * features.height, dtype=pl.Float64)
            return pl.DataFrame(dict.fromkeys(("probability", "low", "high", "margin"), empty))
        matrix = self.encode(features)
        margins = self.ensemble.predict_margins(matrix)
        low, high = self.predict_band(matrix, margins)
        columns = {
            "probability": self.ensemble.calibrator.apply(margins),
            "low": low,
            "high": high,
            "margin": margins,
        }
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float64)).fill_nan(None)

    def predict_probabilities(self, matrix: Matrix) -> Floats:
        """The calibrated probability of every row of a model matrix: what a what-if recomputes."""
        ensemble = self._require_ensemble()
        return ensemble.calibrator.apply(ensemble.predict_margins(matrix))

    def predict_band(self, matrix: Matrix, margins: Floats) -> tuple[Floats, Floats]:
        """p10 and p90 of the probability over the refits, normal on the log-odds scale around the score; NaN
        without refits.
        """
        ensemble = self._require_ensemble()
        if len(self.refits) < 2:
            return np.full(len(margins), np.nan), np.full(len(margins), np.nan)
        spread = np.std([refit.predict_margins(matrix) for refit in self.refits], axis=0, ddof=1)
        apply = ensemble.calibrator.apply
        return apply(margins - Z_80 * spread), apply(margins + Z_80 * spread)

    def contributions(self, features: pl.DataFrame) -> tuple[Floats, Floats]:
        """(margins, phi): phi has one column of log-odds per spec and last the base; a row of phi sums to its
        margin.

        Raises `UserError` unless the verdict is usable: reasons of a score without signal are noise.
        """
        matrix = self.require_usable().encode(features)
        ensemble = self._require_ensemble()
        return ensemble.predict_margins(matrix), ensemble.predict_contributions(matrix)

    def explain(self, features: pl.DataFrame) -> tuple[float, Floats, Floats]:
        """(base, points, predictions) in probability: base + sum of a row's points = its prediction.

        Raises `UserError` unless the verdict is usable.
        """
        margins, phi = self.contributions(features)
        return convert_to_points(phi, self._require_ensemble().calibrator, margins)

    def require_usable(self) -> "RiskModel":
        """The model itself; raises `UserError` with the verdict and its reason when nothing may be explained
        or moved.
        """
        if not self.is_usable:
            remedy = "See `show model` for the figures; more history or other columns may change them."
            raise UserError(f"{self.verdict}: {self.reason}.", "risk model", remedy)
        return self

    def _require_ensemble(self) -> Ensemble:
        if self.ensemble is None:
            raise UserError(f"{REFUSED}: {self.reason}.", "risk model", "There is no model to score with.")
        return self.ensemble

    def to_bytes(self) -> bytes:
        """The model as JSON (boosters compressed and base64-coded): reading it back runs no code."""
        stored = {
            "format": FORMAT,
            "specs": [asdict(spec) for spec in self.specs],
            "ensemble": None if self.ensemble is None else self.ensemble.to_dict(),
            "refits": [refit.to_dict() for refit in self.refits],
            "card": [asdict(row) for row in self.card],
            "recipe": asdict(self.recipe),
            **{name: getattr(self, name) for name in _PLAIN_FIELDS},
        }
        return json.dumps(stored, sort_keys=True, allow_nan=False).encode("utf-8")

    @classmethod
    def from_bytes(cls, stored: bytes) -> "RiskModel":
        """The model that `to_bytes` wrote. Raises `UserError` when another version wrote it."""
        fields = json.loads(stored)
        if fields.get("format") != FORMAT:
            raise UserError(
                "the stored model was written by another version of Holdfast.",
                "risk model",
                "Run `holdfast train` again.",
            )
        return cls(**_read_fields(fields))


_PLAIN_FIELDS: Final = (
    "findings",
    "verdict",
    "reason",
    "horizon_days",
    "gap_days",
    "recognised",
    "seed",
    "n_folds",
    "best_rounds",
)


def _read_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    specs = tuple(FeatureSpec(**{**spec, "levels": tuple(spec["levels"])}) for spec in fields["specs"])
    return {
        **{name: fields[name] for name in _PLAIN_FIELDS},
        "ensemble": None if fields["ensemble"] is None else read_ensemble(fields["ensemble"], specs),
        "refits": tuple(read_ensemble(refit, specs) for refit in fields["refits"]),
        "card": tuple(CardRow(**row) for row in fields["card"]),
        "findings": tuple(
            (column, finding, evidence, refused) for column, finding, evidence, refused in fields["findings"]
        ),
        "best_rounds": tuple(fields["best_rounds"]),
        "recipe": Recipe(**fields["recipe"]),
    }
