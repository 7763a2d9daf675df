WITH labelled AS (
    SELECT row_id, span.turn AS turn, split, any_value(language) AS language,
        sum(span.token_end - span.token_start)::BIGINT AS tokens
    FROM (SELECT row_id, split, language, unnest(label_spans) AS span FROM shards)
    GROUP BY row_id, span.turn, split
),
-- Few answers have any of these, so only those are spread out.
marked AS (
    SELECT row_id, unnest(list_filter(
        turn_signals, lambda one: one.truncated_answer OR one.refusals > 0 OR one.identity_claims > 0
    )) AS signal
    FROM quality_parts
)
SELECT
    row_id,
    turn,
    split,
    language,
    tokens,
    coalesce(signal.truncated_answer, false) AS truncated,
    coalesce(signal.refusals, 0)::BIGINT AS refusals,
    coalesce(signal.identity_claims, 0)::BIGINT AS identity_claims
FROM labelled LEFT JOIN (SELECT row_id, signal.turn AS turn, signal FROM marked) USING (row_id, turn)
