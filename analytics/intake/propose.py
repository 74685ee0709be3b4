"""A file nobody has seen → a proposal: which shape it has, and which of its columns is what."""

from collections.abc import Mapping
from pathlib import Path

from analytics.contract.columns import Table
from analytics.contract.errors import UserError
from analytics.contract.tables import SHAPES, SNAPSHOT, TABLES
from analytics.intake.facts import ColumnFacts, find_facts
from analytics.intake.mapfile import FileOptions, MapColumn
from analytics.intake.matching import CONTENT, EXACT, SYNONYM, Candidate, Match, match_table
from analytics.intake.outcomes import (
    control_level,
    find_copies,
    find_label,
    find_outcomes,
    tenure_unit,
    true_values,
)
from analytics.intake.proposal import Proposal, ProposedColumn, Question
from analytics.intake.questions import day_or_month, thousands_or_decimals
from analytics.intake.read import Staged, bare_name, stage_file
from analytics.intake.rows import TableRows, join_files

FEW_ROWS = 20  # in so few, every customer may well be there once
DEFAULT_TIMEZONE = "UTC"  # a proposal does not depend on it


def propose_file(path: Path, staging: Path, options: FileOptions | None = None) -> Proposal:
    """A proposal for one file, which is read once into `staging`. UserError when it holds no rows or cannot be read."""
    options = options or FileOptions()
    return propose_staged(stage_file(path, options, staging), options)


def propose_staged(staged: Staged, options: FileOptions) -> Proposal:
    """A proposal for a file already read."""
    if staged.n_rows == 0:
        raise UserError(
            "the file has a header and no rows."
            if not staged.ragged.height
            else "no row has as many cells as the header.",
            staged.path.name,
            "Add rows, or state the delimiter in a map.",
        )
    rows = join_files([staged], DEFAULT_TIMEZONE)
    facts = find_facts(rows)
    found = _Found(staged, rows, facts, options)
    label = find_label(facts)
    best = _best_table(facts, bare_name(staged.path)[0])
    if best is None or (label and (best.missing or found.is_unique(best.matches["customer_id"].form.column))):
        return found.snapshot(label)
    return found.table(best)


def _best_table(facts: list[ColumnFacts], stem: str) -> Candidate | None:
    """The table whose required columns are all there and which fits best; an event log may lack a clear customer."""
    candidates = [match_table(table, facts, stem) for table in TABLES.values()]
    full = [candidate for candidate in candidates if not candidate.missing and _says_enough(candidate)]
    if full:
        return max(full, key=lambda candidate: candidate.score)
    events = next(candidate for candidate in candidates if candidate.table.name == "events")
    return events if any(fact.kind == "instant" for fact in facts) else None


def _says_enough(candidate: Candidate) -> bool:
    """A customers table needs a date: every file with an id would be one otherwise."""
    return candidate.table.name != "customers" or bool({"signed_up_at", "churned_at"} & set(candidate.matches))


