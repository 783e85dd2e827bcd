// The events of many tasks in one command. KEYS: the tasks' streams; ARGV[1] field, ARGV[2] longest stream, ARGV[3]
// lifetime in seconds, then for each stream the number of its events, and the events.
export const appendScript = `
local next = 4
for _, key in ipairs(KEYS) do
  local last = next + tonumber(ARGV[next])
  for i = next + 1, last do
    redis.call('XADD', key, 'MAXLEN', '~', ARGV[2], '*', ARGV[1], ARGV[i])
  end
  redis.call('EXPIRE', key, ARGV[3])
  next = last + 1
end`
