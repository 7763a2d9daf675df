SELECT row_id, kept_row_id, kind, jaccard, group_id
FROM deduplicated_parts
WHERE kind IS NOT NULL
ORDER BY row_id
