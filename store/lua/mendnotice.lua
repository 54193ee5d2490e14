-- Tells what is wrong with a notice's place, and puts it right.
-- A lost one that was never tried is sent; one that was tried may have arrived, so it is buried, where a person decides.
-- KEYS 1 outbox  2 buried  3 notice
-- ARGV 1 id  2 now ms  3 '1' to put right  4 last error of one that is buried
-- result '' when all is well, 'empty' for a place without its notice, 'lost' for a notice without a
--        place, 'doubled' for one that waits and is buried
local waits, buried = redis.call('ZSCORE', KEYS[1], ARGV[1]), redis.call('ZSCORE', KEYS[2], ARGV[1])
local kept = redis.call('EXISTS', KEYS[3]) == 1
local tries = redis.call('HMGET', KEYS[3], 'd', 'n')
local mend = ARGV[3] == '1'
if not tries[1] then
  if not (waits or buried or kept) then
    return ''
  end
  if mend then
    redis.call('ZREM', KEYS[1], ARGV[1])
    redis.call('ZREM', KEYS[2], ARGV[1])
    redis.call('DEL', KEYS[3])
  end
  return 'empty'
end
if waits and buried then
  if mend then
    redis.call('ZREM', KEYS[2], ARGV[1])
  end
  return 'doubled'
end
if waits or buried then
  return ''
end
if mend then
  if (tries[2] or '0') == '0' then
    redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
  else
    redis.call('HSET', KEYS[3], 'e', ARGV[4])
    redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
  end
end
return 'lost'
