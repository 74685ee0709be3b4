"""The README that is written beside the sample company's tables."""

README = """# A simulated company

**Everything in this folder is simulated.** No customer, person, contract or payment in it exists or ever
existed; names are put together from word lists. The tables come out of a causal process with known effects,
so that what a dashboard says about them can be compared with the truth. The same seed gives the same files.

The company sells a subscription to businesses of three sizes, monthly or by the year. Customers pass through
onboarding, adoption, escalations and renewals; some need more help than others. Nobody can see that need in
the tables, but success managers sense it: who needs help gets more check-ins, training and discounts, and
leaves more often all the same. Read naively, help looks harmful.

| file | one row is |
| --- | --- |
| customers.parquet | one customer, with its attributes |
| subscriptions.parquet | one period of one subscription (`ended_at` exclusive; an announced end may lie ahead) |
| events.parquet | one thing a customer did |
| tickets.parquet | one service request |
| invoices.parquet | one bill |
| surveys.parquet | one answer (nps 0-10, csat 1-5, ces 1-7) |
| touches.parquet | one contact from the company; `holdout` marks the control arm of a test: nobody was reached |
| contacts.parquet | one person at a customer |
| churn_events.parquet | one departure |
| truth.json | what is true of the process; no dashboard reads it |
| truth_hazards.parquet | every customer's true probability of leaving; no dashboard reads it |

Instants are UTC without a zone; columns without a time of day are dates. A monthly contract rolls on without
a date, so `renews_at` is empty; an annual one is left mostly at the end of its term. Departures by
choice are asked for 1 to 13 days before (`cancel_requested_at`); departures for unpaid bills are not.

## truth.json

- `levers`: one move of each lever. `effect` is the change in the probability of leaving in the `horizon_days`
  after a gap of `gap_days`, among customers still there after the gap. `state` (as it stood when the window
  opens) is set to `move` for the customers it applies to, compared with `against` (`current` = as it was);
  then the process goes on by itself, twice with the same luck. Averaged over customers at the end of the data
  and a year before. `baseline` is the probability without the move. `confounding` says whether adjustment for
  what the tables show can find the effect. `contrasts` holds further moves of the same levers.
- `experiments`: the two randomised tests. `effect` is the change, through being in the arm, in the
  probability of having left `horizon_days` after joining the test (no gap), over its participants: the
  history run again with everybody treated and with nobody. `effect_by_days` and `effect_by_end_of_data` give
  it for other horizons.
- `stage_rates`: true churn per customer-month in each journey stage, over the paid days really spent there,
  by `stage_rules`.
- `incident`: when a fault of the product raised requests and churn, and in which stage.
- `signals`: signs that raise the true hazard (`planted`), signs drawn independently of everything (`noise`),
  and how each shows (`rules`).
- `log_odds`: the effects written into the process, on the log-odds of leaving in a week.

Of companies of more than 10,000 customers, `levers`, `contrasts` and `experiments` are measured on the first
10,000.

## truth_hazards.parquet

customer_id, as_of (the end of that day), horizon_days, probability, gap_days: the true probability of leaving
in the `horizon_days` after the gap, given still being there after it. From the state on that day the process
is continued in several possible futures (use, service, payments, contacts differ); the exact weekly hazards
along each are multiplied up, and the futures averaged. Nothing is frozen, and the hidden need is known.
Every 91 days of the last year are given too; of customers after the first 10,000 only the last day.
"""
