-- one row per segment, period and kind of change: the change in monthly recurring revenue listed in `changes`, in cents
select segment, period_index, kind, cast(sum(change_cents) as bigint) as change_cents
from changes
group by segment, period_index, kind
