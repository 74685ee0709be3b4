-- one row per number of days from joining to first value: how many customers took so long
select date_diff('day', joined_on, reached_on) as delay_days, cast(count(*) as bigint) as n
from onboarding
where reached_on is not null and reached_on >= joined_on
group by date_diff('day', joined_on, reached_on)
