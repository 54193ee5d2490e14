-- Ends the work on a message: the done-mark, the answer, the session and the profile in one write.
-- KEYS 1 seen  2 answer  3 lease  4 session  5 profile  6 tasks  7 budget  8 rate  9 consents
-- ARGV 1 fencing token  2 answer  3 seen s  4 answer s  5 session ('' deletes it)  6 session s
--      7 '1' erases the person  8 number of profile values p, 0 when it stays as it is  9 … profile fields and values, then
--      score and id of each task to put on the person's list
-- result 1, or 0 when the lease is no longer ours: nothing was written then
-- The done-mark holds the token, so that a client that saw a time-out and asks again learns it has committed.
if redis.call('GET', KEYS[3]) ~= ARGV[1] then
  return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
if ARGV[7] == '1' then
  redis.call('DEL', KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9])
  return 1
end
redis.call('HSET', KEYS[2], 'text', ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[4])
if ARGV[5] == '' then
  redis.call('DEL', KEYS[3], KEYS[4])
else
  redis.call('DEL', KEYS[3])
  redis.call('SET', KEYS[4], ARGV[5], 'EX', ARGV[6])
end
local last = 8 + tonumber(ARGV[8])
if last > 8 then
  redis.call('HSET', KEYS[5], unpack(ARGV, 9, last))
end
for i = last + 1, #ARGV, 2 do
  redis.call('ZADD', KEYS[6], ARGV[i], ARGV[i + 1])
end
return 1
