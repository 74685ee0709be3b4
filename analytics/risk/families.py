"""The families reasons are grouped into, and a proposal for a column nobody has placed."""

import re
from typing import Final

FAMILIES: Final = ("support", "usage", "billing", "sentiment", "relationship", "contract", "profile")

# First match wins, so the narrower word stands first ("support_score" is support, "payment_method" billing).
_WORDS: Final[dict[str, str]] = {
    "support": "support ticket escalat response resolution complain custserv helpdesk incident",
    "sentiment": "nps csat ces satisf survey sentiment feedback",
    "billing": "charge bill pay invoice mrr price amount revenue discount balance fee",
    "contract": "contract renew term plan tier licen seat",
    "relationship": "tenure touch champion contact referr training checkin accountlength",
    "usage": "usage use login event session active feature call mins minute stream backup security"
    " protection internet phone lines order visit product",
}


def split_words(name: str) -> list[str]:
    """The lower-case words of a column name: `ChurnScore`, `churn_score` and `Churn Score` all give churn,
    score.
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.findall(r"[a-z]+|[0-9]+", spaced.lower())


def propose_family(name: str) -> str:
    """The family whose words the column name begins one of its own words with; `profile` when none fits."""
    words = split_words(name)
    joined = "".join(words)
    for family, stems in _WORDS.items():
        if any(word.startswith(stem) for stem in stems.split() for word in [*words, joined]):
            return family
    return "profile"


def propose_label(name: str) -> str:
    """A readable name made from a column name: `first_response_30d` gives `First response 30 d`."""
    words = split_words(name)
    return " ".join(words).capitalize() if words else name
