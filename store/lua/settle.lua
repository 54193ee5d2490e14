-- Settles a leased notice, and frees its line with the last one that was leased of it.
-- KEYS 1 outbox  2 buried  3 notice  4 telling  5 task  6 history
-- ARGV 1 id  2 when our lease ends (it tells whose lease it is)  3 done | later | bury
--      4 due ms (later) or now ms (bury)  5 last error  6 attempts to take back (0 or 1)
--      7 key prefix of the street  8 line of the history that tells its fate, '' for none  9 now ms
--      10 why the resident has not been told, '' when they have, '-' when this says nothing of it
--      11 '1' when it may have arrived with this attempt (later)
-- result 1, or 0 when the lease is no longer ours
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not lease or tonumber(lease) ~= tonumber(ARGV[2]) then
  return 0
end
local line = redis.call('HGET', KEYS[3], 'l')
if ARGV[3] == 'later' then
  redis.call('ZADD', KEYS[1], ARGV[4], ARGV[1])
  redis.call('HINCRBY', KEYS[3], 'n', 0 - tonumber(ARGV[6]))
  redis.call('HSET', KEYS[3], 'e', ARGV[5])
  if ARGV[11] == '1' then
    redis.call('HINCRBY', KEYS[3], 'y', 1)
  end
else
  redis.call('ZREM', KEYS[1], ARGV[1])
  if ARGV[3] == 'bury' then
    redis.call('HSET', KEYS[3], 'e', ARGV[5])
    redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
  else
    redis.call('DEL', KEYS[3])
  end
  if redis.call('EXISTS', KEYS[5]) == 1 then
    if ARGV[8] ~= '' then
      redis.call('RPUSH', KEYS[6], ARGV[8])
    end
    if ARGV[10] == '' then
      redis.call('HDEL', KEYS[5], 'un')
    elseif ARGV[10] ~= '-' then
      redis.call('HSET', KEYS[5], 'un', ARGV[10])
    end
  end
end
if not line then
  return 1
end
local key = ARGV[7] .. 'line:' .. line
if ARGV[3] ~= 'later' then
  redis.call('LREM', key, 1, ARGV[1])
end
local list = redis.call('LRANGE', key, 0, -1)
for _, id in ipairs(list) do
  if tonumber(redis.call('ZSCORE', KEYS[1], id) or '0') == tonumber(ARGV[2]) then
    return 1
  end
end
-- What came meanwhile waits with the one in front.
redis.call('ZREM', KEYS[4], line)
local front = list[1] and tonumber(redis.call('ZSCORE', KEYS[1], list[1]) or '0') or 0
if front == tonumber(ARGV[2]) + 1 then -- the one in front came meanwhile itself
  front = 0
end
for _, id in ipairs(list) do
  local due = redis.call('ZSCORE', KEYS[1], id)
  if due and tonumber(due) == tonumber(ARGV[2]) + 1 then
    redis.call('ZADD', KEYS[1], math.max(front, tonumber(ARGV[9])), id)
  end
end
return 1
