-- one row per customer and day on which presence changes, under the churn definition in force
select customer_key, on_day, sum(change) as change
from (
  select customer_key, started_on as on_day, 1 as change from paid_spans
  where $recognised in ('contract_end', 'request', 'grace_end')
  union all
  select customer_key, ended_on as on_day, -1 as change from paid_spans
  where ended_on is not null and $recognised in ('contract_end', 'request', 'grace_end')
  union all
  select customer_key, day as on_day, 1 as change from event_days
  where $recognised = 'inactivity'
  union all
  select e.customer_key, g.day as on_day, -1 as change
  from event_days as e
  join days as d on d.day = e.day
  join days as g on g.day_index = d.day_index + $inactivity_days
  where $recognised = 'inactivity' and g.day <= $as_of
  union all
  select customer_key, on_day, mark - was as change
  from (
    select customer_key, on_day, mark,
      coalesce(lag(mark) over (partition by customer_key order by on_day), 0) as was
    from label_marks
  ) as marked
  where $recognised = 'label'
) as edges
group by customer_key, on_day
