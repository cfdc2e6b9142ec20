#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/webhook/happening.hpp"
#include "backends/webhook/reply.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/http_server.hpp"

namespace dragoman::backends::webhook {

/// Late answers: each event has a reply_url, which takes them for a while without any login. Everything that is needed
/// stands in the address, sealed, so that nothing is kept and it holds over restarts; how often it was used is counted
/// in memory.
class ReplyDesk {
 public:
  static constexpr Duration lifetime = std::chrono::minutes{15};
  static constexpr unsigned most_uses = 30;
  /// To an event of a hook; `to` has of it what names it: id, room, from, content.thread. False: the hook or the
  /// event's conversation is not there any more.
  using OnReply = std::function<bool(const std::string& hook, const Happening& to, const std::vector<Reply>& replies)>;

  /// `key`: a secret of this installation. `path`: below which the addresses are, "/r/".
  ReplyDesk(const Clock& clock, std::string public_url, std::string path, std::string_view key, OnReply on_reply);

  /// For an attempt that is made now. The same event has the same address each time.
  std::string make_url(const std::string& hook, const Happening& happening);

  struct Opened {
    std::string hook;
    Happening to;
  };
  /// Faults: not_found (not one of ours, or changed), closed (its time is over, or it was used up).
  Result<Opened> open(std::string_view capability);
  /// Takes one answer: what is answered to it.
  net::HttpResponse take(std::string_view capability, std::string_view content_type, std::string body);
  net::HttpRoute route();

 private:
  struct Uses {
    unsigned count = 0;
    Timestamp until{};
  };
  static std::chrono::milliseconds lifetime_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(lifetime);
  }
  std::string capability_of(const std::string& hook, const Happening& happening) const;
  std::string_view capability_in(const net::HttpHead& head) const;
  net::Task<> handle(net::HttpExchange& exchange);

  const Clock& clock_;
  std::string url_, path_, key_;
  OnReply on_reply_;
  std::map<std::string, Uses, std::less<>> uses_;  // by capability
};

}  // namespace dragoman::backends::webhook
