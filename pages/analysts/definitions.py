"""Why do two churn rates differ, and who makes the difference?"""

from analytics.contract.errors import UserError
from analytics.metrics.churn import churn
from analytics.metrics.question import Question
from analytics.metrics.reconcile import reconcile_churn
from analytics.reports.reconcile_findings import say_conventions, say_moves
from pages.parts.answers import read
from pages.parts.choices import choose_customers, choose_period, say_customers
from pages.parts.errors import guard, show_error
from pages.parts.frame import Screen, page
from pages.parts.glossary import show_glossary
from pages.parts.reconcile import (
    choose_final_period,
    show_conventions,
    show_difference,
    show_recognised,
    show_worked_example,
    show_yearly,
)
from pages.parts.session import current_dataset
from pages.parts.words import say_what_is_missing

QUESTION = "Why do two churn rates differ, and who makes the difference?"
PERIODS = ("month", "quarter", "year")


def show_reconciler(screen: Screen, where: str) -> None:
    """One period under six conventions, and the customers between them."""
    with screen.choices:
        question = choose_final_period(Question(where=where, period=choose_period(periods=PERIODS)))
    rates, people = read(churn, question, convention="all"), read(reconcile_churn, question)
    screen.say(say_conventions(rates, people, question.period), say_moves(rates, people, question.period))
    show_conventions(rates, question)
    show_difference(people, question)
    show_yearly(question)
    show_worked_example()


def show_dataset(screen: Screen) -> None:
    """What the data at hand can show of churn, and when a customer counts as gone in it."""
    with screen.choices:
        where = choose_customers()
    if screen.dataset.info.is_snapshot:
        screen.say(
            "This file cannot show churn by period",
            say_what_is_missing("Churn by period", "dates", "subscriptions (started_at, ended_at) or events"),
        )
    else:
        try:
            show_reconciler(screen, where)
        except UserError as error:
            screen.say(QUESTION)
            show_error(error)
    show_recognised(screen.dataset.info)
    show_glossary(screen.dataset, where)
    screen.note(say_customers(where))


with page(QUESTION, needs_data=False) as screen:
    if screen.dataset is None:
        screen.say("What every number means")
        with guard():
            current_dataset()
        show_glossary(None)
    else:
        show_dataset(screen)
