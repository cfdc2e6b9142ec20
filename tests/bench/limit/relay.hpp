// limit: the smallest XMPP <-> IRC relay that passes gwbench, an upper bound for what one core can do on these sockets.
//
// One thread, Asio (epoll) and Expat; no features, no persistence, no TLS, no flood control. Each stanza and each line
// is parsed once and its translation written. It keeps only what the translation cannot do without: one IRC connection
// a user, and the members of their channels.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <expat.h>

#include "../common/irc_line.hpp"
#include "../common/line_buffer.hpp"
#include "../common/loop.hpp"
#include "fault.hpp"
#include "members.hpp"

namespace limit {

using bench::error_code;
using bench::tcp;

/// One XMPP user and its connection to IRC.
struct User : bench::Outlet {
  using Outlet::Outlet;

  Members* channel(std::string_view name);

  std::string full_jid;
  std::string full_jid_escaped;
  std::string nick;
  std::vector<Members> channels;
  std::vector<std::string> to_join;  // before the server has said 001
  bool registered = false;
  bench::LineBuffer lines;
  std::array<char, 4096> bytes;
};

/// Of the stanza being read.
struct Stanza {
  std::string name, from, to, type, id, body;
  bool in_body = false;
  bool joins = false;  // has a MUC <x/>
};

class Relay {
 public:
  using Parts = std::initializer_list<std::string_view>;

  Relay(std::string domain, std::string secret, tcp::endpoint irc, Fault fault);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Until the XMPP server closes the stream.
  void run(const tcp::endpoint& xmpp);

 private:
  // relay.cpp: the component's stream
  void read_xmpp();
  void start(std::string_view name, const XML_Char** attributes);
  void end();

  // to_irc.cpp
  void stanza();
  void message();
  void presence();
  void refuse_query();
  User& connect(const std::string& full_jid, const std::string& nick);
  void send_line(User& user, Parts parts);
  void send_checked(User& user, const std::string& line);

  // to_xmpp.cpp
  void read_irc(const std::shared_ptr<User>& user);
  void line(User& user, std::string_view text);
  void on_welcome(User& user);
  void on_text(User& user, std::string_view nick, const bench::IrcLine& line);
  void on_join(User& user, std::string_view nick, std::string_view channel);
  void on_names(User& user, std::string_view channel, std::string_view names);
  void on_names_end(User& user, std::string_view channel);
  void on_part(User& user, std::string_view nick, std::string_view channel);
  void on_quit(User& user, std::string_view nick);
  void on_nick(User& user, std::string_view nick, std::string_view changed);
  void send_groupchat(User& user, std::string_view channel, std::string_view nick, std::string_view text,
                      std::string_view id);
  /// `inner` closes the item element, and what may follow it.
  void send_presence(User& user, std::string_view channel, std::string_view nick, bool leaves, std::string_view inner);
  std::string& xmpp_out();

  bench::Loop loop_;
  std::string domain_;
  std::string secret_;
  tcp::endpoint irc_;
  FaultyLine faulty_;
  std::shared_ptr<bench::Outlet> xmpp_;
  std::vector<char> bytes_ = std::vector<char>(1 << 17);
  bool ended_ = false;
  XML_Parser parser_;
  int depth_ = 0;  // 1: the stream, 2: a stanza
  Stanza stanza_;
  std::unordered_map<std::string, std::shared_ptr<User>> users_;  // shared with their pending reads
  Nicks nicks_;
};

/// Appends `text` so that it can stand in XML text and attributes.
void escape(std::string& out, std::string_view text);

}  // namespace limit
