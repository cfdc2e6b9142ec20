#include <cstddef>

#include "backends/irc/connection.hpp"
#include "backends/irc/hub.hpp"

// What a server sends, from its bytes to what the owner hears.

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t most_bytes_a_turn = 256 * 1024;
constexpr std::size_t most_events_waiting = 64;  // a storm is told as it is read: its events stay in the cache

}  // namespace

/// Until link_is_gone(): each call is the last thing that is done with the stream, or waits for the next one.
void Connection::on_readable(const Result<void>& ready) {
  if (!ready) return link_is_gone(ready.error());
  if (hub_.services().pressure.high() && !tasks_.stopping()) {
    return tasks_.spawn([this] { return read_when_released(); });
  }
  if (const auto trouble = read_what_is_there()) return link_is_gone(*trouble);
  stream_->await_readable();
}

net::Task<> Connection::read_when_released() {
  try {
    co_await hub_.services().pressure.released();
  } catch (...) {  // stopped
    link_is_gone({Fault::closed, "stopped"});
    throw;
  }
  on_readable({});
}

std::optional<Error> Connection::read_what_is_there() {
  std::vector<char>& buffer = hub_.read_buffer();
  std::optional<Error> trouble;
  Effects effects = begin();
  for (std::size_t total = 0; total < most_bytes_a_turn && !trouble && !effects.ending;) {
    const auto count = stream_->read(buffer);
    if (!count) {
      trouble = count.error();
      break;
    }
    if (*count == 0) break;
    total += *count;
    const bool fits = lines_.feed({buffer.data(), *count}, [&](std::string_view line) {
      log_line("irc in", line);
      session_.on_line(line, effects);
      if (was_ready_ && heard_.events.size() >= most_events_waiting) {
        deliver();
        heard_ = hub_.borrow();
      }
      return !effects.ending.has_value();
    });
    if (!fits) trouble = failure(Fault::too_long, "the IRC server sent a line of more than 64 KiB");
    // A short read has emptied a plain socket; TLS may have more in its own buffer.
    if (*count < buffer.size() && !target_.tls) break;
  }
  session_.on_input_end(effects);
  end(effects);
  return trouble;
}

}  // namespace dragoman::backends::irc
