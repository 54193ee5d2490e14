-- Tells whether a street's last number lies below a task it has, and raises it: the next task would overwrite one.
-- KEYS 1 seq
-- ARGV 1 number of the task  2 '1' to raise
-- result 1 when it lies below, else 0
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
if last and last >= tonumber(ARGV[1]) then
  return 0
end
if ARGV[2] == '1' then
  redis.call('SET', KEYS[1], ARGV[1])
end
return 1
