-- Reads what has to be known before a new report is given to somebody.
-- KEYS 1 tasks of the same kind in its micro-grid  2 … the queues of people
-- ARGV 1 key prefix of the street  2 how many tasks of the kind at most, the newest
-- result {{length of each queue}, {number, {field, value, …}, …} of the tasks}; nil in place of one that is no hash
local lengths, tasks = {}, {}
for i = 2, #KEYS do
  lengths[i - 1] = redis.call('ZCARD', KEYS[i])
end
if ARGV[2] ~= '0' then
  for _, number in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, ARGV[2] - 1)) do
    tasks[#tasks + 1] = number
    local hash = redis.pcall('HGETALL', ARGV[1] .. 'task:' .. number)
    tasks[#tasks + 1] = not hash.err and hash -- false where something else lies under the key
  end
end
return {lengths, tasks}
