-- Notes that the platform takes no free message to a person, until they do something that opens a window.
-- KEYS 1 budget
-- ARGV 1 when it was asked, ms  2 how long it is remembered, and how long a window after a message is open, ms
-- result 1, or 0 when a message has opened another window since it was asked
local ends = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
if ends > tonumber(ARGV[1]) + tonumber(ARGV[2]) then
  return 0
end
if ends <= tonumber(ARGV[1]) then
  ends = tonumber(ARGV[1]) + tonumber(ARGV[2])
end
redis.call('HSET', KEYS[1], 'until', string.format('%d', ends), 'left', '0', 'tapleft', '0')
redis.call('PEXPIRE', KEYS[1], ends - tonumber(ARGV[1]))
return 1
