// Each script looks at the attempt that holds the checkpoint and acts in one step: an older attempt, woken late,
// can neither overwrite nor remove what a newer one has. KEYS[1] checkpoint; ARGV[1] attempt.

const fence = `
local holder = redis.call('HGET', KEYS[1], 'attempt')
if holder and tonumber(holder) > tonumber(ARGV[1]) then return 0 end`

/** ARGV[2] lifetime in seconds, ARGV[3] state. */
export const saveScript = `${fence}
redis.call('HSET', KEYS[1], 'attempt', ARGV[1], 'state', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1`

/** Takes the checkpoint over before reading it. ARGV[2] lifetime in seconds. */
export const restoreScript = `${fence}
redis.call('HSET', KEYS[1], 'attempt', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return { redis.call('HGET', KEYS[1], 'state') }`

export const removeScript = `${fence}
return redis.call('DEL', KEYS[1])`
