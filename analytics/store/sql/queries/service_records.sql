-- one row per kind of record that a service metric rests on: how many there are in the whole data set
select 'first_response' as record, cast(count(first_response_at) as bigint) as n from tickets
union all
select 'resolution' as record, cast(count(resolved_at) as bigint) as n from tickets
union all
select 'contact' as record, cast(count(*) as bigint) as n from touches where arm is null or arm <> 'control'
union all
select 'answer' as record, cast(count(responded_at) as bigint) as n from touches where arm is null or arm <> 'control'
union all
select 'event' as record, cast(count(*) as bigint) as n from event_days
union all
select kind as record, cast(count(*) as bigint) as n from surveys group by kind
union all
select 'order' as record, cast(count(*) as bigint) as n from events where amount > 0
