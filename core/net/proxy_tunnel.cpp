#include "net/proxy_tunnel.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "base/timers.hpp"
#include "net/loop.hpp"

namespace dragoman::net {

namespace {

constexpr std::size_t longest_proxy_answer = 8 * 1024;

Error proxy_is_late() { return {Fault::timeout, "the proxy does not answer"}; }

/// "HTTP/1.1 200 Connection established"
Result<void> judge_proxy_answer(std::string_view answer) {
  constexpr std::size_t status_at = 9;
  const std::string_view status = answer.size() < status_at + 3 ? std::string_view{} : answer.substr(status_at, 3);
  const bool digits = std::all_of(status.begin(), status.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!answer.starts_with("HTTP/1.") || status.empty() || !digits) {
    return failure(Fault::unavailable, "the proxy does not speak HTTP");
  }
  if (status.front() == '2') return {};
  return failure(Fault::unavailable, "the proxy refuses with HTTP status " + std::string{status});
}

}  // namespace

Task<Result<void>> open_tunnel(Loop& loop, TcpStream& stream, std::string target, Instant deadline) {
  bool late = false;
  Timer timer{loop.timers()};
  timer.set(deadline, [&late, &stream] {
    late = true;
    stream.cancel_waits();
  });
  const std::string question = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
  std::string_view left = question;
  while (!left.empty()) {
    const auto taken = stream.write(left);
    if (!taken) co_return taken.error();
    left.remove_prefix(*taken);
    if (left.empty()) break;
    const auto waited = co_await stream.writable();
    if (late) co_return proxy_is_late();
    if (!waited) co_return waited.error();
  }
  // A byte at a time: what stands behind the answer is not the proxy's.
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {
    char sign = 0;
    const auto got = stream.read(std::span<char>(&sign, 1));
    if (!got) co_return got.error();
    if (*got == 1) {
      answer += sign;
      if (answer.size() > longest_proxy_answer) break;
      continue;
    }
    const auto waited = co_await stream.readable();
    if (late) co_return proxy_is_late();
    if (!waited) co_return waited.error();
  }
  co_return judge_proxy_answer(answer);
}

}  // namespace dragoman::net
