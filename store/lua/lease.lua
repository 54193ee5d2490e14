-- Leases due notices: a leased one is due again when the lease ends. Notices to one person form a line, which one courier
-- has at a time and as a whole, so that nothing passes what was to be told before it.
-- KEYS 1 outbox  2 telling
-- ARGV 1 key prefix of the street  2 now ms  3 lease ends ms  4 how many due ones are looked at  5 how many of one line at most
-- result {id, notice, attempts counting this one, those of them after which it may have arrived, …}, those of one line together and in their order
local now, ends = tonumber(ARGV[2]), tonumber(ARGV[3])
local out, seen = {}, {}
local function take(id)
  local key = ARGV[1] .. 'notice:' .. id
  seen[id] = true
  redis.call('ZADD', KEYS[1], ARGV[3], id)
  out[#out + 1] = id
  redis.call('HINCRBY', key, 'n', 1)
  for _, value in ipairs(redis.call('HMGET', key, 'd', 'n', 'y')) do
    out[#out + 1] = value
  end
end
-- The notices of a line that wait, without those that went another way.
local function waiting(line, id)
  local list, here = {}, false
  for _, other in ipairs(redis.call('LRANGE', line, 0, -1)) do
    if redis.call('ZSCORE', KEYS[1], other) and redis.call('HEXISTS', ARGV[1] .. 'notice:' .. other, 'd') == 1 then
      list[#list + 1] = other
      here = here or other == id
    else
      redis.call('LREM', line, 1, other)
    end
  end
  if not here then
    redis.call('RPUSH', line, id)
    list[#list + 1] = id
  end
  redis.call('EXPIRE', line, 604800) -- as long again as when it was last added to: what is tried again may wait longer
  return list
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[4])) do
  local n = redis.call('HMGET', ARGV[1] .. 'notice:' .. id, 'd', 'l', 'u')
  if not n[1] then
    redis.call('ZREM', KEYS[1], id)
  elseif not seen[id] and not n[2] then
    take(id)
  elseif not seen[id] then
    local told = redis.call('ZSCORE', KEYS[2], n[2])
    if told and tonumber(told) > now then
      redis.call('ZADD', KEYS[1], tonumber(told) + 1, id) -- settle calls it when the line is free
    else
      local list = waiting(ARGV[1] .. 'line:' .. n[2], id)
      local first = tonumber(redis.call('ZSCORE', KEYS[1], list[1]))
      if first > now and n[3] ~= '1' then
        redis.call('ZADD', KEYS[1], first + 1, id)
      else
        redis.call('ZADD', KEYS[2], ARGV[3], n[2])
        for i = 1, math.min(#list, tonumber(ARGV[5])) do
          take(list[i])
        end
      end
    end
  end
end
return out
