"""Metrics of the marks that those who stay leave early on."""

from analytics.contract.metric import Metric

ACTIVATION_METRICS: tuple[Metric, ...] = (
    Metric(
        key="activation_ratio",
        name="Churn with the mark against without",
        unit="ratio",
        direction="down",
        definition="How many times as often customers leave who had done something so often by a day after joining, "
        "of those still customers on that day: below 1 less often, a marker of who stays and not a cause.",
        formula="(left with the mark ÷ customers with it) ÷ (left without ÷ customers without)",
        source="events and departures in the horizon after the landmark day, on the half of the cohorts the mark was "
        "not found on; 95 % interval by Katz and others (1978), corrected for all marks tried by Westfall and Young "
        "(1993)",
        example="20 of 200 customers with the mark left, 60 of 300 without",
        working="(20 / 200) / (60 / 300)",
        answer=0.5,
    ),
    Metric(
        key="activation_precision",
        name="Marked customers who stay",
        unit="share",
        direction="up",
        definition="The share of the customers with the mark who are still customers after the horizon.",
        formula="stayed with the mark ÷ customers with it",
        source="events and departures in the horizon after the landmark day",
        example="180 of 200 customers with the mark stayed",
        working="180 / 200",
        answer=0.9,
    ),
    Metric(
        key="activation_recall",
        name="Stayers who are marked",
        unit="share",
        direction="up",
        definition="The share of the customers who stay that had the mark.",
        formula="stayed with the mark ÷ all who stayed",
        source="events and departures in the horizon after the landmark day",
        example="180 customers with the mark stayed, 240 without it",
        working="180 / (180 + 240)",
        answer=0.42857142857142855,
    ),
)
