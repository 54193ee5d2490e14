-- Reads a task, and whether an operation on it was done.
-- KEYS 1 task  2 the operation's mark
-- ARGV 1 how many keys are asked for: 1 leaves the mark out
-- result {1 when it was done, {field, value, …}}
return {ARGV[1] == '2' and redis.call('EXISTS', KEYS[2]) or 0, redis.call('HGETALL', KEYS[1])}
