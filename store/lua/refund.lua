-- Gives back a message that was taken out of a window and not sent, if the window is still the same.
-- KEYS 1 budget
-- ARGV 1 field of the window's end  2 field of its count  3 end of the window it was taken from, ms
-- result 1, or 0 when another window is open
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[3] then
  return 0
end
redis.call('HINCRBY', KEYS[1], ARGV[2], 1)
redis.call('HDEL', KEYS[1], 'told') -- news that were not told keep no others waiting
return 1
