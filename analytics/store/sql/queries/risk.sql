-- one row per customer scored, the highest expected loss first where there is revenue, else the highest probability
select k.customer_id, s.probability, s.low, s.high, s.band, g.stage, m.mrr_cents / 1e2 as mrr,
  s.probability * m.mrr_cents / 1e2 as expected_loss,
  s.reason_1, s.points_1, s.reason_2, s.points_2, s.reason_3, s.points_3, c.segment
from scores as s
join chosen as c on c.customer_key = s.customer_key
join customers as k on k.customer_key = s.customer_key
left join stage_episodes as g on g.customer_key = s.customer_key and g.ended_on is null
left join (
  select customer_key, sum(mrr_cents) as mrr_cents from paid_spans where ended_on is null group by customer_key
) as m on m.customer_key = s.customer_key
order by expected_loss desc, s.probability desc, k.customer_id
