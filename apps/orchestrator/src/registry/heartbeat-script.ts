// One round trip a heartbeat: the worker writes itself down by Redis's clock, and hears what it is asked for.
// KEYS[1] all workers, KEYS[2] this worker's record, KEYS[3] its drain key, then the cancellation keys of its tasks;
// ARGV[1] worker id, ARGV[2] record, ARGV[3] lifetime and ARGV[4] the time after which a worker is forgotten, in
// milliseconds, ARGV[5] how many seconds a drain outlives its worker. Returns whether the worker is to take no more tasks,
// which goes on for as long as it lives, and the places of the tasks that were cancelled.
export const heartbeatScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[4])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
local cancelled = {}
for i = 4, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then cancelled[#cancelled + 1] = i - 4 end
end
return { redis.call('EXPIRE', KEYS[3], ARGV[5]), cancelled }`
