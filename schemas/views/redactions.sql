-- Of the stage's own turns, every raw one at its raw index: a dropped or merged turn is redacted too.
SELECT
    row_id,
    found.turn AS turn,
    placed.role AS role,
    found.kind AS kind,
    found.pseudonym AS pseudonym,
    substr(placed.content, greatest(found.placed_char - 59, 1), least(found.placed_char, 60)) AS before,
    substr(placed.content, found.placed_char + len(found.pseudonym) + 1, 60) AS after,
    found.digest AS digest
FROM (
    SELECT row_id, found, turns[found.turn + 1] AS placed
    FROM (SELECT row_id, turns, unnest(pii) AS found FROM quality_parts WHERE len(pii) > 0)
)
WHERE found.pseudonym IS NOT NULL
ORDER BY row_id, turn, found.placed_char
