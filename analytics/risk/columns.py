"""From raw feature columns to the numbers a model reads.

A number stays a number, true and false are 1 and 0, a text is the position of its level in the sorted list of
levels known from training. Missing is NaN everywhere, never 0: a blank is not a small number.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.contract.errors import UserError, suggest
from analytics.risk.families import FAMILIES, propose_family, propose_label, split_words

Kind = Literal["number", "flag", "category"]

MOST_LEVELS: Final = 50
MOST_DISTINCT_SHARE: Final = 0.2
# A text of few levels is a category even where twelve rows make "a fifth of the rows" two and a half of them.
FEW_LEVELS: Final = 10
ID_DISTINCT_SHARE: Final = 0.9
# Repeats expected by chance among that many whole numbers of that range; none at all means they were handed
# out one by one.
EXPECTED_REPEATS: Final = 10.0
_ID_WORDS: Final = frozenset(
    {"id", "ids", "uid", "uuid", "guid", "key", "rownumber", "phonenumber", "customerid", "userid"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeatureSpec:
    """One column of the model: how it is read, named and constrained.

    `levels` are the known texts of a category in the order of their codes; `monotone` is -1, 0 or +1 (risk
    may only fall or only rise with the value); `source` is the column a derived one is shown under.
    """

    name: str
    label: str
    family: str
    kind: Kind
    levels: tuple[str, ...] = ()
    monotone: int = 0
    source: str = ""

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise UserError(f"{self.family!r} is not a family.", f"feature {self.name}", suggest(self.family, FAMILIES))
        if self.monotone not in (-1, 0, 1):
            raise UserError(
                f"direction {self.monotone} is not one of -1, 0, +1.",
                f"feature {self.name}",
                "Use one of them.",
            )
        if self.kind == "category" and self.monotone:
            raise UserError(
                "a category has no direction, so risk cannot be made to rise or fall with it.",
                f"feature {self.name}",
                "Turn its levels into an ordered number first, or drop the constraint.",
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class DroppedColumn:
    """A column the model does not read: `finding` is one word, `evidence` the sentence shown to people."""

    name: str
    finding: str
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What became of every column of a frame: kept with a spec, or dropped with a reason."""

    specs: tuple[FeatureSpec, ...]
    dropped: tuple[DroppedColumn, ...]


def describe_columns(
    features: pl.DataFrame,
    *,
    families: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    monotone: Mapping[str, int] | None = None,
    sources: Mapping[str, str] | None = None,
    ignore: Collection[str] = (),
) -> Layout:
    """Decide for every column of `features` how the model reads it, or why it does not.

    The mappings go from column name to family, readable name, direction and source column; what they leave
    out is proposed from the name. Columns in `ignore` are skipped without a word. Raises `UserError` for an
    unknown column in `monotone`, a direction on a category, or an unknown family.
    """
    families, labels, monotone, sources = families or {}, labels or {}, monotone or {}, sources or {}
    for name in monotone:
        if name not in features.columns:
            raise UserError(
                f"there is no column {name!r} to give a direction.",
                "monotone",
                suggest(name, features.columns),
            )
    kept = [tidy_column(features[name]) for name in features.columns if name not in ignore]
    reasons = [find_drop_reason(column) for column in kept]
    specs = [
        FeatureSpec(
            name=column.name,
            label=labels.get(column.name, propose_label(column.name)),
            family=families.get(column.name) or propose_family(column.name),
            kind=_kind_of(column),
            levels=tuple(column.drop_nulls().unique().sort()) if column.dtype == pl.String else (),
            monotone=monotone.get(column.name, 0),
            source=sources.get(column.name, column.name),
        )
        for column, reason in zip(kept, reasons, strict=True)
        if reason is None
    ]
    return Layout(specs=tuple(specs), dropped=tuple(reason for reason in reasons if reason is not None))


def tidy_column(column: pl.Series) -> pl.Series:
    """The column as number, boolean or text with every kind of blank (empty text, NaN, infinity) made null.

    Other types (dates, lists, structs) come back as they are: `find_drop_reason` names them.
    """
    if column.dtype in (pl.Categorical, pl.Enum, pl.String):
        text = column.cast(pl.String).str.strip_chars()
        return text.set(text == "", None)
    if column.dtype.is_numeric() and not column.dtype.is_integer():
        number = column.cast(pl.Float64)
        return number.set(~number.is_finite(), None)
    return column


