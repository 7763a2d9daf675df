SELECT (n_tokens // 128 * 128)::INTEGER AS bucket, count(*) AS samples, sum(n_tokens)::BIGINT AS tokens
FROM shards GROUP BY bucket ORDER BY bucket
