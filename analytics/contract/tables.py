"""The data contract: nine tables and the snapshot, each column declared once."""

import polars as pl

from analytics.contract.columns import Column, Rule, Table


def _customer_id() -> Column:
    return Column(
        name="customer_id",
        kind="text",
        is_id=True,
        required=True,
        meaning="the customer",
        example="C00042",
        synonyms=(
            "customer",
            "customerid",
            "custid",
            "userid",
            "uid",
            "user",
            "accountid",
            "account",
            "clientid",
            "memberid",
        ),
    )


def _in_order(first: str, second: str, *, equal: bool = True) -> Rule:
    late = pl.col(second) < pl.col(first) if equal else pl.col(second) <= pl.col(first)
    return Rule(
        name=f"{second}_not_before_{first}",
        sentence=f"{second} must not lie before {first}",
        columns=(first, second),
        broken=late,
    )


CUSTOMERS = Table(
    name="customers",
    row="one customer",
    columns=(
        _customer_id(),
        Column(
            name="signed_up_at",
            kind="instant",
            meaning="when the customer joined",
            example="2024-03-01",
            synonyms=("signupdate", "signedupon", "joindate", "registrationdate", "createdat", "registeredat"),
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
    rules=(_in_order("signed_up_at", "churned_at"),),
)

SUBSCRIPTIONS = Table(
    name="subscriptions",
    row="one paid period of one subscription",
    columns=(
        _customer_id(),
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
        Column(name="plan", kind="text", meaning="the plan", example="pro", synonyms=("plantier", "planname", "tier")),
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
    rules=(_in_order("started_at", "ended_at"),),
)

EVENTS = Table(
    name="events",
    row="one thing a customer did",
    columns=(
        _customer_id(),
        Column(
            name="occurred_at",
            kind="instant",
            required=True,
            meaning="when it happened",
            example="2024-03-01T09:30:00Z",
            synonyms=(
                "timestamp",
                "eventtime",
                "eventdate",
                "date",
                "datetime",
                "time",
                "invoicedate",
                "orderdate",
                "purchasedate",
                "usagedate",
                "createdat",
            ),
        ),
        Column(
            name="event_id",
            kind="text",
            is_id=True,
            meaning="the event's own key",
            example="E-1",
            synonyms=("eventid", "usageid", "orderid", "transactionid"),
        ),
        Column(
            name="name",
            kind="text",
            meaning="what was done",
            example="report_viewed",
            synonyms=("event", "eventname", "eventtype", "action", "activity", "featurename"),
        ),
        Column(
            name="amount",
            kind="number",
            unit="currency",
            meaning="money that changed hands",
            example="19.90",
            synonyms=("revenue", "value", "price", "total", "orderamount", "sales"),
        ),
        Column(name="properties", kind="text", meaning="further facts, a JSON object", example='{"device": "mobile"}'),
    ),
)

TICKETS = Table(
    name="tickets",
    row="one service request",
    columns=(
        _customer_id(),
        Column(
            name="opened_at",
            kind="instant",
            required=True,
            meaning="when the request arrived",
            example="2024-03-01T09:30:00Z",
            synonyms=("submittedat", "openedon", "ticketdate", "createdat"),
        ),
        Column(
            name="ticket_id",
            kind="text",
            is_id=True,
            meaning="the request's key",
            example="T-1",
            synonyms=("ticket", "ticketid", "caseid"),
        ),
        Column(
            name="first_response_at",
            kind="instant",
            meaning="first answer by a person",
            example="2024-03-01T11:00:00Z",
            synonyms=("firstresponseat",),
        ),
        Column(
            name="resolved_at",
            kind="instant",
            meaning="when it was solved",
            example="2024-03-02T10:00:00Z",
            synonyms=("closedat", "resolvedon", "solvedat"),
        ),
        Column(
            name="escalated_at",
            kind="instant",
            meaning="when it was escalated",
            example="2024-03-01T15:00:00Z",
            synonyms=("escalatedon",),
        ),
        Column(
            name="category",
            kind="text",
            meaning="what it was about",
            example="billing",
            synonyms=("tickettype", "topic"),
        ),
        Column(
            name="priority",
            kind="text",
            meaning="how urgent it was",
            example="urgent",
            synonyms=("severity", "urgency"),
        ),
        Column(
            name="reopened_count",
            kind="count",
            low=0,
            meaning="how often it was reopened",
            example="0",
            synonyms=("reopened", "reopens"),
        ),
        Column(
            name="satisfaction",
            kind="number",
            unit="1 to 5",
            low=1,
            high=5,
            meaning="the customer's rating of the answer",
            example="4",
            synonyms=("satisfactionscore", "csat", "rating"),
        ),
    ),
    rules=(
        _in_order("opened_at", "first_response_at"),
        _in_order("opened_at", "resolved_at"),
        _in_order("opened_at", "escalated_at"),
    ),
)

INVOICES = Table(
    name="invoices",
    row="one bill",
    columns=(
        _customer_id(),
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
        Column(name="status", kind="text", meaning="status of the bill", example="paid", synonyms=("invoicestatus",)),
    ),
)

SURVEYS = Table(
    name="surveys",
    row="one answer",
    columns=(
        _customer_id(),
        Column(
            name="answered_at",
            kind="instant",
            required=True,
            meaning="when it was given",
            example="2024-05-01",
            synonyms=("answeredon", "respondedat", "surveydate"),
        ),
        Column(
            name="kind",
            kind="text",
            required=True,
            choices=("nps", "csat", "ces"),
            meaning="which question",
            example="nps",
            synonyms=("survey", "surveytype", "type"),
        ),
        Column(
            name="score",
            kind="number",
            required=True,
            low=0,
            high=10,
            meaning="the score given",
            example="9",
            synonyms=("rating", "answer"),
        ),
        Column(
            name="comment",
            kind="text",
            meaning="the customer's words",
            example="Answers take days",
            synonyms=("feedback", "verbatim"),
        ),
    ),
)

TOUCHES = Table(
    name="touches",
    row="one contact from us",
    columns=(
        _customer_id(),
        Column(
            name="touched_at",
            kind="instant",
            required=True,
            meaning="when we reached out",
            example="2024-05-01T10:00:00Z",
            synonyms=("touchedon", "sentat", "contactedat"),
        ),
        Column(
            name="kind",
            kind="text",
            required=True,
            meaning="campaign, check_in, training, price_talk, …",
            example="check_in",
            synonyms=("touchtype", "type"),
        ),
        Column(name="channel", kind="text", meaning="mail, phone, …", example="phone"),
        Column(
            name="responded_at",
            kind="instant",
            meaning="when the customer answered",
            example="2024-05-02T08:00:00Z",
            synonyms=("responsedate", "repliedat"),
        ),
        Column(name="experiment", kind="text", meaning="the randomised test it belongs to", example="welcome_training"),
        Column(
            name="arm", kind="text", choices=("treated", "control"), meaning="the arm of that test", example="treated"
        ),
    ),
    rules=(_in_order("touched_at", "responded_at"),),
)

CONTACTS = Table(
    name="contacts",
    row="one person at the customer",
    columns=(
        _customer_id(),
        Column(
            name="contact_id",
            kind="text",
            is_id=True,
            required=True,
            meaning="the person",
            example="P-1",
            synonyms=("contact", "contactid", "personid"),
        ),
        Column(name="role", kind="text", meaning="the person's role", example="admin", synonyms=("title", "jobtitle")),
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
            name="left_at", kind="instant", meaning="when the person left", example="2025-02-01", synonyms=("lefton",)
        ),
    ),
    rules=(_in_order("joined_at", "left_at"),),
)

CHURN_EVENTS = Table(
    name="churn_events",
    row="one recorded departure",
    columns=(
        _customer_id(),
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
    rules=(_in_order("churned_at", "returned_at"),),
)

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
            synonyms=_customer_id().synonyms,
        ),
        Column(
            name="churned",
            kind="flag",
            meaning="whether the customer left",
            example="Yes",
            synonyms=("churn", "churnlabel", "churnvalue", "exited", "ischurned", "attrition", "attritionflag", "left"),
        ),
        Column(
            name="outcome",
            kind="flag",
            meaning="an outcome of a test, good or bad",
            example="1",
            synonyms=("conversion", "visit"),
        ),
        Column(
            name="tenure",
            kind="number",
            low=0,
            unit="as stated in the map",
            meaning="how long the customer had been here",
            example="34",
            synonyms=("tenuremonths", "tenureinmonths", "accountlength", "monthsasacustomer"),
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
    for table in (CUSTOMERS, SUBSCRIPTIONS, EVENTS, TICKETS, INVOICES, SURVEYS, TOUCHES, CONTACTS, CHURN_EVENTS)
}

SHAPES: dict[str, Table] = {"snapshot": SNAPSHOT, **TABLES}  # what one file of a map can be
