-- Gives a lease back when the work was not finished.
-- KEYS 1 lease
-- ARGV 1 fencing token
-- result 1, or 0 when it was no longer ours
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
