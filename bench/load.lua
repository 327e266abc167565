-- SPDX-License-Identifier: EUPL-1.2
-- For wrk: sends the lines of a file from the given one on, then from the beginning again; ends with one line of JSON.
-- A line is: body, tabulator, signature.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  sent = -1 -- wrk asks once for a request that it only looks at
  first = tonumber(args[2])
  messages = {}
  for line in io.lines(args[1]) do
    local body, signature = line:match("^(.-)\t(.*)$")
    local headers = {
      ["Content-Type"] = "application/x-www-form-urlencoded",
      ["X-Twilio-Signature"] = signature,
      ["Host"] = "localhost",
    }
    table.insert(messages, wrk.format("POST", nil, headers, body))
  end
end

function request()
  sent = sent + 1
  return messages[(first + sent - 1) % #messages + 1]
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"answered": %d, "failed": %d, "sent": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    threads[1]:get("sent"), summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
  ))
end
