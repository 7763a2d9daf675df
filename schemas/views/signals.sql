SELECT
    row_id, language, language_confidence, answer_language, answer_confidence,
    rounds, characters, answer_characters, shortest_answer,
    error_replies, stub_answers, broken_answers, ends_broken, refusals, identity_claims, plugin_panels,
    compression, repeated_lines, repeated_paragraphs, repeated_ngrams,
    run_share, blob_share, mojibake_share, blocked_words, special_tokens, template_headers, flags, reason
FROM quality_filtered
WHERE rounds IS NOT NULL
