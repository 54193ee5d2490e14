-- Puts a notice that belongs to no task's move into the outbox, once for a message.
-- KEYS 1 late mark  2 outbox  3 notice
-- ARGV 1 id  2 due ms  3 notice  4 mark s
-- result 1, or 0 when it was put there before
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[4]) then
  return 0
end
redis.call('HSET', KEYS[3], 'd', ARGV[3], 'n', '0')
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
return 1
