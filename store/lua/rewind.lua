-- Puts a task where it belongs in the queue of clocks, whatever stands there.
-- KEYS 1 task  2 due
-- ARGV 1 number  2 field of the task's next moment
-- result 1 when it stood elsewhere, else 0
local next = redis.call('HGET', KEYS[1], ARGV[2])
local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not next then
  return redis.call('ZREM', KEYS[2], ARGV[1])
end
if score and tonumber(score) == tonumber(next) then
  return 0
end
redis.call('ZADD', KEYS[2], next, ARGV[1])
return 1
