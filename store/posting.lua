-- Puts a notice into the outbox, at the end of the line of whom it is for. Scripts that do so begin with this.
local function post(prefix, outbox, id, due, notice, line, prompt)
  local key = prefix .. 'notice:' .. id
  redis.call('HSET', key, 'd', notice, 'n', '0')
  redis.call('ZADD', outbox, due, id)
  if line ~= '' then
    redis.call('HSET', key, 'l', line)
    if prompt == '1' then
      redis.call('HSET', key, 'u', '1')
    end
    redis.call('RPUSH', prefix .. 'line:' .. line, id)
    redis.call('EXPIRE', prefix .. 'line:' .. line, 604800) -- longer than anything waits: what another took out is not left behind
  end
end