class _Found:
    """What is known of one file while a proposal is made of it."""

    def __init__(self, staged: Staged, rows: TableRows, facts: list[ColumnFacts], options: FileOptions) -> None:
        self.staged, self.rows, self.facts, self.options = staged, rows, facts, options
        self.by_name = {fact.name: fact for fact in facts}

    def table(self, best: Candidate) -> Proposal:
        """A proposal for an event log, subscriptions, or another table."""
        self._doubt_own_key(best)
        questions = [self._which(best, name) for name in best.missing]
        matches, more = self._settle_dates(best)
        return self._proposal(best.table.name, matches, [*questions, *more])

    def snapshot(self, label: ColumnFacts | None) -> Proposal:
        """A proposal for one row per customer with an outcome."""
        matches = dict(match_table(SNAPSHOT, self.facts, "").matches)
        for name in ("churned", "outcome"):
            matches.pop(name, None)
        self._settle_id(matches)
        warnings = self._settle_tenure(matches)
        questions = self._settle_label(matches, label)
        dropped: list[str] = []
        if "churned" in matches:
            dropped, noticed = find_copies(matches["churned"].form, self.facts, self.rows)
            warnings += noticed + [f"column {name!r} repeats the outcome and is left out." for name in dropped]
        matches = {name: match for name, match in matches.items() if match.form.column not in dropped}
        return self._proposal("snapshot", matches, questions, dropped, warnings)

    def _doubt_own_key(self, best: Candidate) -> None:
        """A column called id that is different in every row is the row's own key, not the customer's."""
        match = best.matches.get("customer_id")
        is_plain = match and self.by_name[match.form.column].plain == "id" and self.staged.n_rows > FEW_ROWS
        if match and is_plain and self.is_unique(match.form.column):
            del best.matches["customer_id"]

    def _which(self, best: Candidate, name: str) -> Question:
        column = best.table[name]
        taken = {match.form.column for match in best.matches.values()}
        kinds = ("instant",) if column.kind == "instant" else ("text", "number")
        fitting = [fact.name for fact in self.facts if fact.kind in kinds and fact.name not in taken]
        return Question(
            key=name,
            text=f"Which column is {name} ({column.meaning})?",
            choices={choice: MapColumn(column=choice) for choice in fitting},
        )

    def _settle_dates(self, best: Candidate) -> tuple[dict[str, Match], list[Question]]:
        """Asks about dates that could be day/month or month/day."""
        matches, questions = dict(best.matches), []
        for name, match in best.matches.items():
            fact = self.by_name.get(match.form.column)
            if best.table[name].kind == "instant" and fact and fact.is_ambiguous:
                questions.append(day_or_month(name, fact))
                del matches[name]
        return matches, questions

    def _settle_numbers(self, table: Table, found: Mapping[str, Match]) -> tuple[dict[str, Match], list[Question]]:
        """Asks about numbers that could have thousands or decimals behind their mark."""
        matches, questions = dict(found), []
        for name, match in found.items():
            facts = [self.by_name[source] for source in match.form.sources if source in self.by_name]
            fact = next((fact for fact in facts if fact.open_mark), None)
            if fact and table[name].kind in ("number", "count"):
                questions.append(thousands_or_decimals(name, match.form, fact))
                del matches[name]
        return matches, questions

    def _settle_id(self, matches: dict[str, Match]) -> None:
        """A customer id must differ in every row; without one by name, another key will do, else the row number."""
        named = matches.pop("customer_id", None)
        if named and self.is_unique(named.form.column):
            matches["customer_id"] = named
            return
        for fact in self.facts:
            if (
                fact.kind in ("text", "number")
                and not fact.levels
                and fact.filled == self.staged.n_rows
                and _looks_like_key(fact)
                and self.is_unique(fact.name)
            ):
                matches["customer_id"] = Match(
                    form=MapColumn(column=fact.name),
                    confidence=CONTENT,
                    reason="it is different in every row",
                )
                return

    def is_unique(self, name: str) -> bool:
        """Whether no value of a column stands in two rows."""
        column = self.rows.rows.select(name).drop_nulls()
        return bool(column.collect(engine="streaming").to_series().is_unique().all())

    def _settle_tenure(self, matches: dict[str, Match]) -> list[str]:
        if "tenure" not in matches:
            return []
        name = matches["tenure"].form.column
        unit = tenure_unit(self.by_name[name])
        matches["tenure"] = Match(
            form=MapColumn(column=name, unit=unit or "months"),
            confidence=SYNONYM if unit else CONTENT,
            reason=f"{name!r} is a usual name for it",
        )
        return (
            []
            if unit
            else [
                f"the unit of {name!r} is not in its name: months is taken; say otherwise in a map, "
                f'with tenure = {{ column = "{name}", unit = "days" }}.'
            ]
        )

    def _settle_label(self, matches: dict[str, Match], label: ColumnFacts | None) -> list[Question]:
        if label is not None:
            self._settle_arm(matches)
            meaning = true_values(label)
            if meaning is None:
                choices = {
                    f"{label.name} = {level}": MapColumn(column=label.name, true=(level,)) for level in label.levels
                }
                return [
                    Question(
                        key="churned",
                        text=f"Which value of {label.name!r} means that the customer left?",
                        choices=choices,
                    )
                ]
            matches["churned"] = Match(
                form=MapColumn(column=label.name, true=meaning),
                confidence=EXACT if not meaning else SYNONYM,
                reason=f"{label.name!r} says who left",
            )
            return []
        is_test = self._settle_arm(matches)
        taken = {match.form.column for match in matches.values()}
        fitting = find_outcomes([fact for fact in self.facts if fact.name not in taken], is_test=is_test)
        choices = {
            f"{fact.name} = {level}": MapColumn(column=fact.name, true=(level,))
            for fact in fitting
            for level in fact.levels
        }
        text = (
            "Which column holds the outcome of the test, and which value is it?"
            if is_test
            else "Which column says who left, and which value means it?"
        )
        return [
            Question(
                key="outcome" if is_test else "churned",
                text=text if choices else f"{text} None has two values.",
                choices=choices,
            )
        ]

    def _settle_arm(self, matches: dict[str, Match]) -> bool:
        """Whether there is an arm: a column named segment or group is one only if a level of it is a control group."""
        named = matches.pop("arm", None)
        control = control_level(self.by_name[named.form.column]) if named else ""
        if named and control:
            form = MapColumn(column=named.form.column, control=control)
            matches["arm"] = Match(form=form, confidence=SYNONYM, reason=f"{control!r} looks like a control group")
        return bool(control)

    def _proposal(
        self,
        shape: str,
        matches: Mapping[str, Match],
        questions: list[Question],
        dropped: list[str] | None = None,
        warnings: list[str] | None = None,
    ) -> Proposal:
        matches, asked = self._settle_numbers(SHAPES[shape], matches)
        columns = tuple(self._column(fact, matches, dropped or []) for fact in self.facts)
        return Proposal(
            path=self.staged.path,
            look=self.staged.look,
            shape=shape,
            n_rows=self.staged.n_rows + self.staged.ragged.height,
            columns=columns,
            forms={name: matches[name].form for name in SHAPES[shape].names if name in matches},
            drop_columns=tuple(dropped or ()),
            questions=(*questions, *asked),
            warnings=tuple(warnings or ()),
            options=self.options,
        )

    def _column(self, fact: ColumnFacts, matches: Mapping[str, Match], dropped: list[str]) -> ProposedColumn:
        found = [(name, match) for name, match in matches.items() if fact.name in match.form.sources]
        empty = self.rows.n_rows - fact.filled
        warnings = [f"{empty:,} of {self.rows.n_rows:,} values are empty"] if empty else []
        warnings += ["could be day/month or month/day"] if fact.is_ambiguous else []
        warnings += ["could be thousands or decimals"] if fact.open_mark and not found else []
        warnings += ["repeats the outcome and is left out"] if fact.name in dropped else []
        name, match = found[0] if found else ("", None)
        return ProposedColumn(
            name=fact.name,
            type=fact.kind,
            maps_to=name,
            confidence=match.confidence if match else 0.0,
            reason=match.reason if match else "",
            warnings=tuple(warnings),
        )


def _looks_like_key(fact: ColumnFacts) -> bool:
    return fact.plain.endswith(("id", "number", "no", "key", "code")) and fact.plain not in (
        "rownumber",
        "rowno",
    )
