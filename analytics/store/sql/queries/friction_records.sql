-- one row per sign of friction that rests on a column or a kind of record: how many there are in the whole data set
select 'slow_answer' as sign, cast(count(first_response_at) as bigint) as n from tickets
union all
select 'slow_solution' as sign, cast(count(resolved_at) as bigint) as n from tickets
union all
select 'reopened' as sign, cast(count(reopened_count) as bigint) as n from tickets
union all
select 'repeated_topic' as sign, cast(count(category) as bigint) as n from tickets
union all
select 'failed_payment' as sign, cast(count(failed_attempts) as bigint) as n from invoices
union all
select 'price_talk' as sign, cast(count(*) as bigint) as n from touches where kind = 'price_talk'
union all
select 'discount' as sign, cast(count(*) as bigint) as n from touches where kind = 'discount'
union all
select 'contract_change' as sign, cast(count(*) as bigint) as n from mrr_movements
union all
select 'no_value' as sign, cast(count(reached_on) as bigint) as n from onboarding
union all
select 'slow_value' as sign, cast(count(reached_on) as bigint) as n from onboarding
union all
select 'steps_unfinished' as sign, cast(count(*) as bigint) as n
from customer_days as d
join kinds as k on k.kind_key = d.kind_key
where k.source = 'event' and k.name = $onboarding_event
union all
select 'narrow_use' as sign, cast(count(*) as bigint) as n from kinds where source = 'event' and name <> ''
union all
select 'shallow_use' as sign, cast(count(*) as bigint) as n from kinds where source = 'event'
union all
select 'falling_use' as sign, cast(count(*) as bigint) as n from kinds where source = 'event'
