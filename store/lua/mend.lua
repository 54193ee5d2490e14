-- Tells what is wrong with a task's places in the queues, and puts it right, while the task is as it was judged.
-- KEYS 1 task  2 … queues
-- ARGV 1 number  2 version judged ('' when there must be no such task)  3 '1' to put right
--      4 … for each queue the score the task must have there, '' where it must not stand
-- result {'moved'} when the task is not as it was judged, nothing was written then;
--        {'judged', '' | 'absent' | 'astray' | 'score' | 'no queue' (a key of another type), …} one for each queue
if ARGV[2] == '' then
  if redis.call('EXISTS', KEYS[1]) == 1 then
    return {'moved'}
  end
elseif redis.call('HGET', KEYS[1], 'v') ~= ARGV[2] then
  return {'moved'}
end
local out = {'judged'}
for i = 2, #KEYS do
  local want, kind, wrong = ARGV[i + 2], redis.call('TYPE', KEYS[i]).ok, ''
  local found = kind == 'zset' and redis.call('ZSCORE', KEYS[i], ARGV[1])
  if kind ~= 'zset' and kind ~= 'none' then
    wrong = 'no queue'
  elseif want == '' then
    if found then
      wrong = 'astray'
    end
  elseif not found then
    wrong = 'absent'
  elseif tonumber(found) ~= tonumber(want) then
    wrong = 'score'
  end
  if wrong ~= '' and wrong ~= 'no queue' and ARGV[3] == '1' then
    if want == '' then
      redis.call('ZREM', KEYS[i], ARGV[1])
    else
      redis.call('ZADD', KEYS[i], want, ARGV[1])
    end
  end
  out[#out + 1] = wrong
end
return out
