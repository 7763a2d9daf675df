-- Positions in the spans count from 0, lists in SQL from 1. As many labels as the spans are long, all of them
-- inside, leaves none outside. The stored verdict says that the labelled tokens spelled the assistant's words; where
-- the stages are another run's there is none, and labels and spans are compared alone.
WITH compared AS (
    SELECT
        shards.sample_id,
        len(shards.labels) = len(shards.input_ids) AS same_length,
        len(list_filter(
            shards.label_spans,
            lambda span: shards.labels[span.token_start + 1:span.token_end]
                IS DISTINCT FROM shards.input_ids[span.token_start + 1:span.token_end]
        )) = 0 AS equal_inside,
        len(list_filter(shards.labels, lambda label: label <> -100))
            = list_sum(list_transform(shards.label_spans, lambda span: span.token_end - span.token_start))
            AS none_outside,
        windows.sample_id IS NULL AS no_window,
        windows.mask_ok,
        windows.mask_detail
    FROM shards LEFT JOIN windows USING (sample_id)
)
SELECT
    sample_id,
    coalesce(same_length AND equal_inside AND none_outside AND (no_window OR mask_ok), false) AS ok,
    CASE
        WHEN NOT coalesce(same_length, false) THEN 'labels and input_ids differ in length'
        WHEN NOT coalesce(equal_inside, false) THEN 'a label inside a span is not the token'
        WHEN NOT coalesce(none_outside, false) THEN 'a label stands outside the spans'
        WHEN no_window THEN NULL
        WHEN mask_ok IS NULL THEN 'no verdict was stored'
        WHEN NOT mask_ok THEN coalesce(mask_detail, 'the labelled tokens do not spell the answer')
    END AS detail
FROM compared ORDER BY sample_id
