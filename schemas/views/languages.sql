SELECT
    language,
    count(*) AS conversations,
    sum(len(turn_languages))::BIGINT AS turns,
    count(*) FILTER (reason IS NULL) AS kept,
    count(*) FILTER (reason = 'unwanted_language') AS unwanted,
    count(*) FILTER (reason = 'uncertain_language') AS uncertain,
    count(*) FILTER (reason = 'unknown_language') AS unknown
FROM language_parts
WHERE language IS NOT NULL
GROUP BY language
ORDER BY conversations DESC, language
