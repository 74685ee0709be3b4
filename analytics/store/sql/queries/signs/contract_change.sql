-- one row per customer and day on which they came to pay less, or their new contract has a shorter term than the one before it
with terms as (
  select customer_key, started_on, term_months,
    lag(term_months) over (partition by customer_key order by started_on, source_row) as term_months_before
  from paid_spans
),
changes as (
  select customer_key, moved_on as day from mrr_movements where kind = 'contraction'
  union
  select customer_key, started_on as day from terms where term_months < term_months_before
)
select x.customer_key, x.day
from changes as x
join chosen as c on c.customer_key = x.customer_key
