"""The sample company's laws: who its customers are, and what moves the log-odds of leaving."""

from types import MappingProxyType

import numpy as np

SEGMENTS = ("smb", "mid", "enterprise")
SEGMENT_WEIGHTS = (0.60, 0.29, 0.11)
INDUSTRIES = ("software", "retail", "logistics", "health", "education", "manufacturing")
INDUSTRY_WEIGHTS = (0.26, 0.2, 0.14, 0.14, 0.1, 0.16)
COUNTRIES = ("DE", "FR", "GB", "NL", "PL", "SE", "US")
COUNTRY_WEIGHTS = (0.3, 0.14, 0.15, 0.09, 0.08, 0.06, 0.18)
CHANNELS = ("organic", "paid_ads", "partner", "outbound", "referral")
CHANNEL_WEIGHTS = (0.3, 0.26, 0.16, 0.16, 0.12)
METHODS = ("card", "debit", "transfer")
METHOD_WEIGHTS = ((0.72, 0.2, 0.08), (0.45, 0.3, 0.25), (0.1, 0.2, 0.7))  # by segment
PLANS = ("basic", "pro", "enterprise")
PLAN_WEIGHTS = ((0.66, 0.32, 0.02), (0.2, 0.66, 0.14), (0.02, 0.38, 0.6))  # by segment
SEAT_PRICE = np.array([14.0, 26.0, 41.0])  # by plan, currency per seat and month
MEDIAN_SEATS = np.array([5.0, 24.0, 110.0])  # by segment
ANNUAL_SHARE = np.array([0.22, 0.46, 0.74])  # by segment
ANNUAL_PRICE = 0.9  # of the monthly price

FEATURES = (
    "login",
    "report_viewed",
    "dashboard_shared",
    "api_call",
    "alert_created",
    "export_run",
    "user_invited",
    "integration_connected",
)
SOURCES = ("web", "mobile", "api")
USE_PER_WEEK = np.array([1.15, 1.7, 2.6])  # median rows of use, by segment
ONBOARDING_STEPS = 5
STEP_RATE = np.array([0.21, 0.28, 0.34])  # chance of a finished step in a week, by segment
STEP_BY_CHANNEL = np.array([1.0, 0.65, 1.25, 0.95, 1.2])
CATEGORIES = ("how_to", "bug", "performance", "billing", "integration")
CATEGORY_WEIGHTS = (0.36, 0.24, 0.12, 0.16, 0.12)
INCIDENT_CATEGORY_WEIGHTS = (0.14, 0.36, 0.34, 0.06, 0.1)
PRIORITIES = ("low", "normal", "high", "urgent")
PRIORITY_WEIGHTS = (0.25, 0.5, 0.18, 0.07)
RESPONSE_MEDIAN_HOURS = np.array([13.0, 10.0, 6.0, 2.5])  # by priority
RESPONSE_BY_PLAN = np.array([1.3, 1.0, 0.6])
ROLES = ("admin", "operations", "finance", "analyst", "sponsor")

LOSS_WEEKS = 26  # how long the loss of a champion is felt
MEMORY_WEEKS = 13  # how long the company's deeds and the customer's troubles are remembered
USUAL_RESPONSE_HOURS = 9.0
RESPONSE_SLOPE = 0.1  # of the usual odds of leaving, for every hour more until the first response
LONGEST_FELT_HOURS = 24.0

BASE_LOG_ODDS = -6.8  # of leaving in a week, monthly contract, everything else at its usual value
BY_SEGMENT = np.array([0.28, -0.1, -0.55])
BY_PLAN = np.array([0.16, -0.05, -0.15])
BY_INDUSTRY = np.array([0.0, 0.18, 0.05, -0.2, -0.1, -0.02])
BY_CHANNEL = np.array([0.0, 0.32, -0.15, 0.1, -0.25])

EFFECTS = MappingProxyType(  # on the log-odds of leaving in a week; every one is causal in the simulation
    {
        "need": 0.72,  # per standard deviation of the hidden need for help
        "onboarding_stage": 0.15,
        "escalation_stage": 0.75,
        "incident": 1.05,  # adoption stage, during the incident
        "onboarding_completion": -1.5,  # from none to all steps
        "use_trend": -0.3,  # per unit of log(use of 4 weeks / use of the 9 before), cut at ±1.2
        "drifting_away": 1.15,  # per unit the log of use has fallen by, for customers who are losing interest
        "silent": 0.6,  # nothing done for 4 weeks
        "champion_gone": 1.35,
        "slow_response": 1.0,  # per log of the odds' factor, which grows by RESPONSE_SLOPE an hour
        "many_requests": 1.5,  # three or more in 4 weeks
        "negative_feedback": 1.1,
        "neutral_feedback": 0.5,
        "price_talk": 1.6,
        "failed_payment": 0.5,
        "training": -0.6,
        "check_in": -0.3,  # each, three at most
        "renewal_discount": -1.0,
        "success_manager": -0.4,
        "feature": -0.09,  # each adopted feature beyond three
        "tenure": -0.16,  # per log(1 + half-years)
        "early_in_term": -1.6,  # annual contracts, before the term ends
        "term_end": 3.3,  # annual contracts, the one decision at the end of the term
    }
)
PAYMENT_FAILURE = ((0.085, 0.055, 0.015), (0.1, 0.07, 0.04))  # per bill: monthly and annual terms, by method
RECOVERY = (0.30, 0.54)  # chance a week that a failed payment is collected: usual, smart retries
RETRIES_PER_WEEK = (1, 2)
DUNNING_WEEKS = 4
RETURN_SHARE = 0.06

PLANTED_SIGNS = MappingProxyType(  # signs that raise the true hazard, and how each shows in the tables
    {
        "champion_gone": "contacts: a champion (is_champion) whose left_at lies in the last 90 days",
        "price_talk": "touches: kind = price_talk in the last 90 days",
        "failed_payment": "invoices: failed_attempts > 0, due in the last 90 days",
        "negative_feedback": "surveys: nps <= 6 or csat <= 2, or tickets: satisfaction <= 2, in the last 90 days",
        "slow_first_response": "tickets: mean first response of the last 90 days above 12 hours",
        "disengagement": "events: use of the last 28 days below half the pace of the 63 days before",
        "too_many_requests": "tickets: three or more opened in the last 28 days",
    }
)
NOISE_SIGNS = MappingProxyType(  # signs drawn independently of everything
    {
        "neutral_ces": "surveys: kind = ces with score 4, in the last 90 days",
        "newsletter_opened": "events: name = newsletter_opened in the last 28 days",
        "status_page_viewed": "events: name = status_page_viewed in the last 28 days",
        "campaign_sent": "touches: kind = campaign in the last 28 days",
    }
)
