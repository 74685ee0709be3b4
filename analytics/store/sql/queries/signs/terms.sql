-- one row per paid period with a contract term: its days, its length in months, and one day on which a term ends, where stated
select s.customer_key, s.started_on, s.ended_on, s.term_months, s.renews_on
from spans as s
join chosen as c on c.customer_key = s.customer_key
where s.is_paid = 1 and s.term_months >= $renewal_min_term_months
