-- Forgets notices that were buried long ago.
-- KEYS 1 buried
-- ARGV 1 key prefix of the street  2 buried before this, ms  3 how many at most
-- result how many were forgotten
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(ids) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('DEL', ARGV[1] .. 'notice:' .. id)
end
return #ids
