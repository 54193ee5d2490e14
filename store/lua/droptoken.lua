-- Drops a cached token if it is still the one that failed.
-- KEYS 1 token
-- ARGV 1 the token that failed
-- result 1 when it was dropped, else 0
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
