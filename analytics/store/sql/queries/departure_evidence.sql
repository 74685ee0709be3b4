-- one row per departure in the window and kind of evidence recorded before its day: the latest day of it
with gone as (
  select a.customer_key, a.started_on, a.ended_on as left_on
  from active_spans as a
  join chosen as c on c.customer_key = a.customer_key
  where a.ended_on >= $from_on and a.ended_on < $until_on
),
used as (
  select g.customer_key, g.left_on,
    sum(case when date_diff('day', e.day, g.left_on) <= 30 then e.n else 0 end) as n_late,
    sum(case when date_diff('day', e.day, g.left_on) > 30 then e.n else 0 end) as n_before
  from gone as g
  join event_days as e on e.customer_key = g.customer_key
  where date_diff('day', e.day, g.left_on) between 1 and 60 and date_diff('day', g.started_on, g.left_on) >= 60
  group by g.customer_key, g.left_on
),
asked as (
  select g.customer_key, g.left_on, min(t.touched_on) as on_day, count(*) as n_asked,
    sum(case when t.responded_on < g.left_on then 1 else 0 end) as n_answered
  from gone as g
  join touches as t on t.customer_key = g.customer_key
  where date_diff('day', t.touched_on, g.left_on) between 1 and $days and coalesce(t.arm, '') <> 'control'
  group by g.customer_key, g.left_on
),
requests as (
  select g.customer_key, g.left_on, t.opened_on, t.escalated_on, t.satisfaction, t.resolved_on, t.first_response_on,
    date_diff('day', t.opened_on, g.left_on) as age_days,
    date_diff('second', t.opened_at, t.first_response_at) / 3600e0 as waited_hours
  from gone as g
  join tickets as t on t.customer_key = g.customer_key
  where date_diff('day', t.opened_on, g.left_on) between 1 and $days
),
found as (
  select g.customer_key, g.left_on, 'unpaid_bill' as evidence, i.due_on as on_day
  from gone as g
  join invoices as i on i.customer_key = g.customer_key
  where date_diff('day', i.due_on, g.left_on) between 1 and $days and i.failed_attempts > 0
    and (i.paid_on is null or i.paid_on >= g.left_on)
  union all
  select g.customer_key, g.left_on, 'champion_gone' as evidence, p.left_on as on_day
  from gone as g
  join contacts as p on p.customer_key = g.customer_key
  where p.is_champion and date_diff('day', p.left_on, g.left_on) between 1 and $days
  union all
  select g.customer_key, g.left_on, 'price_talk' as evidence, t.touched_on as on_day
  from gone as g
  join touches as t on t.customer_key = g.customer_key
  where t.kind in ('price_talk', 'discount') and date_diff('day', t.touched_on, g.left_on) between 1 and $days
    and coalesce(t.arm, '') <> 'control'
  union all
  select g.customer_key, g.left_on, 'smaller_contract' as evidence, m.moved_on as on_day
  from gone as g
  join mrr_movements as m on m.customer_key = g.customer_key
  where m.kind = 'contraction' and date_diff('day', m.moved_on, g.left_on) between 1 and $days
  union all
  select customer_key, left_on, 'slow_answer' as evidence, opened_on as on_day
  from requests
  where (first_response_on < left_on and waited_hours > $slow_hours)
     or ($knows_answers and (first_response_on is null or first_response_on >= left_on) and age_days * 24 > $slow_hours + 24)
  union all
  select customer_key, left_on, 'unsolved_ticket' as evidence, opened_on as on_day
  from requests
  where $knows_solutions and (resolved_on is null or resolved_on >= left_on) and age_days >= 3
  union all
  select g.customer_key, g.left_on, 'bad_feedback' as evidence, s.answered_on as on_day
  from gone as g
  join surveys as s on s.customer_key = g.customer_key
  where date_diff('day', s.answered_on, g.left_on) between 1 and $days
    and ((s.kind = 'nps' and s.score <= 6) or (s.kind = 'csat' and s.score <= 2) or (s.kind = 'ces' and s.score <= 3))
  union all
  select customer_key, left_on, 'bad_answer' as evidence, opened_on as on_day
  from requests
  where satisfaction <= 2 and resolved_on < left_on
  union all
  select customer_key, left_on, 'escalation' as evidence, escalated_on as on_day
  from requests
  where escalated_on < left_on
  union all
  select g.customer_key, g.left_on, 'no_value' as evidence, o.joined_on as on_day
  from gone as g
  join onboarding as o on o.customer_key = g.customer_key
  where $knows_value and (o.reached_on is null or o.reached_on >= g.left_on)
  union all
  select customer_key, left_on, 'falling_use' as evidence, left_on as on_day
  from used
  where $knows_use and n_late * 2 < n_before and n_before >= 4
  union all
  select customer_key, left_on, 'silence' as evidence, on_day
  from asked
  where $knows_contact and n_asked >= 2 and n_answered = 0
  union all
  select customer_key, left_on, 'early' as evidence, started_on as on_day
  from gone
  where $knows_early and date_diff('day', started_on, left_on) <= 120
)
select customer_key, left_on, evidence, max(on_day) as on_day
from found
group by customer_key, left_on, evidence
