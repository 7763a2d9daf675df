SELECT row_id, fates.turn AS turn, sample_ids
FROM (SELECT row_id, unnest(unlabelled) AS turn FROM converted_parts) AS marked JOIN fates USING (row_id, turn)
WHERE fate = 'sample'
ORDER BY row_id, turn
