-- one row per customer and snapshot with bills due in the 90 days before it
-- attempts have no dates: of a bill that is open and young only the first failure, on the due day, is known
select i.customer_key, w.snapshot_on,
  sum(case when i.failed_attempts = 0 or i.failed_attempts is null then 0
           when i.paid_on < w.snapshot_on or w.age_days > 30 then i.failed_attempts
           else 1 end) as failed_payments_90,
  sum(case when i.paid_on is null or i.paid_on >= w.snapshot_on then 1 else 0 end) as unpaid_90,
  sum(case when i.paid_on > i.due_on and i.paid_on < w.snapshot_on then 1 else 0 end) as paid_late_90
from invoices as i
join windows as w on w.day = i.due_on
where w.age_days <= 90
group by i.customer_key, w.snapshot_on
