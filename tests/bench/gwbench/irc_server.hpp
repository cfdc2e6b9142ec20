// The IRC server on which the gateway's users end up: clients, channels, and the lines between them. It never touches a
// socket; irc_listener does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "../common/irc_line.hpp"
#include "../common/loop.hpp"
#include "irc_capabilities.hpp"
#include "irc_stamp.hpp"

namespace bench {

struct Channel;

struct IrcClient : Outlet {
  using Outlet::Outlet;

  std::string nick;
  std::string user;
  std::string mask;   // nick!user@host, once registered
  std::string label;  // labeled-response: of the line in hand
  bool negotiating = false;
  bool registered = false;
  bool closing = false;  // said QUIT
  CapabilitySet granted = 0;
  int user_index = -1;  // the N of the nick uN: whose connection this is
  std::vector<Channel*> channels;
};

struct Channel {
  std::string name;
  std::string topic = "benchmark";
  std::vector<IrcClient*> members;
  std::vector<std::string> others{"bot"};  // nicks that are only on IRC and have no connection
};

class IrcServer {
 public:
  using Parts = std::initializer_list<std::string_view>;

  /// `capabilities`: the names to offer; `users`: how many nicks u0, u1 ... are simulated users.
  IrcServer(Loop& loop, const std::string& capabilities, std::size_t users);

  // -- its clients
  std::shared_ptr<IrcClient> add(tcp::socket&& socket);
  void receive(IrcClient& client, std::string_view line);
  /// Tells its channels that it quit, and forgets it.
  void remove(IrcClient& client, std::string_view reason);
  /// Null while this user has no connection.
  IrcClient* client_of(std::size_t user) const { return by_user_[user]; }

  // -- its channels
  /// Made when there is none of that name yet.
  Channel& channel(const std::string& name);
  /// One line (without tags, without CR LF) to all members of the channel: every copy has the same id and time.
  void broadcast(const Channel& channel, Parts parts) { broadcast(channel, stamper_.next(), parts, nullptr); }
  void broadcast_join(const Channel& channel, std::string_view mask);
  /// One line to one client.
  void deliver(IrcClient& client, Parts parts) { send(client, stamper_.next(), parts); }

  /// A client sent a PRIVMSG: (client, target, text). Must not add or remove clients.
  std::function<void(const IrcClient&, std::string_view, std::string_view)> on_message;

  std::uint64_t connections = 0;
  std::uint64_t lines_in = 0;
  bool closing = false;  // true: who leaves now leaves in silence, or the end would be a storm of QUITs

 private:
  using Handler = void (IrcServer::*)(IrcClient&, const IrcLine&);
  static const std::unordered_map<std::string_view, Handler>& handlers();

  // irc_commands.cpp
  void on_cap(IrcClient&, const IrcLine&);
  void on_nick(IrcClient&, const IrcLine&);
  void on_user(IrcClient&, const IrcLine&);
  void on_join(IrcClient&, const IrcLine&);
  void on_part(IrcClient&, const IrcLine&);
  void on_quit(IrcClient&, const IrcLine&);
  void on_text(IrcClient&, const IrcLine&);
  void on_tagmsg(IrcClient&, const IrcLine&);
  void on_topic(IrcClient&, const IrcLine&);
  void ignore(IrcClient&, const IrcLine&) {}
  // irc_queries.cpp
  void on_ping(IrcClient&, const IrcLine&);
  void on_names(IrcClient&, const IrcLine&);
  void on_mode(IrcClient&, const IrcLine&);
  void on_who(IrcClient&, const IrcLine&);
  void on_whois(IrcClient&, const IrcLine&);
  void on_away(IrcClient&, const IrcLine&);
  void on_list(IrcClient&, const IrcLine&);
  void on_ison(IrcClient&, const IrcLine&);
  void on_userhost(IrcClient&, const IrcLine&);
  void on_authenticate(IrcClient&, const IrcLine&);

  void welcome(IrcClient& client);
  void send_names(IrcClient& client, const Channel& channel);
  /// Every client that shares a channel with this one, once; without itself.
  std::vector<IrcClient*> neighbours(const IrcClient& client) const;

  void broadcast(const Channel& channel, const Stamp& stamp, Parts parts, const IrcClient* except);
  void send(IrcClient& client, const Stamp& stamp, Parts parts, std::string_view label = {});
  /// ":irc.test <numeric> <nick> <parts>", which no client gets tags with.
  void reply(IrcClient& client, std::string_view numeric, Parts parts);
  void plain(IrcClient& client, Parts parts);

  Loop& loop_;
  Capabilities capabilities_;
  Stamper stamper_;
  std::vector<IrcClient*> by_user_;
  std::unordered_map<std::string, IrcClient*> nicks_;
  std::unordered_map<std::string, std::unique_ptr<Channel>> channels_;
};

}  // namespace bench
