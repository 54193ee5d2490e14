-- Takes a buried notice back into the outbox, with its attempts counted anew.
-- KEYS 1 buried  2 outbox  3 notice
-- ARGV 1 id  2 now ms
-- result 1, or 0 when it is not buried
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[3], 'n', '0')
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
return 1
