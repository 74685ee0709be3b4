-- one row per name of an event
select name
from kinds
where source = 'event'
