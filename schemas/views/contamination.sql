SELECT hit.benchmark, hit.item, row_id, hit.turn, hit.share
FROM (SELECT row_id, unnest(contamination) AS hit FROM quality_parts)
ORDER BY hit.benchmark, hit.item, row_id, hit.turn
