-- Leases due notices: a leased one is due again when the lease ends.
-- KEYS 1 outbox
-- ARGV 1 key prefix of the street  2 now ms  3 lease ends ms  4 how many at most
-- result {id, notice, attempts counting this one, …}
local out = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[4])) do
  local key = ARGV[1] .. 'notice:' .. id
  local d = redis.call('HGET', key, 'd')
  if d then
    redis.call('ZADD', KEYS[1], ARGV[3], id)
    out[#out + 1] = id
    out[#out + 1] = d
    out[#out + 1] = redis.call('HINCRBY', key, 'n', 1)
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return out
