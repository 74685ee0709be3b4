-- one row per customer: what is known of them beyond their records
select k.customer_key, k.customer_id, c.name, c.signed_up_at, c.signed_up_on, c.churned_at, c.churned_on, c.churn_reason
from customer_keys as k
left join raw_customers as c on c.customer_id = k.customer_id
