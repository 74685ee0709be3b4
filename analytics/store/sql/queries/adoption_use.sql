-- one row per breadth and depth of a month's use in adoption: how many customers and snapshots had it
select n_features_30, active_days_30, cast(count(*) as bigint) as n
from features
where stage = 'adoption'
group by n_features_30, active_days_30
