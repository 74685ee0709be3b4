"""The metrics of what customers do, of what goes wrong in a stage, and of why they say they leave."""

from analytics.contract.metric import Metric

ACTIVITY_METRICS: tuple[Metric, ...] = (
    Metric(
        key="event_count",
        name="Events",
        unit="actions",
        direction="neither",
        definition="How often customers did a thing in a period; a period in which nobody did is a zero.",
        formula="number of events of the name in the period",
        source="events; the calendar from the first record to the as-of day",
        example="one customer with 3 purchases in March, another with 2",
        working="3 + 2",
        answer=5,
    ),
    Metric(
        key="event_ratio",
        name="One event per another",
        unit="ratio",
        direction="neither",
        definition="How often one event happened for each time another did, in the same period and group.",
        formula="events ÷ events of the other name",
        source="events; interval with each customer as one: Cochran, Sampling Techniques, 6.4",
        example="50 purchases and 200 carts in a week",
        working="50 / 200",
        answer=0.25,
    ),
    Metric(
        key="unusual_ratio",
        name="Observed against expected",
        unit="ratio",
        direction="neither",
        definition="How many events a stretch of time held for each one its other periods lead to expect.",
        formula="observed ÷ expected, expected from a broken line with its seasons through the usual periods",
        source="events; named at 5 % after a scan of all stretches (Kulldorff 1997, Simes 1986)",
        example="40 purchases in three weeks in which 125 were to be expected",
        working="40 / 125",
        answer=0.32,
    ),
)

FRICTION_METRICS: tuple[Metric, ...] = (
    Metric(
        key="friction_difference",
        name="Sign before leaving",
        unit="share",
        direction="neither",
        definition="By how much more of those who left a stage had a sign than of those as far into it who did not.",
        formula="share with the sign among leavers − mean share among those in the stage on the same day of their stay",
        source="nested risk sets (Cox 1972); interval by Newcombe (1998); Benjamini and Hochberg (1995) over all signs",
        example="8 of 10 leavers had a failed payment, and 2 of the 10 others on the same day of renewal",
        working="8 / 10 - 2 / 10",
        answer=0.6,
    ),
)

REASON_METRICS: tuple[Metric, ...] = (
    Metric(
        key="reason_coverage",
        name="Departures with a stated reason",
        unit="share",
        direction="up",
        definition="The share of departures whose stated reason belongs to a family of reasons.",
        formula="departures with a stated reason that a family knows ÷ departures",
        source="churn_events.reason and customers.churn_reason within 90 days of leaving; Wilson (1927)",
        example="60 departures, 45 of them with a reason that a family knows",
        working="45 / 60",
        answer=0.75,
    ),
    Metric(
        key="reason_share",
        name="Share of departures for a reason",
        unit="share",
        direction="down",
        definition="The share of departures for a family of reasons: as stated, else as their last records suggest.",
        formula="departures of the family ÷ departures, unknown included",
        source="churn_events, customers and the records of the 90 days before leaving; Wilson (1927)",
        example="60 departures: 9 stated price, and of 3 without a reason the last record was a talk about price",
        working="(9 + 3) / 60",
        answer=0.2,
    ),
)
