-- Begins the work on one message of one person.
-- KEYS 1 seen  2 answer  3 lease  4 session  5 profile  6 tasks  7 budget  8 rate
-- ARGV 1 now ms  2 fencing token  3 lease ms  4 budget window ms (0: the message opens none)
--      5 budget count  6 '1' when the message is replayed from the spool
--      7 the beginning of every token of this process  8 '1' when the window is that of a tap, a follow or a scan
-- result {'done', text, told}        it was finished before; text is '' when no longer kept.
--                                    A delivery that is not a replay counts as telling it.
--        {'busy'}                    somebody works on another message of this person
--        {'fresh', session, recent, {field, value, …} of the profile, {id, …} newest tasks first}
if redis.call('EXISTS', KEYS[1]) == 1 then
  local kept = redis.call('HMGET', KEYS[2], 'text', 'told')
  if kept[1] and ARGV[6] ~= '1' then
    redis.call('HSET', KEYS[2], 'told', '1')
  end
  return {'done', kept[1] or '', kept[2] or ''}
end
-- A client that saw a time-out asks again with the same token: it has the lease already.
-- A replay takes over a lease of its own process: the process works on one message of a
-- person at a time, so what holds it is a call of ours whose answer never came.
local holder = redis.call('GET', KEYS[3])
if holder and holder ~= ARGV[2]
  and not (ARGV[6] == '1' and string.sub(holder, 1, string.len(ARGV[7])) == ARGV[7]) then
  return {'busy'}
end
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
local recent = holder and tonumber(redis.call('GET', KEYS[8]) or '1') or redis.call('INCR', KEYS[8])
if recent == 1 then
  redis.call('PEXPIRE', KEYS[8], 60000)
end
local now, window = tonumber(ARGV[1]), tonumber(ARGV[4])
if window > 0 then
  -- The two windows of the platform count for themselves. One that is open and not used up is not
  -- opened anew by a message that came late.
  local ends, left = 'until', 'left'
  if ARGV[8] == '1' then
    ends, left = 'tapuntil', 'tapleft'
  end
  local open = redis.call('HMGET', KEYS[7], ends, left)
  if tonumber(open[1] or '0') < now + window or tonumber(open[2] or '0') <= 0 then
    redis.call('HSET', KEYS[7], ends, now + window, left, ARGV[5])
    if redis.call('PTTL', KEYS[7]) < window then
      redis.call('PEXPIRE', KEYS[7], window)
    end
  end
end
return {'fresh', redis.call('GET', KEYS[4]) or '', recent, redis.call('HGETALL', KEYS[5]),
  redis.call('ZREVRANGE', KEYS[6], 0, 19)}
