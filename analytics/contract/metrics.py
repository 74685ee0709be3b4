"""Every metric, declared once."""

from analytics.contract.customer_metrics import CUSTOMER_METRICS
from analytics.contract.errors import UserError, suggest
from analytics.contract.metric import Metric
from analytics.contract.money_metrics import MONEY_METRICS

METRICS: tuple[Metric, ...] = CUSTOMER_METRICS + MONEY_METRICS


def find_metric(key: str) -> Metric:
    """The metric of that key; UserError names the nearest one."""
    for metric in METRICS:
        if metric.key == key:
            return metric
    raise UserError(f"there is no metric {key!r}.", "", suggest(key, [metric.key for metric in METRICS]))
