-- Titles that do not repeat, and at the end what became of the requests: answered, refused (503), other statuses, lost by sockets.
local heads = {
  "Senior Product Manager", "Product Manager II", "Director, Product Management", "Group PM", "Head of Product", "Software Engineer",
  "Product Owner", "VP Product", "Snr Prodct Mangr", "Project Manager", "Chief Product Officer", "Produktmanager (m/w/d)",
}
local number = 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init()
  answered, refused, other = 0, 0, 0
end

function request()
  number = number + 1
  local title = heads[number % #heads + 1] .. " - " .. number .. ", Team " .. (number * 7919 % 100003)
  return wrk.format("POST", "/classify", { ["content-type"] = "application/json" }, '{"id":"' .. number .. '","title":"' .. title .. '"}')
end

function response(status)
  if status == 200 then
    answered = answered + 1
  elseif status == 503 then
    refused = refused + 1
  else
    other = other + 1
  end
end

function done(summary)
  local total = { answered = 0, refused = 0, other = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(total) do
      total[name] = total[name] + thread:get(name)
    end
  end
  local errors = summary.errors
  io.write(string.format("requests=%d\nlost=%d\nlate=%d\n", summary.requests, errors.connect + errors.read + errors.write, errors.timeout))
  for name, count in pairs(total) do
    io.write(string.format("%s=%d\n", name, count))
  end
end
