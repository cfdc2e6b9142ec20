// IrcServer: the commands that only ask.
#include "irc_server.hpp"

namespace bench {
namespace {

struct WhoRow {
  std::string_view nick;
  std::string_view user;
  std::string_view host;
  std::string_view flags;
};

WhoRow row_of(const IrcClient& client) { return {client.nick, client.user, "gw.test", "H"}; }

/// A WHOX request "%fields,token" (ircv3.net: WHOX): the fields come back in this fixed order, whatever was asked.
std::string whox_fields(std::string_view request, std::string_view target, const WhoRow& row) {
  const std::size_t comma = request.find(',');
  const std::string_view fields = request.substr(0, comma);
  const std::string_view token = comma == std::string_view::npos ? std::string_view() : request.substr(comma + 1);
  const std::pair<char, std::string_view> values[] = {
      {'t', token},      {'c', target},   {'u', row.user},  {'i', "127.0.0.1"}, {'h', row.host},
      {'s', "irc.test"}, {'n', row.nick}, {'f', row.flags}, {'d', "0"},         {'l', "0"},
      {'a', "0"},        {'o', "n/a"},    {'r', ":gw"},
  };
  std::string text;
  for (const auto& [field, value] : values) {
    if (fields.find(field) == std::string_view::npos) continue;
    if (!text.empty()) text += ' ';
    text += value;
  }
  return text;
}

}  // namespace

void IrcServer::on_ping(IrcClient& client, const IrcLine& line) {
  plain(client, {":irc.test PONG irc.test :", line[1]});
}

void IrcServer::on_names(IrcClient& client, const IrcLine& line) { send_names(client, channel(std::string(line[1]))); }

void IrcServer::send_names(IrcClient& client, const Channel& channel) {
  const bool with_host = (client.granted & userhost_in_names) != 0;
  std::string row;
  const auto add = [&](std::string_view prefix, std::string_view name) {
    if (client.nick.size() + channel.name.size() + row.size() + name.size() > 470) {
      reply(client, "353", {"= ", channel.name, " :", row});
      row.clear();
    }
    if (!row.empty()) row += ' ';
    row += prefix;
    row += name;
  };
  for (const std::string& other : channel.others) {
    const std::string name = with_host ? other + "!" + other + "@virtual.test" : other;
    add(other == "bot" ? "@" : "", name);
  }
  for (const IrcClient* member : channel.members) add("", with_host ? member->mask : member->nick);
  if (!row.empty()) reply(client, "353", {"= ", channel.name, " :", row});
  reply(client, "366", {channel.name, " :End of /NAMES list."});
}

void IrcServer::on_mode(IrcClient& client, const IrcLine& line) {
  if (!line[1].starts_with('#')) {
    reply(client, "221", {"+i"});
  } else if (line.count == 2) {
    reply(client, "324", {line[1], " +nt"});
    reply(client, "329", {line[1], " 1700000000"});
  } else if (line[2] == "b" || line[2] == "+b") {
    reply(client, "368", {line[1], " :End of channel ban list"});
  }
}

void IrcServer::on_who(IrcClient& client, const IrcLine& line) {
  const bool whox = line[2].starts_with('%');
  const auto tell = [&](const WhoRow& row) {
    if (whox) {
      reply(client, "354", {whox_fields(line[2].substr(1), line[1], row)});
    } else {
      reply(client, "352", {line[1], " ", row.user, " ", row.host, " irc.test ", row.nick, " ", row.flags, " :0 gw"});
    }
  };
  const std::string target(line[1]);
  if (const auto room = channels_.find(target); room != channels_.end()) {
    for (const std::string& other : room->second->others)
      tell({other, other, "virtual.test", other == "bot" ? "H@" : "H"});
    for (const IrcClient* member : room->second->members) tell(row_of(*member));
  } else if (const auto person = nicks_.find(target); person != nicks_.end()) {
    tell(row_of(*person->second));
  }
  reply(client, "315", {line[1], " :End of /WHO list."});
}

void IrcServer::on_whois(IrcClient& client, const IrcLine& line) {
  reply(client, "311", {line[1], " ", line[1], " virtual.test * :gw"});
  reply(client, "318", {line[1], " :End of /WHOIS list."});
}

void IrcServer::on_away(IrcClient& client, const IrcLine& line) {
  reply(client, line[1].empty() ? "305" : "306", {":away"});
}

void IrcServer::on_list(IrcClient& client, const IrcLine&) {
  reply(client, "321", {"Channel :Users Name"});
  reply(client, "323", {":End of /LIST"});
}

void IrcServer::on_ison(IrcClient& client, const IrcLine&) { reply(client, "303", {":"}); }

void IrcServer::on_userhost(IrcClient& client, const IrcLine&) { reply(client, "302", {":"}); }

void IrcServer::on_authenticate(IrcClient& client, const IrcLine&) {
  reply(client, "904", {":SASL authentication failed"});
}

}  // namespace bench
