"""Every metric, declared once."""

from analytics.contract.activation_metrics import ACTIVATION_METRICS
from analytics.contract.customer_metrics import CUSTOMER_METRICS
from analytics.contract.economics_metrics import DEPARTURE_METRICS, ECONOMICS_METRICS, LOYALTY_METRICS
from analytics.contract.errors import UserError, suggest
from analytics.contract.friction_metrics import ACTIVITY_METRICS, FRICTION_METRICS, REASON_METRICS
from analytics.contract.journey_metrics import JOURNEY_METRICS
from analytics.contract.metric import Metric
from analytics.contract.money_metrics import MONEY_METRICS
from analytics.contract.service_metrics import SERVICE_METRICS, VOICE_METRICS
from analytics.contract.sign_metrics import SIGN_METRICS
from analytics.contract.value_metrics import LEAVING_METRICS, VALUE_METRICS

# what a metric is about: the groups in which the scorecard shows them
AREAS: dict[str, tuple[Metric, ...]] = {
    "Customers": CUSTOMER_METRICS + DEPARTURE_METRICS + LEAVING_METRICS + LOYALTY_METRICS + ACTIVATION_METRICS,
    "Journey": JOURNEY_METRICS + ACTIVITY_METRICS + FRICTION_METRICS + REASON_METRICS + SIGN_METRICS,
    "Money": MONEY_METRICS + ECONOMICS_METRICS + VALUE_METRICS,
    "Service": SERVICE_METRICS,
    "Voice": VOICE_METRICS,
}
METRICS: tuple[Metric, ...] = tuple(metric for metrics in AREAS.values() for metric in metrics)


def find_metric(key: str) -> Metric:
    """The metric of that key; UserError names the nearest one."""
    for metric in METRICS:
        if metric.key == key:
            return metric
    raise UserError(f"there is no metric {key!r}.", "", suggest(key, [metric.key for metric in METRICS]))


def find_area(key: str) -> str:
    """The area a metric belongs to; UserError for a key that does not exist."""
    metric = find_metric(key)
    return next(area for area, metrics in AREAS.items() if metric in metrics)
