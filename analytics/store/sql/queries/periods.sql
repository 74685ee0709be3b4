-- one row per period of a grain
select period_index, starts_on, ends_on, observed_until, is_final
from periods
where grain = $grain
