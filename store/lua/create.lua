-- Makes a task with its history, its places in the queues and its notices, once for a message.
-- The keys of the task itself are built from the number it gets; they share the street's tag.
-- KEYS 1 from  2 seq  3 outbox  4 … queues
-- ARGV 1 key prefix of the street  2 now ms  3 from s  4 numbers start after this
--      5 blocks of numbers never given, ascending, '12300-12399 95598-95598 '  6 f = count of task fields and values  7 e = count of events
--      8 n = count of notices; then f field and value strings, e events, n times due, notice, line ('' for none) and '1' when the line does not keep it waiting,
--      then one score for each queue
-- result {'made', number} or {'again', number} when the message has made its task before
local before = redis.call('GET', KEYS[1])
if before then
  return {'again', before}
end
local first = tonumber(ARGV[4])
local n = redis.call('INCR', KEYS[2])
local given = math.max(n, first + 1)
for lo, hi in string.gmatch(ARGV[5], '(%d+)-(%d+)') do
  if given >= tonumber(lo) and given <= tonumber(hi) then
    given = tonumber(hi) + 1
  end
end
local number = string.format('%d', given)
if given ~= n then
  redis.call('SET', KEYS[2], number)
end
redis.call('SET', KEYS[1], number, 'EX', ARGV[3])
local at = 9
local fields = tonumber(ARGV[6])
local taskkey = ARGV[1] .. 'task:' .. number
redis.call('HSET', taskkey, unpack(ARGV, at, at + fields - 1))
at = at + fields
local events = tonumber(ARGV[7])
if events > 0 then
  redis.call('RPUSH', ARGV[1] .. 'log:' .. number, unpack(ARGV, at, at + events - 1))
end
at = at + events
for i = 1, tonumber(ARGV[8]) do
  local id = number .. '.1.' .. i
  post(ARGV[1], KEYS[3], id, ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
  at = at + 4
end
for i = 4, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[at + i - 4], number)
end
return {'made', number}
