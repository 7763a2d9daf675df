SELECT row_id, repair.turn AS turn, repair.kind AS kind, repair.detail AS detail
FROM (
    SELECT row_id, unnest(repairs) AS repair FROM ingested_parts
    UNION ALL
    SELECT row_id, unnest(repairs) AS repair FROM converted_parts
    UNION ALL
    SELECT row_id, unnest(repairs) AS repair FROM quality_parts
)
