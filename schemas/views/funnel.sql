WITH stages AS (
    SELECT * FROM (VALUES
        (1, 'ingested'), (2, 'converted'), (3, 'language_filtered'), (4, 'quality_filtered'),
        (5, 'deduplicated'), (6, 'windows'), (7, 'shards')
    ) AS list (place, stage)
),
row_ends AS (
    SELECT place, count(*) AS ended, count(*) FILTER (fate = 'dropped') AS dropped
    FROM rows JOIN stages USING (stage) GROUP BY place
),
turn_ends AS (
    SELECT place, count(*) AS ended, count(*) FILTER (fate = 'dropped') AS dropped
    FROM fates JOIN stages USING (stage) GROUP BY place
),
counted AS (
    SELECT
        place,
        stage,
        (SELECT coalesce(sum(ended), 0) FROM row_ends r WHERE r.place >= s.place)::BIGINT AS conversations_in,
        (SELECT coalesce(sum(dropped), 0) FROM row_ends r WHERE r.place = s.place)::BIGINT AS conversations_dropped,
        (SELECT coalesce(sum(ended), 0) FROM turn_ends t WHERE t.place >= s.place)::BIGINT AS turns_in,
        (SELECT coalesce(sum(dropped), 0) FROM turn_ends t WHERE t.place = s.place)::BIGINT AS turns_dropped
    FROM stages s
)
SELECT
    stage,
    conversations_in,
    conversations_in - conversations_dropped AS conversations_kept,
    conversations_dropped,
    turns_in,
    turns_in - turns_dropped AS turns_kept,
    turns_dropped,
    -- Of the published samples: each is a window, and the stages may hold a newer run's.
    CASE WHEN stage IN ('windows', 'shards') THEN (SELECT coalesce(sum(n_tokens), 0) FROM shards) END::BIGINT AS tokens
FROM counted
ORDER BY place
