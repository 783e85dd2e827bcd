// Each script looks at the attempt that holds the checkpoint and acts in one step: an older attempt, woken late,
// can neither overwrite nor remove what a newer one has. KEYS[1] checkpoint; ARGV[1] attempt.

const fence = `
local holder = tonumber(redis.call('HGET', KEYS[1], 'attempt') or 0)
if holder > tonumber(ARGV[1]) then return 0 end`

/** Takes the checkpoint over and reads it. ARGV[2] lifetime in seconds. */
export const openScript = `${fence}
redis.call('HSET', KEYS[1], 'attempt', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('HGETALL', KEYS[1])`

/**
 * Writes fields and returns the size of them all: 0 when the checkpoint is not ours any more, -1 when it would be too
 * large. One that is gone is not begun again: its task has ended, and nobody would remove it.
 * ARGV[2] lifetime in seconds, ARGV[3] size limit in bytes, ARGV[4] whether all other fields go, then names and values.
 */
export const saveScript = `${fence}
if holder == 0 then return 0 end
local replace = ARGV[4] == '1'
local size = replace and 0 or tonumber(redis.call('HGET', KEYS[1], 'size') or 0)
for i = 5, #ARGV, 2 do
  local before = replace and 0 or redis.call('HSTRLEN', KEYS[1], ARGV[i])
  if before == 0 then size = size + #ARGV[i] end
  size = size + #ARGV[i + 1] - before
end
if size > tonumber(ARGV[3]) then return -1 end
if replace then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'attempt', ARGV[1], 'size', size)
for i = 5, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return size`

export const removeScript = `${fence}
return redis.call('DEL', KEYS[1])`
