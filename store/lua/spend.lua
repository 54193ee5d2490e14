-- Takes one message out of the budget WeChat gives a person, from the window that ends first.
-- KEYS 1 budget
-- ARGV 1 now ms  2 how many are kept back  3 ms in which news are gathered (0: it is no news, or nothing is gathered)
-- result {'wait', ms} news were told less than that ago;
--        {'tap' | 'message', end of the window ms} one was taken;
--        {'kept'} what is left is kept back, {'used'} nothing is left, {'unknown'} no window is known to be open
local b = redis.call('HMGET', KEYS[1], 'until', 'left', 'tapuntil', 'tapleft', 'told')
local now, gather = tonumber(ARGV[1]), tonumber(ARGV[3])
if gather > 0 then
  if b[5] and tonumber(b[5]) + gather > now and tonumber(b[5]) <= now then
    return {'wait', tonumber(b[5]) + gather}
  end
  redis.call('HSET', KEYS[1], 'told', ARGV[1])
  if redis.call('PTTL', KEYS[1]) < gather then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  end
end
if b[3] and tonumber(b[3]) > now and tonumber(b[4]) > 0 then
  redis.call('HINCRBY', KEYS[1], 'tapleft', -1)
  return {'tap', tonumber(b[3])}
end
if not b[1] or tonumber(b[1]) <= now then
  return {'unknown'}
end
local left = tonumber(b[2])
if left <= 0 then
  return {'used'}
end
if left <= tonumber(ARGV[2]) then
  return {'kept'}
end
redis.call('HINCRBY', KEYS[1], 'left', -1)
return {'message', tonumber(b[1])}
