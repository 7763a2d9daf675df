-- Asked of the published samples themselves, not of the verdicts: a row that was cut into windows
-- on the wrong side would show here too.
WITH placed AS (
    SELECT DISTINCT verdicts.group_id, shards.row_id, shards.split
    FROM shards JOIN deduplicated_parts AS verdicts USING (row_id)
)
SELECT train.group_id, train.row_id, held.row_id AS other_row_id
FROM placed AS train
JOIN placed AS held ON held.group_id = train.group_id
WHERE train.split = 'train' AND held.split = 'validation'
ORDER BY ALL
