-- Leads the move of the data to a newer layout: one at a time, with a token that fences off whoever came before.
-- KEYS 1 lease  2 progress  3 schema
-- ARGV 1 token  2 lease ms  3 take | mark | done | leave  4 layout moved from  5 layout moved to
--      6 field and 7 value of the progress (mark)
-- result {'ok', field, value, …} with the progress (take), {'ok'};
--        {'lost'} when another has the lease, {'schema', found} when the data has another layout
local holder = redis.call('GET', KEYS[1])
if holder ~= ARGV[1] and not (ARGV[3] == 'take' and not holder) then
  return {'lost'}
end
if ARGV[3] == 'leave' then
  redis.call('DEL', KEYS[1])
  return {'ok'}
end
local found = redis.call('GET', KEYS[3]) or ''
if found ~= ARGV[4] then
  return {'schema', found}
end
if ARGV[3] == 'done' then
  redis.call('SET', KEYS[3], ARGV[5])
  redis.call('DEL', KEYS[2])
  return {'ok'}
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if ARGV[3] == 'mark' then
  redis.call('HSET', KEYS[2], ARGV[6], ARGV[7])
  return {'ok'}
end
if redis.call('HGET', KEYS[2], 'to') ~= ARGV[5] then
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[2], 'to', ARGV[5])
end
local out = {'ok'}
for _, x in ipairs(redis.call('HGETALL', KEYS[2])) do
  out[#out + 1] = x
end
return out
