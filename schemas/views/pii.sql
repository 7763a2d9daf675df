SELECT row_id, found.turn, found.kind, found.start_char, found.end_char, found.digest
FROM (SELECT row_id, unnest(pii) AS found FROM quality_parts)
ORDER BY row_id, found.turn, found.start_char
