-- Labelled tokens of each answer, shared out by what its characters are.
WITH labels AS (
    SELECT row_id, span.turn AS turn, sum(span.token_end - span.token_start) AS tokens
    FROM (SELECT row_id, unnest(label_spans) AS span FROM shards) GROUP BY ALL
),
measured AS (
    SELECT row_id, answer_language, unnest(turn_signals) AS measured FROM quality_parts JOIN language_parts USING (row_id)
),
-- Apart, since a list beside each turn would be copied as many times as there are turns.
endless AS (
    SELECT row_id, unnest(unlabelled_eos) AS turn, true AS is_endless FROM quality_parts
),
answers AS (
    SELECT
        labels.tokens,
        coalesce(answer_language, 'unknown') AS language,
        measured.code_characters / greatest(measured.characters, 1) AS code,
        measured.list_characters / greatest(measured.characters, 1) AS list,
        coalesce(measured.refusals, 0) > 0 AS refuses,
        measured.truncated_answer OR coalesce(is_endless, false) AS breaks_off,
        coalesce(measured.repeats_question, false) AS repeats
    FROM labels
    JOIN measured ON measured.row_id = labels.row_id AND measured.measured.turn = labels.turn
    LEFT JOIN endless ON endless.row_id = labels.row_id AND endless.turn = labels.turn
),
said AS (
    SELECT list_filter(messages, lambda m: m.role = 'assistant') AS answers, label_spans FROM shards
),
shown AS (
    SELECT unnest(answers).content AS content, unnest(label_spans) AS span FROM said WHERE len(answers) = len(label_spans)
),
-- The marks before the sentence are trimmed: a pattern with a group takes ten times as long as one without.
openings AS (
    SELECT
        ltrim(
            regexp_extract(content, '^[\s\d.)#*>-]*[^\n.!?:。！？：`]{1,120}[.!?:。！？：]?'),
            e' \t\n\f\r0123456789.)#*>-'
        ) AS opening,
        span.token_end - span.token_start AS tokens
    FROM shown
),
counted AS (
    FROM (
        SELECT 1 AS place, 'kind' AS measure, 'code' AS value, count(*) FILTER (code > 0) AS answers, sum(tokens * code) AS tokens
        FROM answers
        UNION ALL
        SELECT 1, 'kind', 'list', count(*) FILTER (list > 0), sum(tokens * list) FROM answers
        UNION ALL
        SELECT 1, 'kind', 'prose', count(*) FILTER (code + list < 1), sum(tokens * greatest(1 - code - list, 0)) FROM answers
        UNION ALL
        SELECT 2, 'language', language, count(*), sum(tokens) FROM answers GROUP BY language
        UNION ALL
        SELECT 3, 'answers', 'that refuse', count(*), sum(tokens) FROM answers WHERE refuses
        UNION ALL
        SELECT 3, 'answers', 'that break off', count(*), sum(tokens) FROM answers WHERE breaks_off
        UNION ALL
        SELECT 3, 'answers', 'that repeat the question', count(*), sum(tokens) FROM answers WHERE repeats
    )
    UNION ALL
    FROM (
        SELECT 4 AS place, 'opening' AS measure, opening AS value, answers, tokens
        -- A condition on the sentence in here would be asked of every answer, and take its pattern twice.
        FROM (
            SELECT opening, count(*) AS answers, sum(tokens) AS tokens
            FROM openings GROUP BY opening HAVING count(*) > 1
            ORDER BY answers DESC, opening LIMIT 11
        )
        WHERE opening <> '' ORDER BY answers DESC, opening LIMIT 10
    )
)
SELECT
    measure,
    value,
    answers::BIGINT AS answers,
    round(coalesce(tokens, 0))::BIGINT AS label_tokens,
    coalesce(tokens / nullif((SELECT sum(n_label_tokens) FROM shards), 0), 0)::DOUBLE AS share
FROM counted
ORDER BY place, answers DESC, value
