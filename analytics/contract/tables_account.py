"""Tables of what a customer is and pays: customers, subscriptions, invoices, contacts, churn events."""

from analytics.contract.columns import Column, Table
from analytics.contract.keys import customer_key, in_order

CUSTOMERS = Table(
    name="customers",
    row="one customer",
    columns=(
        customer_key(),
        Column(
            name="signed_up_at",
            kind="instant",
            meaning="when the customer joined",
            example="2024-03-01",
            synonyms=(
                "signupdate",
                "signedupon",
                "joindate",
                "registrationdate",
                "createdat",
                "registeredat",
            ),
        ),
        Column(
            name="name",
            kind="text",
            meaning="the customer's name",
            example="Fjord Logistics",
            synonyms=("customername", "accountname", "companyname", "surname"),
        ),
        Column(
            name="churned_at",
            kind="instant",
            meaning="when the customer left; empty while they are here",
            example="2025-06-30",
            synonyms=("churndate", "leftat", "cancelledat", "canceledat", "churnedon"),
        ),
        Column(
            name="churn_reason",
            kind="text",
            meaning="why the customer left, in the customer's words",
            example="price",
            synonyms=("reasonforleaving", "cancelreason"),
        ),
    ),
    rules=(in_order("signed_up_at", "churned_at"),),
)


SUBSCRIPTIONS = Table(
    name="subscriptions",
    row="one paid period of one subscription",
    columns=(
        customer_key(),
        Column(
            name="started_at",
            kind="instant",
            required=True,
            meaning="first instant of the period",
            example="2024-03-01",
            synonyms=("startdate", "startson", "start", "periodstart", "from"),
        ),
        Column(
            name="ended_at",
            kind="instant",
            meaning="first instant after the period; empty while it is open",
            example="2025-03-01",
            synonyms=("enddate", "endson", "end", "periodend", "until"),
        ),
        Column(
            name="mrr",
            kind="number",
            unit="currency per month",
            low=0,
            meaning="recurring revenue of the period, a month",
            example="49.00",
            synonyms=("mrramount", "monthlyamount", "monthlyrevenue", "monthlyfee", "monthlyprice"),
        ),
        Column(
            name="subscription_id",
            kind="text",
            is_id=True,
            meaning="the subscription the period belongs to",
            example="S-7",
            synonyms=("subscription", "subscriptionid", "subid"),
        ),
        Column(
            name="plan",
            kind="text",
            meaning="the plan",
            example="pro",
            synonyms=("plantier", "planname", "tier"),
        ),
        Column(
            name="term_months",
            kind="count",
            unit="months",
            low=1,
            high=120,
            meaning="length of the contract term",
            example="12",
            synonyms=("term", "contractmonths"),
        ),
        Column(
            name="renews_at",
            kind="instant",
            meaning="end of the current term",
            example="2025-03-01",
            synonyms=("renewaldate", "renewson"),
        ),
        Column(
            name="cancel_requested_at",
            kind="instant",
            meaning="when the customer asked to cancel",
            example="2025-01-15",
            synonyms=("cancelrequestdate", "cancellationrequestedat"),
        ),
        Column(
            name="trial_ends_at",
            kind="instant",
            meaning="end of the free trial",
            example="2024-03-15",
            synonyms=("trialend", "trialenddate"),
        ),
        Column(
            name="status",
            kind="text",
            choices=("active", "trial", "paused", "free"),
            meaning="status of this period; only active counts as paid",
            example="active",
            synonyms=("subscriptionstatus",),
        ),
    ),
    rules=(in_order("started_at", "ended_at"),),
)


INVOICES = Table(
    name="invoices",
    row="one bill",
    columns=(
        customer_key(),
        Column(
            name="due_at",
            kind="instant",
            required=True,
            meaning="when it was due",
            example="2024-04-01",
            synonyms=("duedate", "dueon"),
        ),
        Column(
            name="amount",
            kind="number",
            unit="currency",
            required=True,
            meaning="what it was for",
            example="49.00",
            synonyms=("total", "invoiceamount"),
        ),
        Column(
            name="invoice_id",
            kind="text",
            is_id=True,
            meaning="the bill's key",
            example="I-1",
            synonyms=("invoice", "invoiceid", "invoiceno"),
        ),
        Column(
            name="paid_at",
            kind="instant",
            meaning="when it was paid; empty while it is not",
            example="2024-04-02",
            synonyms=("paidon", "paymentdate"),
        ),
        Column(
            name="failed_attempts",
            kind="count",
            low=0,
            meaning="payment attempts that failed",
            example="1",
            synonyms=("retries",),
        ),
        Column(
            name="status",
            kind="text",
            meaning="status of the bill",
            example="paid",
            synonyms=("invoicestatus",),
        ),
    ),
)


CONTACTS = Table(
    name="contacts",
    row="one person at the customer",
    columns=(
        customer_key(),
        Column(
            name="contact_id",
            kind="text",
            is_id=True,
            required=True,
            meaning="the person",
            example="P-1",
            synonyms=("contact", "contactid", "personid"),
        ),
        Column(
            name="role",
            kind="text",
            meaning="the person's role",
            example="admin",
            synonyms=("title", "jobtitle"),
        ),
        Column(
            name="is_champion",
            kind="flag",
            meaning="whether the person carries us inside the customer",
            example="true",
            synonyms=("champion",),
        ),
        Column(
            name="joined_at",
            kind="instant",
            meaning="when the person joined",
            example="2024-03-01",
            synonyms=("joinedon",),
        ),
        Column(
            name="left_at",
            kind="instant",
            meaning="when the person left",
            example="2025-02-01",
            synonyms=("lefton",),
        ),
    ),
    rules=(in_order("joined_at", "left_at"),),
)


CHURN_EVENTS = Table(
    name="churn_events",
    row="one recorded departure",
    columns=(
        customer_key(),
        Column(
            name="churned_at",
            kind="instant",
            required=True,
            meaning="when the customer left",
            example="2025-06-30",
            synonyms=("churndate", "churnedon"),
        ),
        Column(
            name="reason",
            kind="text",
            meaning="why, as recorded",
            example="competitor",
            synonyms=("reasoncode", "churnreason"),
        ),
        Column(
            name="returned_at",
            kind="instant",
            meaning="when the customer came back",
            example="2025-09-01",
            synonyms=("returnedon", "reactivatedat"),
        ),
    ),
    rules=(in_order("churned_at", "returned_at"),),
)
