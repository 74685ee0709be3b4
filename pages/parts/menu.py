"""Every page of the dashboard, declared once: the menu, the tests and the links between pages read it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One page: its file, its address below the root, and the question it answers."""

    path: str
    title: str
    address: str
    icon: str
    answers: str


MENU: dict[str, tuple[Entry, ...]] = {
    "Executives": (
        Entry(
            path="pages/executives/scorecard.py",
            title="Scorecard",
            address="scorecard",
            icon=":material/space_dashboard:",
            answers="How are we doing, and is the change more than chance?",
        ),
        Entry(
            path="pages/executives/revenue.py",
            title="Revenue",
            address="revenue",
            icon=":material/payments:",
            answers="What comes in each month, what is lost, and who is behind it?",
        ),
        Entry(
            path="pages/executives/journey.py",
            title="Journey",
            address="journey",
            icon=":material/route:",
            answers="Where in the journey do customers leave?",
        ),
    ),
    "Marketers": (
        Entry(
            path="pages/marketers/retention.py",
            title="Retention",
            address="retention",
            icon=":material/grid_view:",
            answers="How many of those who join stay, and do newer customers stay longer?",
        ),
        Entry(
            path="pages/marketers/signs.py",
            title="Early signs",
            address="signs",
            icon=":material/notifications_active:",
            answers="Which signs come before a customer leaves, and who shows them today?",
        ),
        Entry(
            path="pages/marketers/activity.py",
            title="Activity",
            address="activity",
            icon=":material/show_chart:",
            answers="What do customers do over time, and when was it unusual?",
        ),
        Entry(
            path="pages/marketers/whatif.py",
            title="What-if",
            address="whatif",
            icon=":material/tune:",
            answers="What would keep how many customers, and how sure is that?",
        ),
        Entry(
            path="pages/marketers/customer.py",
            title="Customer",
            address="customer",
            icon=":material/person_search:",
            answers="What has happened with this customer, and what is next?",
        ),
    ),
    "Analysts": (
        Entry(
            path="pages/analysts/risk.py",
            title="Risk and reasons",
            address="risk",
            icon=":material/person_alert:",
            answers="Who is likely to leave next, and why?",
        ),
        Entry(
            path="pages/analysts/definitions.py",
            title="Definitions",
            address="definitions",
            icon=":material/balance:",
            answers="Why do two churn rates differ, and who makes the difference?",
        ),
        Entry(
            path="pages/analysts/survival.py",
            title="Survival",
            address="survival",
            icon=":material/timeline:",
            answers="How long do customers stay, and what takes them?",
        ),
        Entry(
            path="pages/analysts/bring.py",
            title="Bring your data",
            address="bring",
            icon=":material/upload_file:",
            answers="What does Holdfast say about a file of yours?",
        ),
    ),
}


def entries() -> tuple[Entry, ...]:
    """All pages in the order of the menu."""
    return tuple(entry for section in MENU.values() for entry in section)
