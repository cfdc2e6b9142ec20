// IrcServer: the commands that change something or say something to others.
#include <algorithm>

#include "irc_server.hpp"

namespace bench {

const std::unordered_map<std::string_view, IrcServer::Handler>& IrcServer::handlers() {
  static const std::unordered_map<std::string_view, Handler> table{
      {"PRIVMSG", &IrcServer::on_text},
      {"NOTICE", &IrcServer::on_text},
      {"TAGMSG", &IrcServer::on_tagmsg},
      {"PING", &IrcServer::on_ping},
      {"PONG", &IrcServer::ignore},
      {"CAP", &IrcServer::on_cap},
      {"NICK", &IrcServer::on_nick},
      {"USER", &IrcServer::on_user},
      {"JOIN", &IrcServer::on_join},
      {"PART", &IrcServer::on_part},
      {"QUIT", &IrcServer::on_quit},
      {"TOPIC", &IrcServer::on_topic},
      {"NAMES", &IrcServer::on_names},
      {"MODE", &IrcServer::on_mode},
      {"WHO", &IrcServer::on_who},
      {"WHOIS", &IrcServer::on_whois},
      {"AWAY", &IrcServer::on_away},
      {"LIST", &IrcServer::on_list},
      {"ISON", &IrcServer::on_ison},
      {"USERHOST", &IrcServer::on_userhost},
      {"AUTHENTICATE", &IrcServer::on_authenticate},
      {"PASS", &IrcServer::ignore},
      {"SETNAME", &IrcServer::ignore},
      {"WEBIRC", &IrcServer::ignore},
      {"PROTOCTL", &IrcServer::ignore},
  };
  return table;
}

void IrcServer::on_cap(IrcClient& client, const IrcLine& line) {
  const std::string nick = client.nick.empty() ? "*" : client.nick;
  if (line[1] == "LS") {
    client.negotiating = !client.registered;
    plain(client, {":irc.test CAP ", nick, " LS :", capabilities_.names()});
  } else if (line[1] == "LIST") {
    plain(client, {":irc.test CAP ", nick, " LIST :"});
  } else if (line[1] == "REQ") {
    client.negotiating = !client.registered;
    const bool granted = capabilities_.grant(line[2], client.granted);
    plain(client, {":irc.test CAP ", nick, granted ? " ACK :" : " NAK :", line[2]});
  } else if (line[1] == "END") {
    client.negotiating = false;
    welcome(client);
  }
}

void IrcServer::on_nick(IrcClient& client, const IrcLine& line) {
  const std::string nick(line[1]);
  if (nick.empty()) return;
  const auto holder = nicks_.find(nick);
  if ((holder != nicks_.end() && holder->second != &client) || nick == "bot") {
    reply(client, "433", {nick, " :Nickname is already in use"});
    return;
  }
  if (!client.nick.empty()) nicks_.erase(client.nick);
  if (client.registered) {
    const Stamp stamp = stamper_.next();
    send(client, stamp, {":", client.mask, " NICK :", nick});
    for (IrcClient* neighbour : neighbours(client)) send(*neighbour, stamp, {":", client.mask, " NICK :", nick});
    client.mask = nick + client.mask.substr(client.nick.size());
  }
  client.nick = nick;
  nicks_[nick] = &client;
  welcome(client);
}

void IrcServer::on_user(IrcClient& client, const IrcLine& line) {
  client.user = line[1].empty() ? "u" : line[1];
  welcome(client);
}

void IrcServer::on_join(IrcClient& client, const IrcLine& line) {
  for (std::string_view names = line[1]; !names.empty();) {
    const std::size_t comma = names.find(',');
    Channel& joined = channel(std::string(names.substr(0, comma)));
    names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
    if (std::find(client.channels.begin(), client.channels.end(), &joined) != client.channels.end()) continue;
    joined.members.push_back(&client);
    client.channels.push_back(&joined);
    broadcast_join(joined, client.mask);
    reply(client, "332", {joined.name, " :", joined.topic});
    reply(client, "333", {joined.name, " bot 1700000000"});
    send_names(client, joined);
  }
}

void IrcServer::on_part(IrcClient& client, const IrcLine& line) {
  const auto found = channels_.find(std::string(line[1]));
  if (found == channels_.end()) return;
  Channel& left = *found->second;
  broadcast(left, {":", client.mask, " PART ", left.name, " :", line[2]});
  std::erase(left.members, &client);
  std::erase(client.channels, &left);
}

void IrcServer::on_quit(IrcClient& client, const IrcLine&) {
  plain(client, {"ERROR :Closing link"});
  client.closing = true;
}

void IrcServer::on_text(IrcClient& client, const IrcLine& line) {
  if (line[0] == "PRIVMSG" && on_message) on_message(client, line[1], line[2]);
  const Stamp stamp = stamper_.next();  // of the message: the echo's and everybody's
  const Parts parts{":", client.mask, " ", line[0], " ", line[1], " :", line[2]};
  if ((client.granted & echo_message) != 0) {
    send(client, stamp, parts, client.label);
  } else if ((client.granted & labeled_response) != 0 && !client.label.empty()) {
    plain(client, {"@label=", client.label, " :irc.test ACK"});
  }
  const std::string target(line[1]);
  if (const auto room = channels_.find(target); room != channels_.end()) {
    broadcast(*room->second, stamp, parts, &client);
  } else if (const auto person = nicks_.find(target); person != nicks_.end()) {
    send(*person->second, stamp, parts);
  }
}

void IrcServer::on_tagmsg(IrcClient& client, const IrcLine& line) {
  // Nobody here makes use of the tags; but who asked for the echo may wait for it.
  const CapabilitySet both = message_tags | echo_message;
  if ((client.granted & both) != both) return;
  send(client, stamper_.next(), {":", client.mask, " TAGMSG ", line[1]}, client.label);
}

void IrcServer::on_topic(IrcClient& client, const IrcLine& line) {
  const auto found = channels_.find(std::string(line[1]));
  if (found == channels_.end()) return;
  if (line.count > 2) {
    found->second->topic = line[2];
    broadcast(*found->second, {":", client.mask, " TOPIC ", line[1], " :", line[2]});
  } else {
    reply(client, "332", {line[1], " :", found->second->topic});
  }
}

}  // namespace bench
