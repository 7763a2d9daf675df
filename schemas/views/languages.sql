SELECT
    language,
    count(*) AS conversations,
    sum(len(turn_languages))::BIGINT AS turns,
    count(*) FILTER (reason IS NULL) AS kept
FROM language_filtered
WHERE language IS NOT NULL
GROUP BY language
ORDER BY conversations DESC, language
