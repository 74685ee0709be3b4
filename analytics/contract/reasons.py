"""Why customers leave: the families of reasons, the words that name them, and the records that point to them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Family:
    """One family of reasons. A stated reason belongs to it when it has one of `words`: beginnings of words, in lower
    case, blanks between them; of several that fit, the longest decides. Edit the words here."""

    name: str
    label: str
    meaning: str
    words: tuple[str, ...]


FAMILIES: tuple[Family, ...] = (
    Family(
        name="wrong_customer",
        label="Wrong customers",
        meaning="the product was never made for them",
        words=("wrong customer", "bad fit", "not a fit", "no fit", "poor fit", "not for us", "no need", "don t need",
               "too small", "too big", "one time", "only needed", "just testing", "test account", "duplicate"),
    ),
    Family(
        name="expectation_gap",
        label="Expectation gap",
        meaning="it was not what they had expected when they bought",
        words=("expect", "not as advertis", "not as describ", "not as promis", "misled", "oversold", "sold something",
               "different from the demo", "thought it", "disappoint"),
    ),
    Family(
        name="goals_not_met",
        label="Goals not met",
        meaning="they did not reach what they wanted with it",
        words=("goal", "no result", "no value", "not using", "unused", "low usage", "never used", "don t use",
               "did not use", "not useful", "missing feature", "missing function", "lack of feature", "lacks",
               "feature", "functionality", "no roi", "outcome", "onboarding", "never got started", "adoption"),
    ),
    Family(
        name="champion_lost",
        label="Champion lost",
        meaning="the person who carried us has left",
        words=("champion", "contact left", "admin left", "sponsor", "new management", "left the company",
               "employee left", "person left", "reorgani", "change of management", "attitude"),
    ),
    Family(
        name="poor_experience",
        label="Poor experience",
        meaning="using it was slow, hard or broken",
        words=("experience", "bug", "crash", "slow", "outage", "downtime", "broken", "error", "hard to", "hard to use",
               "difficult to use", "too difficult", "too complex", "complicated", "confusing", "unreliab", "quality",
               "usability", "technical issue", "technical problem", "performance", "network reliab",
               "product dissatisf", "dissatisf"),
    ),
    Family(
        name="price_value",
        label="Price or value",
        meaning="it costs more than it is worth to them",
        words=("price", "pricing", "expensive", "dear", "too dear", "cost", "budget", "afford",
               "cheaper offer", "value for money", "too much money", "too much",
               "fees", "extra data charges", "long distance charges", "discount"),
    ),
    Family(
        name="service",
        label="Service",
        meaning="help came late, or did not help",
        words=("service", "support", "customer care", "ticket", "response time", "unanswered", "slow answer",
               "slow support", "answers take", "take too long to answer", "attitude of support",
               "poor expertise of", "help"),
    ),
    Family(
        name="communication",
        label="Communication",
        meaning="they did not hear from us, or too often",
        words=("communicat", "no contact", "never heard", "too many mail", "too many email", "spam", "not informed",
               "no answer from", "no one reached", "follow up"),
    ),
    Family(
        name="competitor",
        label="Competitor",
        meaning="they have gone to somebody else",
        words=("competit", "switched", "switching to", "switch to", "moved to", "moving to", "alternative",
               "another product", "another provider", "other provider", "other vendor", "other tool", "better offer",
               "better device", "higher download speed", "more data", "in house", "built our own"),
    ),
    Family(
        name="trust",
        label="Trust",
        meaning="they no longer trust us with it",
        words=("trust", "security", "privacy", "data breach", "breach", "data loss", "lost data", "gdpr", "complian",
               "incident"),
    ),
    Family(
        name="payment",
        label="Payment",
        meaning="a payment failed and was not made good",
        words=("payment", "involuntary", "dunning", "declined", "card expired", "expired card", "credit card", "unpaid",
               "delinquen", "uncollect", "chargeback", "billing"),
    ),
    Family(
        name="external",
        label="External",
        meaning="something outside of what we do",
        words=("external", "out of business", "closed", "closing down", "shut down", "bankrupt", "insolven", "merger",
               "merged", "acquired", "acquisition", "relocat", "moved away", "moved", "deceased", "death", "seasonal",
               "project ended", "end of project", "regulat", "pandemic", "war"),
    ),
)  # fmt: skip
UNKNOWN = "unknown"
FAMILY_NAMES: tuple[str, ...] = (*(family.name for family in FAMILIES), UNKNOWN)
FAMILY_LABELS: dict[str, str] = {**{family.name: family.label for family in FAMILIES}, UNKNOWN: "Unknown"}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One record before leaving that points to a family: what is said of it, and the table it is read from."""

    name: str
    family: str  # empty: the family its words name
    words: str
    table: str


# strongest first: of several found before one departure, the first decides
EVIDENCE: tuple[Evidence, ...] = (
    Evidence(name="unpaid_bill", family="payment", words="a failed bill was still unpaid, due on", table="invoices"),
    Evidence(name="champion_gone", family="champion_lost", words="the champion had left on", table="contacts"),
    Evidence(name="comment", family="", words="they wrote so on", table="surveys"),
    Evidence(name="price_talk", family="price_value", words="price was talked about on", table="touches"),
    Evidence(
        name="smaller_contract", family="price_value", words="they had cut their contract on", table="subscriptions"
    ),
    Evidence(
        name="slow_answer",
        family="service",
        words="a request waited too long for an answer, opened on",
        table="tickets",
    ),
    Evidence(
        name="unsolved_ticket", family="service", words="a request was still unsolved, opened on", table="tickets"
    ),
    Evidence(name="bad_feedback", family="poor_experience", words="they gave a bad mark on", table="surveys"),
    Evidence(
        name="bad_answer", family="poor_experience", words="they rated an answer badly, opened on", table="tickets"
    ),
    Evidence(name="escalation", family="poor_experience", words="a request was escalated on", table="tickets"),
    Evidence(
        name="no_value",
        family="goals_not_met",
        words="first value was never reached since they joined on",
        table="events",
    ),
    Evidence(name="falling_use", family="goals_not_met", words="use had fallen to less than half by", table="events"),
    Evidence(name="silence", family="communication", words="none of our contacts was answered since", table="touches"),
    Evidence(name="early", family="expectation_gap", words="they left within 120 days of joining on", table=""),
)


def find_family(text: str | None) -> str:
    """The family a stated reason belongs to, by its longest matching word; `unknown` where none matches."""
    said = " " + " ".join("".join(char if char.isalnum() else " " for char in (text or "").lower()).split())
    hits = [
        (len(word), -order, family.name)
        for order, family in enumerate(FAMILIES)
        for word in family.words
        if f" {word}" in said
    ]
    return max(hits)[2] if hits else UNKNOWN
