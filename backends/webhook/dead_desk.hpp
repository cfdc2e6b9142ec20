#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/http_server.hpp"

namespace dragoman::backends::webhook {

class Hub;

/// Dead letters in a browser: a link that the command "dead" gives to somebody who may change the hook, which lets its
/// bearer look and send again for half an hour. Everything that is needed stands sealed in the link (sealed_text.hpp);
/// that the reader may still change the hook is looked up each time. Only a form of the page itself sends again, never
/// looking at it: previews of links, and other sites, cause nothing.
class DeadDesk {
 public:
  static constexpr Duration lifetime = std::chrono::minutes{30};
  static constexpr std::size_t page_size = 50;

  /// `path`: below which the links are, "/h/dead/". `key`: a secret of this installation.
  DeadDesk(Hub& hub, std::string public_url, std::string path, std::string_view key);

  /// For this person (bare JID), from now on.
  std::string make_url(const std::string& hook, const std::string& reader) const;
  net::HttpRoute route();

  struct Opened {
    std::string hook;
    std::string reader;
  };
  /// Faults: not_found (not one of ours, or the hook is theirs no longer), closed (its time is over).
  Result<Opened> open(std::string_view capability) const;
  /// The page, or what a form of it leads to: 303 to the page that tells what was done.
  net::HttpResponse look(const net::HttpHead& head) const;
  net::HttpResponse take(const net::HttpHead& head, std::string_view form);

 private:
  std::string consent_of(std::string_view capability) const;
  std::string_view capability_in(const net::HttpHead& head) const;
  std::optional<net::HttpResponse> refusal_of(const net::HttpHead& head) const;
  net::Task<> handle(net::HttpExchange& exchange);

  Hub& hub_;
  std::string url_, path_, key_;
};

}  // namespace dragoman::backends::webhook
