-- one row per customer and day on which they enter a stage
select e.customer_key, e.started_on as turns_on, e.stage as segment
from stage_episodes as e
join chosen as c on c.customer_key = e.customer_key
