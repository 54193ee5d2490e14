-- Takes tasks that stand in a file of the archive out of Redis, those that still have the version that stands there,
-- and notes the month.
-- KEYS 1 archived, then task and log of each
-- ARGV 1 the month, two bytes, then for each the version archived and where its month stands
-- result {1, …}, 0 where the version is another or there is no such task: nothing was written of it then
local out = {}
for i = 2, #KEYS, 2 do
  if redis.call('HGET', KEYS[i], 'v') == ARGV[i] then
    redis.call('SETRANGE', KEYS[1], ARGV[i + 1], ARGV[1])
    redis.call('DEL', KEYS[i], KEYS[i + 1])
    out[#out + 1] = 1
  else
    out[#out + 1] = 0
  end
end
return out
