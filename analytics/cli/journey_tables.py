"""Tables of the journey: where customers are lost, what went wrong there, and which signs come first."""

from analytics.cli.table import Shown
from analytics.metrics.service import service
from analytics.metrics.stages import stages

JOURNEY_TABLES: tuple[Shown, ...] = (
    Shown(
        name="stages",
        words="losses by stage of the journey",
        answer=lambda dataset, question, args: stages(dataset, question),
    ),
    Shown(
        name="service",
        words="answer times, contacts and surveys by period and category",
        answer=lambda dataset, question, args: service(dataset, question),
    ),
)
