-- Puts a notice that belongs to no task's move into the outbox, once for a message.
-- KEYS 1 late mark  2 outbox
-- ARGV 1 id  2 due ms  3 notice  4 mark s  5 key prefix of the street  6 line  7 '1' when the line does not keep it waiting
-- result 1, or 0 when it was put there before
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[4]) then
  return 0
end
post(ARGV[5], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[6], ARGV[7])
return 1
