-- Bodies from a file, a line each; every @@ in one becomes a number that no other request has, so that no title comes twice.
local bodies, number, first = {}, 0, tonumber(os.getenv("BENCH_FIRST") or "0")
local head = { ["content-type"] = "application/json" }
local path = os.getenv("BENCH_PATH") or "/classify"

function init()
  for line in io.lines(os.getenv("BENCH_BODIES")) do
    table.insert(bodies, line)
  end
end

function request()
  number = number + 1
  local body = bodies[number % #bodies + 1]
  local item = 0
  body = body:gsub("@@", function()
    item = item + 1
    return string.format("%d", first + number * 100 + item)
  end)
  return wrk.format("POST", path, head, body)
end

function done(summary, latency)
  local errors = summary.errors
  local bad = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(string.format('{"requests":%d,"bad":%d,"seconds":%f,"p99":%d}\n', summary.requests, bad, summary.duration / 1e6, latency:percentile(99)))
end
