-- Settles a leased notice.
-- KEYS 1 outbox  2 buried  3 notice
-- ARGV 1 id  2 when our lease ends (it tells whose lease it is)  3 done | later | bury
--      4 due ms (later) or now ms (bury)  5 last error  6 attempts to take back (0 or 1)
-- result 1, or 0 when the lease is no longer ours
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not lease or tonumber(lease) ~= tonumber(ARGV[2]) then
  return 0
end
if ARGV[3] == 'done' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('DEL', KEYS[3])
  return 1
end
redis.call('HSET', KEYS[3], 'e', ARGV[5])
if ARGV[3] == 'later' then
  redis.call('ZADD', KEYS[1], ARGV[4], ARGV[1])
  redis.call('HINCRBY', KEYS[3], 'n', 0 - tonumber(ARGV[6]))
  return 1
end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
return 1
