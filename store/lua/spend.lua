-- Takes one message out of the budget WeChat gives a person.
-- KEYS 1 budget
-- ARGV 1 now ms
-- result what is left, or -1 when the window is closed or the count used up
local open = redis.call('HMGET', KEYS[1], 'until', 'left')
if not open[1] or tonumber(open[1]) <= tonumber(ARGV[1]) or tonumber(open[2]) <= 0 then
  return -1
end
return redis.call('HINCRBY', KEYS[1], 'left', -1)
