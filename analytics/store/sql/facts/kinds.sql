-- one row per kind of record: an event's name, a ticket's category, a touch's or survey's kind, an invoice
select row_number() over (order by source, name) as kind_key, source, name
from (
  select 'event' as source, coalesce(name, '') as name from raw_events
  union
  select 'ticket' as source, coalesce(category, '') as name from raw_tickets
  union
  select 'touch' as source, kind as name from raw_touches
  union
  select 'survey' as source, kind as name from raw_surveys
  union
  select 'invoice' as source, '' as name from raw_invoices
) as named
