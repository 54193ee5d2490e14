-- Notes in a task's history that a notice arrived.
-- KEYS 1 task  2 history
-- ARGV 1 line of the history  2 '1' when it was for the resident, who has been told then
-- result 1, or 0 when there is no such task any more, or the line is its last already
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('LINDEX', KEYS[2], -1) == ARGV[1] then
  return 0
end
redis.call('RPUSH', KEYS[2], ARGV[1])
if ARGV[2] == '1' then
  redis.call('HDEL', KEYS[1], 'un')
end
return 1
