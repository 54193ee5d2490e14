-- Puts a notice into the outbox, at the end of the line of whom it is for. Scripts that do so begin with this.
local function post(prefix, outbox, id, due, notice, line, prompt)
  redis.call('ZADD', outbox, due, id)
  if line == '' then
    redis.call('HSET', prefix .. 'notice:' .. id, 'd', notice, 'n', '0')
    return
  end
  if prompt == '1' then
    redis.call('HSET', prefix .. 'notice:' .. id, 'd', notice, 'n', '0', 'l', line, 'u', '1')
  else
    redis.call('HSET', prefix .. 'notice:' .. id, 'd', notice, 'n', '0', 'l', line)
  end
  if redis.call('RPUSH', prefix .. 'line:' .. line, id) == 1 then
    redis.call('EXPIRE', prefix .. 'line:' .. line, 604800) -- every lease renews it: what another took out is not left behind
  end
end
