"""How a number about an effect is known: the badge beside it, and what the tier means."""

import streamlit as st

TIERS = {
    "measured": ("measured", "green", ":material/science:", "From a randomised test."),
    "adjusted": (
        "adjusted",
        "blue",
        ":material/balance:",
        "From comparing like with like; causes nobody recorded may remain.",
    ),
    "assumed": (
        "assumed — an association",
        "orange",
        ":material/link:",
        "What goes together in the data. Nobody has tested what changing it does.",
    ),
}


def show_evidence(tier: str = "assumed") -> None:
    """The tier of evidence as a badge whose help says what it means."""
    label, colour, icon, meaning = TIERS[tier]
    st.badge(label, icon=icon, color=colour, help=meaning)
