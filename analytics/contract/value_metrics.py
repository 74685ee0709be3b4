"""The metrics of what customers are worth, and of why they go."""

from analytics.contract.metric import Metric

VALUE_METRICS: tuple[Metric, ...] = (
    Metric(
        key="lifetime_value",
        name="Customer value of subscribers",
        unit="currency",
        direction="up",
        definition="The margin a paying customer will bring within a horizon on average, discounted, at today's price.",
        formula="Σ over months of S(age + month) ÷ S(age) × monthly revenue × gross margin ÷ (1 + d)^(month ÷ 12)",
        source="Kaplan & Meier (1958) over stretches of being a customer; 95 % interval by the delta method",
        example="100 a month at a margin of 80 %; 95 % are still here after one month, 90 % after two; d = 0",
        working="100 * 0.8 * (0.95 + 0.90)",
        answer=148,
    ),
    Metric(
        key="order_value",
        name="Customer value of buyers",
        unit="currency",
        direction="up",
        definition="The margin a buyer without a contract will bring within a horizon on average, discounted.",
        formula="Σ over months of expected orders × expected spend × gross margin ÷ (1 + d)^(month ÷ 12)",
        source="MBG/NBD, Batislam et al. (2007), or BG/NBD, Fader et al. (2005); gamma-gamma, Fader & Hardie (2013)",
        example="1.5 orders expected, 40 expected per order, a margin of 80 %, d = 0",
        working="1.5 * 40 * 0.8",
        answer=48,
    ),
)

LEAVING_METRICS: tuple[Metric, ...] = (
    Metric(
        key="still_buying",
        name="Probability of still buying",
        unit="share",
        direction="up",
        definition="How likely a buyer without a contract still is one, from how often and how lately they ordered.",
        formula="1 ÷ (1 + a ÷ (b + n − 1) × ((α + T) ÷ (α + t))^(r + x))",
        source="BG/NBD and MBG/NBD; n are the chances there were to be lost",
        example="r 1, α 10, a 1, b 2; one repeat order in week 10, now in week 30, n = 2",
        working="1 / (1 + 1 / (2 + 2 - 1) * ((10 + 30) / (10 + 10)) ** (1 + 1))",
        answer=0.428571,
    ),
    Metric(
        key="renewal_rate",
        name="Renewal rate",
        unit="share",
        direction="up",
        definition="Of the customers who face a renewal, the share expected to renew where customers differ.",
        formula="(β + t − 1) ÷ (α + β + t − 1) at the t-th renewal",
        source="shifted beta-geometric, Fader & Hardie (2007)",
        example="α 1, β 3, the second renewal",
        working="(3 + 2 - 1) / (1 + 3 + 2 - 1)",
        answer=0.8,
    ),
    Metric(
        key="incidence",
        name="Incidence of a reason",
        unit="share",
        direction="down",
        definition="The share of customers gone for one reason after a time, the other reasons competing for them.",
        formula="Σ over departures up to t of S(before) × left for the reason ÷ at risk",
        source="Aalen & Johansen (1978); log-log interval",
        example="10 at risk, 2 leave over the price and 1 over the service; later 5 at risk, 1 leaves over the price",
        working="2 / 10 + (1 - 3 / 10) * 1 / 5",
        answer=0.34,
    ),
)
