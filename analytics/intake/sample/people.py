"""People: champions who leave, what surveys say, and the contacts made (check-ins, training, price talks, …)."""

import numpy as np

from analytics.intake.sample import world
from analytics.intake.sample.draws import Flags, Floats, Ints, to_normal
from analytics.intake.sample.hazard import service_of, use_of
from analytics.intake.sample.moments import moments_of, seconds_of_day
from analytics.intake.sample.state import PAID, Week
from analytics.intake.sample.timeline import DAY_SECONDS

KINDS = ("campaign", "check_in", "training", "price_talk", "discount", "payment_plan", "holdout")
CHANNELS = ("mail", "phone", "video", "in_app")
_USUAL_CHANNEL = (0, 1, 2, 1, 1, 3, 3)  # by kind
EXPERIMENTS = ("", "welcome_training", "payment_retries")
WELCOME_WINDOW = (0.30, 0.68)  # shares of the history
DISCOUNTS = (0.10, 0.20)
_ASKED = ((0.0, 0.022), (0.022, 0.030), (0.030, 0.042))  # shares of a week's customers who answer nps, csat, ces
_TRAINING_BY_PLAN = np.array([0.9, 0.1, -0.6])
_TRAINING_BY_CHANNEL = np.array([0.0, 0.45, 0.2, 0.0, -0.3])


def change_champions(week: Week) -> None:
    """Champions leave; weeks later somebody else takes up the cause."""
    state = week.state
    is_led = state.champion_back_step <= week.step
    leaves = (state.phase == PAID) & is_led & (week.draw("champion leaves") < 0.0042)
    left = np.flatnonzero(leaves)
    state.champion_left_step[left] = week.step
    state.champion_back_step[left] = week.step + 5 + (week.draw("champion gap", left) * 14).astype(np.int64)
    state.champion_back_step[~week.is_here & (state.champion_back_step == week.step)] += 1  # nobody to come to
    if week.log is None:
        return
    back = np.flatnonzero(week.is_here & (state.champion_back_step == week.step))
    week.write("champions", left, moments_of(week, "champion leaves", left), is_arrival=np.zeros(len(left), bool))
    week.write("champions", back, moments_of(week, "champion arrives", back), is_arrival=np.ones(len(back), bool))


def ask_customers(week: Week) -> None:
    """Survey answers of the week: nps and csat follow how things go, ces follows nothing."""
    state, luck = week.state, week.draw("survey")
    nps, csat, ces = (np.flatnonzero(week.is_here & (luck >= low) & (luck < high)) for low, high in _ASKED)
    mood = _mood(week)
    scores = np.clip(np.rint(8.2 + 1.6 * mood[nps] + 1.5 * to_normal(week.draw("score", nps))), 0, 10)
    marks = np.clip(np.rint(4.1 + 0.6 * mood[csat] + 0.8 * to_normal(week.draw("score", csat))), 1, 5)
    state.negative_step[nps[scores <= 6]] = week.step
    state.negative_step[csat[marks <= 2]] = week.step
    state.neutral_step[nps[(scores > 6) & (scores <= 8)]] = week.step
    state.neutral_step[csat[marks == 3]] = week.step
    if week.log is None:
        return
    efforts = 1 + np.floor(7 * week.draw("score", ces))
    for code, (rows, answers) in enumerate(((nps, scores), (csat, marks), (ces, efforts))):
        week.write("surveys", rows, moments_of(week, "answer", rows), kind=np.full(len(rows), code), score=answers)


def _mood(week: Week) -> Floats:
    """How a customer feels, less the luck of the day: the hidden need, slow answers, and how use goes."""
    (recent, earlier), (hours, _) = use_of(week), service_of(week)
    trend = np.log((recent + 1) / (earlier * 4 / 9 + 1))
    mood: Floats = -0.4 * week.customers.need - 0.04 * (hours - world.USUAL_RESPONSE_HOURS) + 0.25 * trend
    return mood


