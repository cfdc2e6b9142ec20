// The stage of a run: both servers, the gateway between them, and the simulated users.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../common/loop.hpp"
#include "gateway.hpp"
#include "irc_listener.hpp"
#include "irc_server.hpp"
#include "options.hpp"
#include "profile.hpp"
#include "report.hpp"
#include "xmpp_server.hpp"

namespace bench {

struct SimulatedUser {
  std::string bare;  // userN@xmpp.test
  std::string full;
  std::string nick;      // uN
  Channel* own_channel;  // #ownN
  std::string own_channel_jid;
};

class Bench {
 public:
  explicit Bench(Options options);
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// Starts the gateway and waits for its handshake; false, after saying why, when there is none.
  bool start();
  void stop();
  /// The gateway runs and has its stream.
  bool alive() { return gateway.alive() && !xmpp.stream_lost; }

  /// Handles what happens until `done()`; false when `seconds` are over or the gateway is dead.
  bool run_until(const std::function<bool()>& done, double seconds);
  void run_for(double seconds);

  std::string channel_jid(const std::string& channel) const;
  std::string user_jid(const std::string& nick) const;
  Variables variables_of(std::size_t user) const;
  /// Runs --attach's profiler until the result is destroyed.
  std::unique_ptr<Profiler> profile_scenario(const std::string& scenario);

  const Options options;
  const Profile profile;
  Loop loop;
  XmppServer xmpp;
  IrcServer irc;
  Gateway gateway;
  const Report report;
  std::vector<SimulatedUser> users;
  Variables variables;  // {dir}, {domain} ...: what all stanzas and files may name

  /// The running scenario's ear: (user whom the stanza is for, stanza). Empty: nobody listens.
  std::function<void(std::size_t, const Stanza&)> on_stanza;

  std::uint64_t xmpp_errors = 0;  // stanzas of type error
  std::string last_error;

 private:
  void make_users();
  void receive(const Stanza& stanza);
  void run_setup();

  IrcListener listener_;
  bool made_dir_;
};

}  // namespace bench
