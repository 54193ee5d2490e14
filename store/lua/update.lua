-- Changes a task if it still has the version the change was made from, once for an operation.
-- KEYS 1 op  2 task  3 log  4 outbox  5 … queues the task leaves, then queues it stands in
-- ARGV 1 key prefix of the street  2 number  3 version expected  4 op s (0: the operation is not remembered)
--      5 f = count of fields and values to set  6 d = count of fields to delete  7 e = count of events
--      8 n = count of notices  9 r = count of queues to leave; then f strings, d fields, e events,
--      n times due, notice, line ('' for none) and '1' when the line does not keep it waiting, then one score for each queue it stands in
-- result {'done', version}, {'again', version} when the operation was done before,
--        {'conflict'} when the version is another, {'gone'} when there is no such task
local before = redis.call('GET', KEYS[1])
if before then
  return {'again', before}
end
local v = redis.call('HGET', KEYS[2], 'v')
if not v then
  return {'gone'}
end
if v ~= ARGV[3] then
  return {'conflict'}
end
local version = string.format('%d', tonumber(v) + 1)
if ARGV[4] ~= '0' then
  redis.call('SET', KEYS[1], version, 'EX', ARGV[4])
end
local at = 10
for i = at, at + tonumber(ARGV[5]) - 1, 2 do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
redis.call('HSET', KEYS[2], 'v', version)
at = at + tonumber(ARGV[5])
for i = at, at + tonumber(ARGV[6]) - 1 do
  redis.call('HDEL', KEYS[2], ARGV[i])
end
at = at + tonumber(ARGV[6])
for i = at, at + tonumber(ARGV[7]) - 1 do
  redis.call('RPUSH', KEYS[3], ARGV[i])
end
at = at + tonumber(ARGV[7])
for i = 1, tonumber(ARGV[8]) do
  local id = ARGV[2] .. '.' .. version .. '.' .. i
  post(ARGV[1], KEYS[4], id, ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
  at = at + 4
end
local leave = tonumber(ARGV[9])
for i = 5, 4 + leave do
  redis.call('ZREM', KEYS[i], ARGV[2])
end
for i = 5 + leave, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[at + i - 5 - leave], ARGV[2])
end
return {'done', version}