def contact_customers(week: Week) -> None:
    """Contacts. Who needs help gets more of it: check-ins, training and discounts follow the hidden need."""
    state, customers = week.state, week.customers
    is_paid, need = state.phase == PAID, customers.need
    checked = is_paid & (
        week.draw("check-in") < np.minimum(0.02 * np.exp(0.85 * need + 0.3 * customers.has_manager), 0.5)
    )
    state.check_ins[week.slot] = checked
    is_settled = week.first_day - state.paid_on > 7 * world.MEMORY_WEEKS
    lesson = 0.010 * np.exp(_TRAINING_BY_PLAN[customers.plan] + _TRAINING_BY_CHANNEL[customers.channel] + 0.4 * need)
    trained = is_paid & is_settled & (week.draw("training") < np.minimum(lesson, 0.4))
    state.training_step[trained] = week.step
    days_left = state.renews_on - week.first_day
    is_closing = is_paid & (customers.term_months == 12) & (days_left > 15) & (days_left <= 60)
    talk = np.where(is_closing, 0.07, np.where(customers.term_months == 1, 0.0045, 0.0)) * np.exp(0.3 * need)
    talks = is_paid & (week.draw("price talk") < np.minimum(talk, 0.5))
    state.talk_step[talks] = week.step
    given = np.minimum(np.where(is_closing, 0.035, 0.0006) * np.exp(0.9 * need) + np.where(talks, 0.22, 0.0), 0.6)
    is_offered = is_paid & (state.discount == 0) & (state.offered == 0) & (week.draw("discount") < given)
    _offer(week, is_offered)
    if week.log is None:
        return
    mailed = week.is_here & (week.draw("campaign") < 0.03)
    for kind, is_touched in enumerate((mailed, checked, trained, talks, is_offered)):
        write_touches(week, kind, np.flatnonzero(is_touched))


def _offer(week: Week, is_offered: Flags) -> None:
    state = week.state
    rows = np.flatnonzero(is_offered)
    state.discount_step[rows] = week.step
    state.offered[rows] = np.where(week.draw("discount size", rows) < 0.65, *DISCOUNTS)


def write_touches(
    week: Week, kind: int, rows: Ints, experiment: int = 0, arms: Flags | None = None, days: Ints | None = None
) -> None:
    """Touch rows of one kind at some instant of the week, or on `days`; a customer drifting away answers less."""
    if week.log is None:
        return
    purpose = f"touch {kind} {experiment}"
    at = moments_of(week, purpose, rows) if days is None else days * DAY_SECONDS + seconds_of_day(week, purpose, rows)
    answers = week.draw(purpose + " answers", rows) < 0.6 - 0.25 * np.minimum(week.state.decline[rows], 1.5)
    wait: Floats = -np.log(week.draw(purpose + " wait", rows)) * 1.5 * DAY_SECONDS
    is_silent = ~answers | (kind == KINDS.index("holdout"))
    week.write(
        "touches",
        rows,
        at,
        kind=np.full(len(rows), kind),
        channel=np.full(len(rows), _USUAL_CHANNEL[kind]),
        responded_at=np.where(is_silent, -1, at + 60 + wait.astype(np.int64)),
        experiment=np.full(len(rows), experiment),
        arm=np.zeros(len(rows), np.int64) if arms is None else np.where(arms, 1, 2),
        discount_share=np.where(week.state.offered[rows] > 0, week.state.offered[rows], np.nan)
        if kind == 4
        else np.full(len(rows), np.nan),
    )


def welcome(week: Week, rows: Ints) -> None:
    """Customers who begin to pay inside the window of the experiment: half of them are trained in the first week."""
    first, last = week.timeline.window(*WELCOME_WINDOW)
    state = week.state
    joins = rows[(state.paid_on[rows] >= first) & (state.paid_on[rows] < last) & (state.n_stays[rows] == 1)]
    state.welcome_on[joins] = state.paid_on[joins]
    is_treated = week.customers.is_trained_arm[joins]
    state.training_step[joins[is_treated]] = week.step
    for arm, kind in ((True, KINDS.index("training")), (False, KINDS.index("holdout"))):
        members = joins[is_treated == arm]
        write_touches(week, kind, members, 1, np.full(len(members), arm), state.paid_on[members])
