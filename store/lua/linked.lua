-- Takes out the notices that would put tasks on their reporters' lists, where they stand already.
-- KEYS 1 outbox
-- ARGV 1 key prefix of the street  2 … numbers of the tasks
-- result how many were taken out
local gone = 0
for n = 2, #ARGV do
  local id = ARGV[n] .. '.1.1' -- the first notice of a report; one that stands elsewhere is looked at by the courier
  local notice = redis.call('HGET', ARGV[1] .. 'notice:' .. id, 'd')
  if notice and string.find(notice, '"k":"list"', 1, true) == 2 then
    redis.call('ZREM', KEYS[1], id)
    redis.call('DEL', ARGV[1] .. 'notice:' .. id)
    gone = gone + 1
  end
end
return gone
