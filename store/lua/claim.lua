-- Claims a join code for a person; the same person may claim it again.
-- KEYS 1 code
-- ARGV 1 person
-- result the staff id, or '' when there is no such code or another person has it
local code = redis.call('HMGET', KEYS[1], 'staff', 'by')
if not code[1] or (code[2] and code[2] ~= ARGV[1]) then
  return ''
end
redis.call('HSET', KEYS[1], 'by', ARGV[1])
return code[1]
