"""What happens between a subscriber's text and its answer.

    reception ─▶ journal ─▶ bell ─▶ app (Celery) ─▶ child ─▶ window ─▶ errand ─▶ calls, reconcile ─▶ core_client
    postbox  ◀── journal ◀──────────────────────────────────────┘

`journal` keeps messages and answers, `dialogue` decides, `ops` is for those who run it, `settings` says how.
A Celery task is a bell and carries nothing: what keeps a message safe is its row.
"""
