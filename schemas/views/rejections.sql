WITH dropped_rows AS (
    SELECT stage, reason, count(*) AS conversations, 0 AS turns, min(row_id) AS example
    FROM rows WHERE fate = 'dropped' GROUP BY stage, reason
),
dropped_turns AS (
    SELECT stage, reason, 0 AS conversations, count(*) AS turns, min(row_id) AS example
    FROM fates WHERE fate = 'dropped' GROUP BY stage, reason
)
SELECT stage, reason, sum(conversations)::BIGINT AS conversations, sum(turns)::BIGINT AS turns, min(example) AS example
FROM (FROM dropped_rows UNION ALL FROM dropped_turns)
GROUP BY stage, reason
ORDER BY conversations DESC, turns DESC, reason
