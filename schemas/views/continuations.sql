SELECT
    spread.row_id AS row_id, found.turn AS turn, found.request_turn AS request_turn, found.next_turn AS next_turn,
    found.request AS request, found.ending AS ending, found.start AS start, found.done AS done,
    coalesce(sample_ids, []) AS sample_ids
FROM (SELECT row_id, unnest(continuations) AS found FROM converted_parts) AS spread
LEFT JOIN fates ON fates.row_id = spread.row_id AND fates.turn = spread.found.turn
ORDER BY row_id, turn
