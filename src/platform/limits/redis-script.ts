/**
 * The same reckoning as on SQLite, inside Redis. One sorted set an owner: scores are times in ms, members the owner's total up to
 * then; calls of one second share a member. KEYS[1] the owner's set; ARGV: clock in ms or empty for Redis' own, cost, then
 * seconds and limit of each window. Answers admitted, clock, freeAt, blocking, then used and leaves of each window.
 */
export const takeScript = `
local key, cost = KEYS[1], tonumber(ARGV[2])
local month = 2592000000

local function text(number) return string.format('%.0f', number) end

local function clock()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local now = clock()
local last = redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')
local total, lastAt = tonumber(last[1] or 0), tonumber(last[2] or -1)
local at = math.max(now, lastAt)

local function findFree(needed, left, oldest, span)
  if needed == left + 1 then return oldest + span end
  local low, high = redis.call('ZCOUNT', key, '-inf', '(' .. text(oldest)), redis.call('ZCARD', key) - 1
  local found = lastAt
  while low <= high do
    local middle = math.floor((low + high) / 2)
    local row = redis.call('ZRANGE', key, middle, middle, 'WITHSCORES')
    if tonumber(row[1]) >= needed then
      found = tonumber(row[2])
      high = middle - 1
    else
      low = middle + 1
    end
  end
  return found + span
end

local used, oldest, spans, freeAt, blocking = {}, {}, {}, 0, -1
for index = 3, #ARGV, 2 do
  local span, limit = tonumber(ARGV[index]) * 1000, tonumber(ARGV[index + 1])
  local left = tonumber(redis.call('ZREVRANGEBYSCORE', key, text(at - span), '-inf', 'LIMIT', 0, 1)[1] or 0)
  local row = redis.call('ZRANGEBYSCORE', key, '(' .. text(at - span), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  spans[#spans + 1] = span
  used[#used + 1] = total - left
  oldest[#oldest + 1] = tonumber(row[2] or -1)
  if total - left + cost > limit then
    local free = findFree(total + cost - limit, left, oldest[#oldest], span)
    if free > freeAt then freeAt, blocking = free, #used - 1 end
  end
end

local function sameSecond(one, other) return math.floor(one / 1000) == math.floor(other / 1000) end

local function trim()
  local left = redis.call('ZREVRANGEBYSCORE', key, text(at - month), '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if left[2] then redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. left[2]) end
end

local function append()
  if lastAt >= 0 and sameSecond(lastAt, at) then redis.call('ZREM', key, last[1]) else trim() end
  redis.call('ZADD', key, text(at), text(total + cost))
  redis.call('PEXPIRE', key, month + math.max(0, at - now) + 60000)
  for index = 1, #used do
    used[index] = used[index] + cost
    if oldest[index] < 0 or sameSecond(oldest[index], at) then oldest[index] = at end
  end
end

local admitted = blocking < 0
if admitted and cost > 0 then append() end

local answer = { admitted and 1 or 0, now, freeAt, blocking }
for index = 1, #used do
  answer[#answer + 1] = used[index]
  answer[#answer + 1] = oldest[index] < 0 and now or oldest[index] + spans[index]
end
return answer
`
