-- Takes a person and their words out of a task, its history and its notices, if it still has the version they were read at.
-- KEYS 1 task  2 log  3 outbox  4 buried
-- ARGV 1 key prefix of the street  2 version expected  3 field that says which version was masked
--      4 f = count of fields and values to set  5 d = count of fields to delete  6 l = count of history lines
--      7 n = count of notices; then f strings, d fields, l pairs of place and line, n pairs of id and notice, '' removes it
-- result {'done', version}, {'conflict'} when the version is another, {'gone'} when there is no such task
local v = redis.call('HGET', KEYS[1], 'v')
if not v then
  return {'gone'}
end
if v ~= ARGV[2] then
  return {'conflict'}
end
local version = string.format('%d', tonumber(v) + 1)
redis.call('HSET', KEYS[1], 'v', version, ARGV[3], version)
local at = 8
for i = at, at + tonumber(ARGV[4]) - 1, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
at = at + tonumber(ARGV[4])
for i = at, at + tonumber(ARGV[5]) - 1 do
  redis.call('HDEL', KEYS[1], ARGV[i])
end
at = at + tonumber(ARGV[5])
for i = 1, tonumber(ARGV[6]) do
  redis.call('LSET', KEYS[2], ARGV[at], ARGV[at + 1])
  at = at + 2
end
for i = 1, tonumber(ARGV[7]) do
  local id, notice = ARGV[at], ARGV[at + 1]
  local key = ARGV[1] .. 'notice:' .. id
  if notice == '' then
    redis.call('ZREM', KEYS[3], id)
    redis.call('ZREM', KEYS[4], id)
    redis.call('DEL', key)
  elseif redis.call('EXISTS', key) == 1 then
    redis.call('HSET', key, 'd', notice)
  end
  at = at + 2
end
return {'done', version}
