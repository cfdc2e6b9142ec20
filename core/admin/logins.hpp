#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"

namespace dragoman::admin {

/// Who may see the status page: an admin asks for a link over XMPP, opens it within five minutes, and is let in for
/// twelve hours. Both secrets are 256 bits of chance, live in memory only and end with the program.
class Logins {
 public:
  static constexpr std::chrono::minutes link_lives{5};
  static constexpr std::chrono::hours session_lives{12};

  Logins(Random& random, const Clock& clock) : random_(random), clock_(clock) {}

  /// The secret of a link for this admin (bare JID); an earlier one that was not used is void.
  std::string make_token(const std::string& admin);
  /// Uses a token up. The secret of the session, for the cookie; nothing: it is none, was used, or is too old.
  std::optional<std::string> redeem(std::string_view token);
  /// Whose session it is; nothing: it is none, or is over.
  std::optional<std::string> find(std::string_view session);
  void end(std::string_view session);

 private:
  struct Entry {
    Secret<std::string> secret;
    std::string admin;
    Instant ends;
  };
  using Entries = std::vector<Entry>;
  Entries::iterator find(Entries& entries, std::string_view secret);

  Random& random_;
  const Clock& clock_;
  Entries tokens_, sessions_;  // few; the oldest first
};

}  // namespace dragoman::admin
