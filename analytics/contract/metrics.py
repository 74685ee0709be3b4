"""Every metric, declared once: what it is called, what it means, how it is computed, and an example that a test works out."""

from dataclasses import dataclass
from typing import Literal

from analytics.contract.errors import UserError, suggest

Unit = Literal["share", "customers", "currency", "days", "hours", "per month", "ratio", "score"]
Direction = Literal["up", "down", "neither"]  # where better lies


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric. `working` is arithmetic that gives `answer`: the worked example of `example`."""

    key: str
    name: str
    unit: Unit
    direction: Direction
    definition: str
    formula: str
    source: str
    example: str
    working: str
    answer: float


_PERIOD = "100 at the start, 40 join, 12 leave; 2 of the 12 had joined in the period, 1 of the other 10 comes back in it"

METRICS: tuple[Metric, ...] = (
    Metric(
        key="retention",
        name="Retention",
        unit="share",
        direction="up",
        definition="Of the customers first active in one period, the share active at all in the period at a given age.",
        formula="active at that age ÷ cohort",
        source="activity by customer and period; 95 % interval by Wilson (1927)",
        example="948 first active in December, 362 of them active again in January",
        working="362 / 948",
        answer=0.38186,
    ),
    Metric(
        key="retention_average",
        name="Average retention",
        unit="share",
        direction="up",
        definition="Retention at one age over all cohorts whose cell at that age is final, all their customers taken together.",
        formula="sum of retained ÷ sum of cohorts, over final cells",
        source="retention",
        example="at age 1 one cohort keeps 50 of 100, another 30 of 50; a third has not finished the month and is left out",
        working="(50 + 30) / (100 + 50)",
        answer=0.53333,
    ),
    Metric(
        key="churn_start",
        name="Churn (all who left over those here at the start)",
        unit="share",
        direction="down",
        definition="Customers who left in the period, whenever they joined, over customers active on its eve.",
        formula="left ÷ active at start",
        source="stretches of being a customer, under the churn definition in force",
        example=_PERIOD,
        working="12 / 100",
        answer=0.12,
    ),
    Metric(
        key="churn_start_existing",
        name="Customer churn",
        unit="share",
        direction="down",
        definition="Of the customers active on the eve of the period, the share who left in it.",
        formula="left of those active at start ÷ active at start",
        source="stretches of being a customer, under the churn definition in force; 95 % interval by Wilson (1927)",
        example=_PERIOD,
        working="(12 - 2) / 100",
        answer=0.10,
    ),
    Metric(
        key="churn_net_of_returns",
        name="Churn net of returns",
        unit="share",
        direction="down",
        definition="Of the customers active on the eve of the period, the share gone at its end: who left and came back is not lost.",
        formula="gone at the end of those active at start ÷ active at start",
        source="stretches of being a customer, under the churn definition in force; 95 % interval by Wilson (1927)",
        example=_PERIOD,
        working="(12 - 2 - 1) / 100",
        answer=0.09,
    ),
    Metric(
        key="churn_active_window",
        name="Churn over everybody active",
        unit="share",
        direction="down",
        definition="Of all customers active at any time in the period, the share who left in it.",
        formula="left ÷ (active at start + joined)",
        source="stretches of being a customer, under the churn definition in force; 95 % interval by Wilson (1927)",
        example=_PERIOD,
        working="12 / (100 + 40)",
        answer=0.085714,
    ),
    Metric(
        key="churn_daily",
        name="Churn summed by day",
        unit="share",
        direction="down",
        definition="The sum over the period's days of departures over customers active that morning.",
        formula="Σ over days of lost ÷ active that morning",
        source="stretches of being a customer, under the churn definition in force",
        example="100 active; 5 leave on one day; 95 are active the next morning and 2 leave",
        working="5 / 100 + 2 / 95",
        answer=0.071053,
    ),
    Metric(
        key="churn_acquired",
        name="Churn over new customers",
        unit="share",
        direction="down",
        definition="Customers who left in the period over customers who came for the first time in it.",
        formula="left ÷ acquired",
        source="stretches of being a customer, under the churn definition in force",
        example=_PERIOD,
        working="12 / 40",
        answer=0.30,
    ),
    Metric(
        key="churn_yearly",
        name="Yearly churn",
        unit="share",
        direction="down",
        definition="The share lost in twelve months if every month loses the same share of those left.",
        formula="1 − (1 − monthly churn)^12",
        source="churn_start_existing",
        example="5 % a month",
        working="1 - (1 - 0.05) ** 12",
        answer=0.45964,
    ),
    Metric(
        key="customers",
        name="Customers",
        unit="customers",
        direction="up",
        definition="Customers active at the end of the period: begun, not ended, not paused.",
        formula="count",
        source="stretches of being a customer, under the churn definition in force",
        example=_PERIOD,
        working="100 + 40 - 12 + 1",
        answer=129,
    ),
    Metric(
        key="new_customers",
        name="New customers",
        unit="customers",
        direction="up",
        definition="Customers who came for the first time in the period.",
        formula="count",
        source="stretches of being a customer, under the churn definition in force",
        example="40 join, 3 of whom had been customers before",
        working="40 - 3",
        answer=37,
    ),
    Metric(
        key="mrr",
        name="Monthly recurring revenue",
        unit="currency",
        direction="up",
        definition="What all running paid periods bring a month, at the end of the period; trials, pauses and free plans bring nothing.",
        formula="opening + new + reactivation + expansion + contraction + churn",
        source="paid periods of subscriptions, in whole cents",
        example="opening 1,000; new 200, reactivation 50, expansion 80, contraction −30, churn −100",
        working="1000 + 200 + 50 + 80 - 30 - 100",
        answer=1200,
    ),
    Metric(
        key="arpa",
        name="Revenue per account",
        unit="currency",
        direction="up",
        definition="Monthly recurring revenue over the customers who pay.",
        formula="MRR ÷ paying customers",
        source="paid periods of subscriptions",
        example="1,200 a month from 48 customers",
        working="1200 / 48",
        answer=25,
    ),
    Metric(
        key="gross_retention",
        name="Gross revenue retention",
        unit="share",
        direction="up",
        definition="Of the revenue in force at the start, the share the same customers still bring at the end, each capped at what they brought.",
        formula="Σ min(start, end) ÷ Σ start",
        source="MRR movements netted by customer and period",
        example="three customers at 100 each: one goes to 150, one to 60, one leaves",
        working="(100 + 60 + 0) / 300",
        answer=0.53333,
    ),
    Metric(
        key="net_retention",
        name="Net revenue retention",
        unit="share",
        direction="up",
        definition="The revenue that customers paying at the start bring at the end, over what they brought at the start.",
        formula="Σ end ÷ Σ start, over customers with start > 0",
        source="MRR movements netted by customer and period",
        example="three customers at 100 each: one goes to 150, one to 60, one leaves",
        working="(150 + 60 + 0) / 300",
        answer=0.7,
    ),
    Metric(
        key="quick_ratio",
        name="Quick ratio",
        unit="ratio",
        direction="up",
        definition="Revenue won over revenue lost.",
        formula="(new + reactivation + expansion) ÷ (contraction + churn)",
        source="MRR movements",
        example="new 200, reactivation 50, expansion 80; contraction 30, churn 100",
        working="(200 + 50 + 80) / (30 + 100)",
        answer=2.53846,
    ),
    Metric(
        key="survival",
        name="Survival",
        unit="share",
        direction="up",
        definition="The share of customers still here after a time, where those who have not left yet count for as long as they were watched.",
        formula="Π over departures up to t of (1 − left ÷ at risk)",
        source="Kaplan & Meier (1958); log-log interval",
        example="10 at risk, 2 leave; later 5 at risk, 1 leaves",
        working="(1 - 2 / 10) * (1 - 1 / 5)",
        answer=0.64,
    ),
    Metric(
        key="stage_churn_rate",
        name="Departures per customer-month in a stage",
        unit="per month",
        direction="down",
        definition="Departures from a stage over the time all customers spent in it.",
        formula="departures ÷ customer-months",
        source="stage episodes; exact interval by Garwood (1936)",
        example="6 departures in 240 customer-months",
        working="6 / 240",
        answer=0.025,
    ),
    Metric(
        key="excess_churned",
        name="Excess departures of a stage",
        unit="customers",
        direction="down",
        definition="Departures beyond those the rate of all stages together would give for the same time; over all stages they sum to 0.",
        formula="customer-months × (rate − overall rate)",
        source="stage episodes",
        example="6 departures in 240 customer-months where all stages lose 0.02 a month",
        working="240 * (6 / 240 - 0.02)",
        answer=1.2,
    ),
    Metric(
        key="tenure_share",
        name="Share churned by tenure",
        unit="share",
        direction="down",
        definition="Of the customers of one tenure in a snapshot, the share marked as churned; not a retention curve.",
        formula="churned ÷ customers of the band",
        source="one row per customer of a snapshot; 95 % interval by Wilson (1927)",
        example="50 customers of 0–11 months, 20 of them churned",
        working="20 / 50",
        answer=0.4,
    ),
    Metric(
        key="churned_share",
        name="Share churned",
        unit="share",
        direction="down",
        definition="Of the customers of a snapshot, the share marked as churned.",
        formula="churned ÷ customers",
        source="one row per customer of a snapshot; 95 % interval by Wilson (1927)",
        example="7,043 customers, 1,869 of them churned",
        working="1869 / 7043",
        answer=0.26537,
    ),
)


def find_metric(key: str) -> Metric:
    """The metric of that key; UserError names the nearest one."""
    for metric in METRICS:
        if metric.key == key:
            return metric
    raise UserError(f"there is no metric {key!r}.", "", suggest(key, [metric.key for metric in METRICS]))
