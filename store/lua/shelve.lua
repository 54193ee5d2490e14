-- Takes a task that stands in the archive out of Redis, if it still has the version that stands there, and notes the month.
-- KEYS 1 task  2 log  3 archived
-- ARGV 1 version archived  2 where the task's month stands  3 the month, two bytes
-- result 1, or 0 when the version is another or there is no such task: nothing was written then
if redis.call('HGET', KEYS[1], 'v') ~= ARGV[1] then
  return 0
end
redis.call('SETRANGE', KEYS[3], ARGV[2], ARGV[3])
redis.call('DEL', KEYS[1], KEYS[2])
return 1