def find_drop_reason(column: pl.Series) -> DroppedColumn | None:
    """Why a tidied column cannot be a feature (wrong type, constant, id-like, too many levels), or None when
    it can.
    """
    if not (column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.String, pl.Null)):
        evidence = f"{column.dtype} is neither number, yes/no nor text; a date has to become a number of days"
        return DroppedColumn(name=column.name, finding="type", evidence=evidence)
    if column.n_unique() <= 1:
        held = "nothing" if column.null_count() == len(column) else f"{column[0]!r}"
        return DroppedColumn(name=column.name, finding="constant", evidence=f"holds {held} in all {len(column):,} rows")
    known = column.drop_nulls()
    n_distinct = known.n_unique()
    if evidence := _find_id_evidence(known, n_distinct):
        return DroppedColumn(name=column.name, finding="id_like", evidence=evidence)
    if column.dtype == pl.String and (
        n_distinct > MOST_LEVELS or n_distinct > max(FEW_LEVELS, MOST_DISTINCT_SHARE * len(column))
    ):
        limit = f"at most {MOST_LEVELS} or a fifth of the rows"
        evidence = f"{n_distinct:,} different texts in {len(column):,} rows ({limit})"
        return DroppedColumn(name=column.name, finding="too_many_levels", evidence=evidence)
    return None


def _find_id_evidence(known: pl.Series, n_distinct: int) -> str:
    """A sentence when the values only tell rows apart, else an empty text.

    Whole numbers drawn n times from a range of R meet themselves about n^2 / 2R times (the birthday problem);
    a measure that never does was handed out one by one.
    """
    n_rows = len(known)
    share = n_distinct / n_rows
    is_text, is_whole = known.dtype == pl.String, known.dtype.is_integer()
    if not (is_text or is_whole) or n_distinct <= FEW_LEVELS or share < ID_DISTINCT_SHARE:
        return ""
    named = bool(_ID_WORDS & {*split_words(known.name), "".join(split_words(known.name))})
    if named or is_text:
        return f"{n_distinct:,} different values in {n_rows:,} filled rows: it only tells rows apart"
    span = float(known.max()) - float(known.min()) + 1.0  # type: ignore[arg-type]
    expected = n_rows**2 / (2.0 * span)
    if n_distinct < n_rows or expected < EXPECTED_REPEATS:
        return ""
    chance = f"where chance would make about {expected:,.0f}"
    return f"{n_rows:,} whole numbers without one repeat, {chance}: a running number or id"


def _kind_of(column: pl.Series) -> Kind:
    if column.dtype == pl.String:
        return "category"
    return "flag" if column.dtype == pl.Boolean else "number"


def encode_columns(features: pl.DataFrame, specs: tuple[FeatureSpec, ...]) -> NDArray[np.float32]:
    """The model matrix: one row per row of `features`, one column per spec, NaN where missing or a level is
    unknown.

    Raises `UserError` when a column the model was trained on is missing or has become another type.
    """
    matrix = np.empty((features.height, len(specs)), dtype=np.float32)
    for position, spec in enumerate(specs):
        matrix[:, position] = _encode_column(_find_column(features, spec), spec)
    return matrix


def _find_column(features: pl.DataFrame, spec: FeatureSpec) -> pl.Series:
    if spec.name not in features.columns:
        raise UserError(
            f"the model was trained on the column {spec.name!r}, which is missing.",
            "scoring",
            suggest(spec.name, features.columns),
        )
    return tidy_column(features[spec.name])


def _encode_column(column: pl.Series, spec: FeatureSpec) -> NDArray[np.float32]:
    if column.dtype == pl.Null:
        return np.full(len(column), np.nan, dtype=np.float32)
    if spec.kind == "category":
        return _encode_levels(_as_text(column), spec.levels)
    if column.dtype == pl.String or not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        raise UserError(
            f"the column {spec.name!r} was a {spec.kind} in training and is {column.dtype} now.",
            "scoring",
            "Map it the way it was mapped for training.",
        )
    numbers = column.cast(pl.Float32).fill_null(float("nan")).to_numpy()
    # A float64 beyond float32's range would turn into infinity, which the trainer refuses: such a value is
    # not a measurement.
    return np.where(np.isfinite(numbers), numbers, np.float32(np.nan))


def _as_text(column: pl.Series) -> pl.Series:
    return column if column.dtype == pl.String else column.cast(pl.String)


def _encode_levels(column: pl.Series, levels: tuple[str, ...]) -> NDArray[np.float32]:
    codes = column.replace_strict(list(levels), list(range(len(levels))), default=None, return_dtype=pl.Float32)
    return codes.fill_null(float("nan")).to_numpy()


def count_unseen(features: pl.DataFrame, specs: tuple[FeatureSpec, ...]) -> pl.DataFrame:
    """One row per text never met in training: column, level, rows. Such a value is scored as missing."""
    found: list[tuple[str, str, int]] = []
    for spec in specs:
        if spec.kind != "category" or spec.name not in features.columns:
            continue
        column = _as_text(tidy_column(features[spec.name])).drop_nulls()
        counts = column.filter(~column.is_in(list(spec.levels))).value_counts(sort=True)
        found += [(spec.name, level, rows) for level, rows in counts.rows()]
    return pl.DataFrame(found, schema={"column": pl.String, "level": pl.String, "rows": pl.Int64}, orient="row")
