#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/irc/config.hpp"
#include "backends/irc/connect_queue.hpp"
#include "backends/irc/effects.hpp"
#include "backends/irc/retry_pace.hpp"
#include "backends/irc/state.hpp"
#include "backends/irc/sts.hpp"
#include "backends/services.hpp"
#include "net/graveyard.hpp"

namespace dragoman::backends::irc {

class Connection;
class VerifyDialog;

/// How a person wants a server to be reached, where they may say it.
struct Route {
  struct Way {
    std::uint16_t port;
    bool tls;
  };
  std::vector<Way> ways;  ///< tried in turn; none: as configured
  bool verify = true;
  std::vector<std::string> fingerprints;  ///< none: as configured
};

/// What the connections to one server have in common: configuration, the place to wait for one's turn to connect, the
/// buffer to read into, and the care for those that nobody owns any more.
class Hub {
 public:
  /// `suffix`: of its ids (address.hpp).
  Hub(std::string jid, Config config, Services& services, Names& names, const std::string& suffix = {});
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  const std::string& jid() const { return jid_; }
  const Config& config() const { return config_; }
  /// Encoding, flood control and what is done about a taken nickname change at once; what concerns connecting, with the
  /// next connections. False: it is another server, or is to be reached otherwise; nothing was changed.
  bool take_settings(const Config& newer);
  Services& services() { return services_; }
  const Shared& shared() const { return shared_; }
  ConnectQueue& queue() { return queue_; }
  /// The server refused an attempt that began then, because there are too many of us or we come too fast. Nobody tries
  /// before the time that is given back.
  Instant throttled(Instant began, const std::string& why);
  void let_in() { throttle_.reset(); }
  /// Why nobody may connect now; nothing: they may.
  std::optional<Ending> held() const;
  /// Its turn to connect comes when an earlier connection of the same owner has said goodbye: until then the server
  /// holds the nickname.
  void start(Connection& connection);
  /// Forgets one that has not been told to connect.
  void cancel(Connection& connection);
  /// Where to connect now: as configured, or as the server wants it (STS).
  struct Target {
    net::Endpoint server;
    bool tls;
  };
  Target target() const;
  /// The same by one of the ways that a person has chosen, counted from 0 with each attempt.
  Target target(const Route& route, std::size_t attempt) const;
  /// A server at this place said something of STS, or a link to it has ended.
  void learn_sts(const std::string& offer, const Target& target);
  void link_ended(const Target& target);
  /// The encodings that a person chose for channels, in the form of Encodings::write_channels.
  std::string kept_encodings(const std::string& owner) const;
  void keep_encodings(const std::string& owner, const std::string& channels);
  /// What a person tells of themselves, in the form of write_profile.
  std::string kept_profile(const std::string& owner) const;
  void keep_profile(const std::string& owner, const std::string& profile);
  /// What was learnt before a restart.
  void start();
  std::vector<char>& read_buffer();
  Casemap casemap = Casemap::rfc1459;  ///< as the server said last
  std::size_t sessions = 0;            ///< whose owners hold them
  /// As the server said last, over restarts too.
  const AccountOffer& account_offer() const { return account_offer_; }
  void learn_account_offer(const AccountOffer& offer);
  /// How the server shows its network (ISUPPORT NETWORK, draft/ICON), as it said last, over restarts too.
  struct Look {
    std::string name;         ///< empty: it has not said
    std::string picture_url;  ///< empty: it has none
    bool operator==(const Look&) const = default;
  };
  const Look& look() const { return look_; }
  void learn_look(std::string_view name, std::string_view picture_url);
  std::function<void()> looks_different;  ///< called after each change of look()

  /// A connection exists, until it is stopped.
  void add(Connection& connection) { live_.push_back(&connection); }
  void remove(Connection& connection) { std::erase(live_, &connection); }
  /// That of an owner, or nullptr.
  Connection* connection_of(std::string_view owner) const;
  /// A dialog waits for what the network says to the code of an owner's account.
  void verifies(VerifyDialog& dialog, const std::string& owner) { verifying_[owner] = &dialog; }
  void verifies_no_more(VerifyDialog& dialog);
  void verified(const std::string& owner, const Result<std::string>& answer);

  /// Lists with room in them, so that a turn of a session that hears little allocates nothing.
  Heard borrow();
  void give_back(Heard heard);

  /// Takes over a connection that was stopped, until it is gone.
  void adopt(std::unique_ptr<Connection> connection);
  /// An adopted connection has finished.
  void finished(Connection& connection);
  bool idle() const { return leaving_.empty() && graveyard_.empty(); }
  /// Nobody holds anything of it.
  bool unused() const { return sessions == 0 && verifying_.empty() && idle(); }

 private:
  bool is_leaving(std::string_view owner) const;
  void keep_sts();

  std::string jid_;
  Config config_;
  Services& services_;
  Shared shared_;
  ConnectQueue queue_;
  Throttle throttle_;
  std::string throttled_why_;
  StsPolicy sts_;
  AccountOffer account_offer_;
  Look look_;
  std::vector<char> read_buffer_;
  std::vector<Heard> spare_;
  std::vector<std::unique_ptr<Connection>> leaving_;
  std::vector<Connection*> live_;
  std::map<std::string, VerifyDialog*, std::less<>> verifying_;  // by owner, the newest dialog
  std::vector<Connection*> following_;                           // they wait for one that is leaving
  net::Graveyard graveyard_;
};

}  // namespace dragoman::backends::irc
