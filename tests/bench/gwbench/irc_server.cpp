#include "irc_server.hpp"

#include <algorithm>
#include <charconv>

namespace bench {

IrcServer::IrcServer(Loop& loop, const std::string& capabilities, std::size_t users)
    : loop_(loop), capabilities_(capabilities), by_user_(users, nullptr) {}

std::shared_ptr<IrcClient> IrcServer::add(tcp::socket&& socket) {
  ++connections;
  return std::make_shared<IrcClient>(std::move(socket));
}

void IrcServer::receive(IrcClient& client, std::string_view text) {
  ++lines_in;
  const IrcLine line = parse_irc_line(text);
  if (line.count == 0) return;
  client.label = line.tag("label");
  const auto handler = handlers().find(line[0]);
  if (handler == handlers().end()) {
    reply(client, "421", {line[0], " :Unknown command"});
  } else {
    (this->*handler->second)(client, line);
  }
}

void IrcServer::remove(IrcClient& client, std::string_view reason) {
  if (!closing) {
    const Stamp stamp = stamper_.next();
    for (IrcClient* neighbour : neighbours(client)) send(*neighbour, stamp, {":", client.mask, " QUIT :", reason});
  }
  for (Channel* channel : client.channels) std::erase(channel->members, &client);
  client.channels.clear();
  if (const auto found = nicks_.find(client.nick); found != nicks_.end() && found->second == &client)
    nicks_.erase(found);
  if (client.user_index >= 0 && by_user_[static_cast<std::size_t>(client.user_index)] == &client)
    by_user_[static_cast<std::size_t>(client.user_index)] = nullptr;
}

Channel& IrcServer::channel(const std::string& name) {
  auto& channel = channels_[name];
  if (!channel) {
    channel = std::make_unique<Channel>();
    channel->name = name;
  }
  return *channel;
}

std::vector<IrcClient*> IrcServer::neighbours(const IrcClient& client) const {
  std::vector<IrcClient*> all;
  for (const Channel* channel : client.channels)
    for (IrcClient* member : channel->members)
      if (member != &client) all.push_back(member);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void IrcServer::broadcast(const Channel& channel, const Stamp& stamp, Parts parts, const IrcClient* except) {
  for (IrcClient* member : channel.members)
    if (member != except) send(*member, stamp, parts);
}

void IrcServer::broadcast_join(const Channel& channel, std::string_view mask) {
  const Stamp stamp = stamper_.next();
  for (IrcClient* member : channel.members) {
    const bool extended = (member->granted & extended_join) != 0;
    send(*member, stamp, {":", mask, " JOIN ", channel.name, extended ? " * :gw" : ""});
  }
}

void IrcServer::send(IrcClient& client, const Stamp& stamp, Parts parts, std::string_view label) {
  stamp.append_tags(client.out, client.granted, label);
  plain(client, parts);
}

void IrcServer::reply(IrcClient& client, std::string_view numeric, Parts parts) {
  client.append({":irc.test ", numeric, " ", client.nick.empty() ? "*" : std::string_view(client.nick), " "});
  plain(client, parts);
}

void IrcServer::plain(IrcClient& client, Parts parts) {
  client.append(parts);
  client.append({"\r\n"});
  loop_.mark(client);
}

void IrcServer::welcome(IrcClient& client) {
  if (client.registered || client.nick.empty() || client.user.empty() || client.negotiating) return;
  client.registered = true;
  client.mask = client.nick + "!" + client.user + "@gw.test";
  if (client.nick.size() > 1 && client.nick[0] == 'u') {
    std::size_t user = by_user_.size();
    std::from_chars(client.nick.data() + 1, client.nick.data() + client.nick.size(), user);
    if (user < by_user_.size()) {
      client.user_index = static_cast<int>(user);
      by_user_[user] = &client;
    }
  }
  reply(client, "001", {":Welcome to the test network ", client.mask});
  reply(client, "002", {":Your host is irc.test, running gwbench"});
  reply(client, "003", {":This server was created today"});
  reply(client, "004", {"irc.test gwbench iow biklmnopstv bklov"});
  reply(client, "005",
        {"CHANTYPES=# PREFIX=(ov)@+ CHANMODES=b,k,l,imnpst CASEMAPPING=ascii NICKLEN=30 CHANNELLEN=64 NETWORK=Bench "
         "WHOX MODES=4 LINELEN=512 :are supported by this server"});
  reply(client, "422", {":No MOTD"});
}

}  // namespace bench
