#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/irc/account_login.hpp"
#include "backends/irc/batches.hpp"
#include "backends/irc/caps.hpp"
#include "backends/irc/charset.hpp"
#include "backends/irc/contact.hpp"
#include "backends/irc/evidence.hpp"
#include "backends/irc/heard_last.hpp"
#include "backends/irc/known_isupport.hpp"
#include "backends/irc/link_events.hpp"
#include "backends/irc/query.hpp"
#include "backends/irc/sasl.hpp"
#include "backends/irc/send_queue.hpp"
#include "backends/irc/send_window.hpp"
#include "backends/irc/shared.hpp"
#include "backends/irc/typing_state.hpp"
#include "base/lazy.hpp"
#include "base/token_bucket.hpp"

namespace dragoman::backends::irc {

/// What is only true for the link that is up now; a new link begins with a new one.
struct Link {
  Past& made_past() {
    if (!past) past = std::make_unique<Past>();
    return *past;
  }

  KnownIsupport isupport;
  OfferedCaps offered;
  CapSet caps;
  bool negotiating = false;             ///< CAP END is still to be sent
  std::optional<Instant> introduce_by;  ///< in the clear: who we are is said when the capabilities are known, or then
  unsigned cap_replies_awaited = 0;
  unsigned cap_rounds = 0;             ///< bounded: a server that NAKs for ever is left
  std::vector<std::string> sasl_left;  ///< mechanisms to try
  std::unique_ptr<SaslExchange> sasl;
  Lazy<SaslChallenge> challenge;
  std::string sasl_trouble;  ///< why we ended an exchange
  bool logged_in = false;
  bool login_told = false;                ///< the owner knows why there is no login
  bool logged_in_again = false;           ///< after the server had logged us out: once a link
  std::optional<Instant> services_until;  ///< joins wait for the answer of services until then
  bool isupport_asked = false;            ///< before the welcome
  bool isupport_awaited = false;
  bool protoctl_said = false;
  bool away_said = false;     ///< before the welcome
  bool login_failed = false;  ///< SASL, with a password
  bool registering = false;   ///< our REGISTER is unanswered
  bool registration_tried = false;
  std::optional<Instant> registering_until;  ///< joins wait for its answer until then
  std::optional<Instant> verifying_until;    ///< our VERIFY is unanswered
  Regain regain;

  std::string nickname, user, host;     ///< our own prefix as far as we know it
  Encoding names_in = Encoding::utf_8;  ///< how nicknames that are no UTF-8 are read; stays as it is
  unsigned nickname_attempt = 0;
  std::string nickname_asked;          ///< by the person, last
  std::optional<Instant> welcomed_at;  ///< 001

  SendQueue queue;
  std::optional<SendWindow> window;  ///< made for `window_flood`
  Shared::Flood window_flood;
  Evidence evidence;
  std::uint64_t bytes = 0;  ///< written to this link
  std::uint32_t last_label = 0, last_batch = 0;
  std::vector<Query> queries;
  ContactWatch contacts;

  Instant connected_at{}, last_heard{};
  Timestamp connected_utc{};
  bool probed = false;  ///< a keepalive PING is unanswered
  TokenBucket ctcp_replies{3, std::chrono::milliseconds{3334}};
  std::string motd;
  std::vector<FormattedMessage> formatted;  ///< unanswered
  std::unique_ptr<Past> past;               ///< made when it is first needed
  TypingState typing;
  std::vector<std::pair<Instant, std::string>> metadata_syncs;
  Lazy<std::map<std::string, Metadata>> metadata;     ///< by folded nickname (metadata.hpp)
  Lazy<std::map<std::string, Timestamp>> read_up_to;  ///< by folded target (read_marker.hpp)
  Batches batches;
  Lazy<Split> split;
  Lazy<NetJoin> net_join;
  std::vector<HostChange> host_changes;
  std::vector<RecentBan> recent_bans;
  HeardLast heard_last;
  std::optional<Ending> farewell;  ///< what the server said before it closed
};

}  // namespace dragoman::backends::irc
