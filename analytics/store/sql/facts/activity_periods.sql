-- one row per customer, basis (event, subscribed), grain (week, month, quarter, year) and period with activity
select distinct e.customer_key, 'event' as basis, p.grain, p.period_index
from event_days as e
join day_periods as p on p.day = e.day
where p.grain <> 'day'
union all
select distinct a.customer_key, 'subscribed' as basis, p.grain, p.period_index
from active_spans as a
join periods as p on p.ends_on > a.started_on and (a.ended_on is null or p.starts_on < a.ended_on)
where p.starts_on <= $as_of and p.grain <> 'day'
