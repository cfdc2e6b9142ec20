// Relay: from IRC to XMPP.
#include <boost/asio/buffer.hpp>

#include "relay.hpp"

namespace limit {

void Relay::read_irc(const std::shared_ptr<User>& user) {
  user->socket.async_read_some(boost::asio::buffer(user->bytes), [this, user](error_code error, std::size_t n) {
    if (error) {
      user->open = false;
      users_.erase(user->full_jid);
      return;
    }
    user->lines.feed({user->bytes.data(), n}, [&](std::string_view text) { line(*user, text); });
    read_irc(user);
  });
}

void Relay::line(User& user, std::string_view text) {
  const bench::IrcLine line = bench::parse_irc_line(text);
  const std::string_view command = line[0];
  const std::string_view nick = line.prefix.substr(0, line.prefix.find('!'));
  if (command == "PRIVMSG") return on_text(user, nick, line);
  if (command == "PING") return send_line(user, {"PONG :", line[1]});
  if (command == "001") return on_welcome(user);
  if (command == "JOIN") return on_join(user, nick, line[1]);
  if (command == "353") return on_names(user, line[3], line[4]);
  if (command == "366") return on_names_end(user, line[2]);
  if (command == "PART") return on_part(user, nick, line[1]);
  if (command == "QUIT") return on_quit(user, nick);
  if (command == "NICK") return on_nick(user, nick, line[1]);
}

void Relay::on_welcome(User& user) {
  user.registered = true;
  for (const std::string& channel : user.to_join) send_line(user, {"JOIN ", channel});
  user.to_join.clear();
}

void Relay::on_text(User& user, std::string_view nick, const bench::IrcLine& line) {
  if (line[1].starts_with('#')) {
    send_groupchat(user, line[1], nick, line[2], {});
    return;
  }
  std::string& out = xmpp_out();
  out += "<message type='chat' to='";
  out += user.full_jid_escaped;
  out += "' from='";
  escape(out, nick);
  out += '@';
  out += domain_;
  out += "'><body>";
  escape(out, line[2]);
  out += "</body></message>";
}

void Relay::on_join(User& user, std::string_view nick, std::string_view channel) {
  Members* const members = user.channel(channel);
  if (nick == user.nick) {
    if (members == nullptr) user.channels.emplace_back(channel);
  } else if (members != nullptr && members->add(nicks_.id(nick))) {
    send_presence(user, channel, nick, false, "'/>");
  }
}

void Relay::on_names(User& user, std::string_view channel, std::string_view names) {
  Members* const members = user.channel(channel);
  if (members == nullptr || members->joined) return;
  while (!names.empty()) {
    const std::size_t end = names.find(' ');
    std::string_view nick = names.substr(0, end);
    if (nick.starts_with('@') || nick.starts_with('+')) nick.remove_prefix(1);
    if (!nick.empty() && nick != user.nick && members->add(nicks_.id(nick)))
      send_presence(user, channel, nick, false, "'/>");
    names.remove_prefix(end == std::string_view::npos ? names.size() : end + 1);
  }
}

void Relay::on_names_end(User& user, std::string_view channel) {
  Members* const members = user.channel(channel);
  if (members == nullptr || members->joined) return;
  members->joined = true;
  members->shrink();
  send_presence(user, channel, user.nick, false, "'/><status code='110'/>");
  std::string& out = xmpp_out();
  out += "<message type='groupchat' to='" + user.full_jid_escaped + "' from='";
  escape(out, channel);
  out += "@" + domain_ + "'><subject/></message>";
}

void Relay::on_part(User& user, std::string_view nick, std::string_view channel) {
  Members* const members = user.channel(channel);
  if (members == nullptr) return;
  if (nick == user.nick) {
    send_presence(user, channel, nick, true, "'/><status code='110'/>");
    user.channels.erase(user.channels.begin() + (members - user.channels.data()));
  } else if (members->remove(nicks_.id(nick))) {
    send_presence(user, channel, nick, true, "'/>");
  }
}

void Relay::on_quit(User& user, std::string_view nick) {
  const std::uint32_t id = nicks_.id(nick);
  for (Members& channel : user.channels)
    if (channel.remove(id)) send_presence(user, channel.name, nick, true, "'/>");
}

void Relay::on_nick(User& user, std::string_view nick, std::string_view changed) {
  const std::uint32_t before = nicks_.id(nick);
  const std::uint32_t after = nicks_.id(changed);
  for (Members& channel : user.channels) {
    if (!channel.remove(before)) continue;
    channel.add(after);
    std::string inner = "' nick='";
    escape(inner, changed);
    inner += "'/><status code='303'/>";
    send_presence(user, channel.name, nick, true, inner);
    send_presence(user, channel.name, changed, false, "'/>");
  }
}

void Relay::send_groupchat(User& user, std::string_view channel, std::string_view nick, std::string_view text,
                           std::string_view id) {
  std::string& out = xmpp_out();
  out += "<message type='groupchat' to='";
  out += user.full_jid_escaped;
  out += "' from='";
  escape(out, channel);
  out += '@';
  out += domain_;
  out += '/';
  escape(out, nick);
  if (!id.empty()) {
    out += "' id='";
    escape(out, id);
  }
  out += "'><body>";
  escape(out, text);
  out += "</body></message>";
}

void Relay::send_presence(User& user, std::string_view channel, std::string_view nick, bool leaves,
                          std::string_view inner) {
  std::string& out = xmpp_out();
  out += "<presence to='";
  out += user.full_jid_escaped;
  out += "' from='";
  escape(out, channel);
  out += '@';
  out += domain_;
  out += '/';
  escape(out, nick);
  out += leaves ? "' type='unavailable" : "";
  out += "'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='";
  out += leaves ? "none" : "participant";
  out += inner;
  out += "</x></presence>";
}

}  // namespace limit
