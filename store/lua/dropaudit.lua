-- Takes a month of the audit out of Redis, if it still has as many lines as were written elsewhere.
-- KEYS 1 audit
-- ARGV 1 how many lines were written
-- result 1, or 0 when there are more or none
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then
  return 0
end
return redis.call('DEL', KEYS[1])
