"""The data contract: nine tables and the snapshot, each column declared once."""

from analytics.contract.columns import Column, Table
from analytics.contract.keys import customer_key
from analytics.contract.tables_account import CHURN_EVENTS, CONTACTS, CUSTOMERS, INVOICES, SUBSCRIPTIONS
from analytics.contract.tables_activity import EVENTS, SURVEYS, TICKETS, TOUCHES

SNAPSHOT = Table(
    name="snapshot",
    row="one customer and an outcome",
    columns=(
        Column(
            name="customer_id",
            kind="text",
            is_id=True,
            meaning="the customer; the row number where there is none",
            example="C00042",
            synonyms=customer_key().synonyms,
        ),
        Column(
            name="churned",
            kind="flag",
            meaning="whether the customer left",
            example="Yes",
            synonyms=(
                "churn",
                "churnlabel",
                "churnvalue",
                "churnflag",
                "ischurned",
                "haschurned",
                "ischurn",
                "exited",
                "attrition",
                "attritionflag",
                "left",
                "customerstatus",
                "churnstatus",
            ),
        ),
        Column(
            name="outcome",
            kind="flag",
            meaning="an outcome of a test, good or bad",
            example="1",
            synonyms=("conversion", "converted", "visit", "responded", "response"),
        ),
        Column(
            name="tenure",
            kind="number",
            low=0,
            unit="as stated in the map",
            meaning="how long the customer had been here",
            example="34",
            synonyms=(
                "tenuremonths",
                "tenureinmonths",
                "tenuredays",
                "tenureyears",
                "monthsonbook",
                "accountlength",
                "monthsasacustomer",
                "customertenure",
                "duration",
            ),
        ),
        Column(
            name="tenure_at_entry",
            kind="number",
            low=0,
            unit="as tenure",
            meaning="observed only from this tenure on",
            example="12",
        ),
        Column(name="weight", kind="number", low=0, meaning="how many customers the row stands for", example="1"),
        Column(name="experiment", kind="text", meaning="the randomised test", example="spring_mail"),
        Column(
            name="arm",
            kind="text",
            meaning="the arm of that test",
            example="treated",
            synonyms=("segment", "group", "treatment"),
        ),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        CUSTOMERS,
        SUBSCRIPTIONS,
        EVENTS,
        TICKETS,
        INVOICES,
        SURVEYS,
        TOUCHES,
        CONTACTS,
        CHURN_EVENTS,
    )
}

SHAPES: dict[str, Table] = {"snapshot": SNAPSHOT, **TABLES}  # what one file of a map can be
