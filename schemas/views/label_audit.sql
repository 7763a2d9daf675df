-- Labelled tokens of each answer, shared out by what its characters are.
WITH labels AS (
    SELECT row_id, span.turn AS turn, sum(span.token_end - span.token_start) AS tokens
    FROM (SELECT row_id, unnest(label_spans) AS span FROM windows WHERE sample_id IS NOT NULL) GROUP BY ALL
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
-- The answers are passed once: all but the first sentences adds up from a few rows.
languages AS MATERIALIZED (
    SELECT
        language,
        count(*) AS answers, sum(tokens) AS tokens,
        count(*) FILTER (code > 0) AS with_code, sum(tokens * code) AS code,
        count(*) FILTER (list > 0) AS with_list, sum(tokens * list) AS list,
        count(*) FILTER (code + list < 1) AS with_prose,
        count(*) FILTER (refuses) AS refusing, sum(tokens) FILTER (refuses) AS refused,
        count(*) FILTER (breaks_off) AS breaking_off, sum(tokens) FILTER (breaks_off) AS broken_off,
        count(*) FILTER (repeats) AS repeating, sum(tokens) FILTER (repeats) AS repeated
    FROM answers GROUP BY language
),
openings AS (
    SELECT unnest(openings) AS opening, unnest(label_spans) AS span FROM windows WHERE openings IS NOT NULL
),
counted AS (
    SELECT 1 AS place, 'kind' AS measure, 'code' AS value, sum(with_code) AS answers, round(sum(code)) AS tokens FROM languages
    UNION ALL
    SELECT 1, 'kind', 'list', sum(with_list), round(sum(list)) FROM languages
    UNION ALL
    -- What is left: the three are whole numbers that add up.
    SELECT 1, 'kind', 'prose', sum(with_prose), greatest(sum(tokens) - round(sum(code)) - round(sum(list)), 0) FROM languages
    UNION ALL
    SELECT 2, 'language', language, answers, tokens FROM languages
    UNION ALL
    SELECT 3, 'answers', 'that refuse', sum(refusing), sum(refused) FROM languages
    UNION ALL
    SELECT 3, 'answers', 'that break off', sum(breaking_off), sum(broken_off) FROM languages
    UNION ALL
    SELECT 3, 'answers', 'that repeat the question', sum(repeating), sum(repeated) FROM languages
    UNION ALL
    FROM (
        SELECT 4, 'opening', opening, count(*) AS answers, sum(span.token_end - span.token_start)
        FROM openings WHERE opening <> '' GROUP BY opening HAVING count(*) > 1
        ORDER BY answers DESC, opening LIMIT 10
    )
)
SELECT
    measure,
    value,
    coalesce(answers, 0)::BIGINT AS answers,
    round(coalesce(tokens, 0))::BIGINT AS label_tokens,
    coalesce(tokens / nullif((SELECT sum(tokens) FROM languages), 0), 0)::DOUBLE AS share
FROM counted
ORDER BY place, answers DESC, value
