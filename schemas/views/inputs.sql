-- A file's parts are read apart; shapes and fields are counted over all of them.
WITH shapes AS (
    SELECT source, string_agg(name, ', ' ORDER BY rows DESC, name) AS shape
    FROM (
        SELECT source, found.name AS name, sum(found.rows) AS rows
        FROM (SELECT source, unnest(shapes) AS found FROM input_parts) GROUP BY ALL
    ) GROUP BY source
),
fields AS (
    SELECT source, list({'name': name, 'rows': rows} ORDER BY rows DESC, name) AS fields
    FROM (
        SELECT source, found.name AS name, sum(found.rows)::BIGINT AS rows
        FROM (SELECT source, unnest(fields) AS found FROM input_parts) GROUP BY ALL
    ) GROUP BY source
)
SELECT
    source,
    any_value(shape) AS shape,
    arg_min(charset, first_row) AS charset,
    sum(rows)::BIGINT AS rows,
    sum(broken)::BIGINT AS broken,
    arg_min(first_keys, first_row) AS first_keys,
    coalesce(any_value(fields.fields), []) AS fields
FROM input_parts LEFT JOIN shapes USING (source) LEFT JOIN fields USING (source)
GROUP BY source
ORDER BY source
